import type { FromEngine, LiveChange, LiveRow, LiveStatus } from "../../kernel/port/live.js";
import { StreamError } from "../../runtime/stream-error.js";
import type { Clock } from "../../runtime/time/clock.js";
import { type Drawing, drawingOf } from "../plot/drawing.js";
import { sumUndrawn, type Undrawn, undrawn, undrawnText } from "../plot/drawn-records.js";
import { LineGaps } from "./line-gaps.js";
import { Pace } from "./pace.js";
import type { PlotPlan } from "./plot-plan.js";
import { RowWindow } from "./row-window.js";

/** Appended rows kept while changes are held back: more could not be told apart in a chart anyway. */
const MAX_HELD_ROWS = 10_000;

/**
 * One chart's feed. How it is drawn is told by the first rows where the cell could not know it; what cannot be drawn is
 * said in the status, until something comes that can. It holds back what comes faster than the chart's rate. The latest
 * batch wins when rows replace each other; appended rows gather.
 */
export class LiveChart {
  #window: RowWindow;
  #gaps = new LineGaps();
  #held: readonly LiveRow[] = [];
  #dirty = false;
  #status: LiveStatus = { state: "waiting", reason: "no batch yet", text: "" };
  /** Undefined until something came that can be drawn. */
  #drawing: Drawing | undefined;
  /** Why what came cannot be drawn; empty when it can. */
  #obstacle = "";
  /** Records that are not drawn: for want of a value, or since the chart takes no more of a batch. */
  #undrawn: Undrawn = new Map();
  /** Goes out with the next change: what the rows have told of how they are drawn. */
  #spec: LiveChange["spec"];
  /** The chart has become another: the rows that the display has are not its own. */
  #isAnother = false;
  readonly #pace: Pace;

  constructor(
    private readonly plan: PlotPlan,
    clock: Clock,
    private readonly send: (message: FromEngine) => void,
  ) {
    this.#window = new RowWindow(plan.window);
    this.#pace = new Pace(clock, 1000 / plan.ratePerSecond, () => this.#flush());
  }

  /** @param count of all records of the batch, of which these are as many as the chart takes */
  rows(timeMs: number, records: readonly unknown[], count: number): void {
    const rows = this.#rowsOf(timeMs, records, count);
    if (rows === undefined || this.#drawing === undefined) return;
    if (this.#drawing.summarise !== undefined) {
      // Of a chart that shows each batch by itself, the batch is the window.
      if (this.#drawing.mode === "update") this.#held = rows;
      else this.#window.add(timeMs, rows);
    } else this.#held = this.#appends ? [...this.#held, ...this.#broken(rows)].slice(-MAX_HELD_ROWS) : rows;
    this.#dirty = true;
  }

  /** After the batch whose rows were given; a batch without rows changes only the status. */
  batchCompleted(figures: Pick<LiveStatus, "text" | "load">): void {
    const state = this.#obstacle === "" ? "streaming" : "waiting";
    const missing = undrawnText(this.#undrawn, this.#drawing?.mode === "append");
    // First, for strips that have no room for all.
    const text = [missing, figures.text].filter((part) => part !== "").join(" · ");
    this.#status = { state, reason: this.#obstacle, ...figures, text };
    this.#pace.ask();
  }

  /** The last picture stays, with the reason; where nothing could be drawn, with what that was. */
  stopped(reason: string): void {
    this.#status = {
      ...this.#status,
      state: reason === "" ? "stopped" : "failed",
      reason: reason === "" ? this.#obstacle : reason,
    };
    this.#pace.now();
  }

  closed(): void {
    this.#pace.cancel();
    this.#status = { ...this.#status, state: "stopped", reason: "the output was removed" };
    this.send({ type: "liveClose", display: this.plan.display, status: this.#status });
  }

  /**
   * Undefined when they cannot be drawn. How they are drawn is told by the first records, and anew by those of a batch that has
   * nothing of what the chart shows: its stream may be another by now.
   */
  #rowsOf(timeMs: number, records: readonly unknown[], count: number): LiveRow[] | undefined {
    let drawn = this.#drawing?.draw(timeMs, records);
    if (records.length > 0) {
      const isKnown = drawn?.isForeign === false;
      if (isKnown) this.#obstacle = "";
      else this.#begin(records);
      if (this.#obstacle !== "") return undefined;
      if (!isKnown) drawn = this.#drawing?.draw(timeMs, records);
    }
    if (drawn === undefined || this.#drawing === undefined) return undefined;
    const ofBatch = undrawn(drawn.lacking, records, count, this.#drawing.ranks);
    // Of a chart that shows each batch by itself, those of the batch.
    this.#undrawn = this.#drawing.mode === "append" ? sumUndrawn(this.#undrawn, ofBatch) : ofBatch;
    return drawn.rows;
  }

  #begin(records: readonly unknown[]): void {
    try {
      const drawing = drawingOf(this.plan, records);
      this.#isAnother = this.#drawing !== undefined;
      if (this.#isAnother) this.#forgetRows();
      this.#drawing = drawing;
      this.#spec = drawing.spec;
      this.#obstacle = "";
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      this.#obstacle = error.message;
    }
  }

  #broken(rows: LiveRow[]): LiveRow[] {
    return this.#drawing?.isJoined === true ? this.#gaps.broken(rows) : rows;
  }

  /** Rows of another drawing have other fields. */
  #forgetRows(): void {
    this.#held = [];
    this.#undrawn = new Map();
    this.#window = new RowWindow(this.plan.window);
    this.#gaps = new LineGaps();
  }

  /** Rows go out one after the other, and the display keeps them. */
  get #appends(): boolean {
    return this.#drawing?.mode === "append" && this.#drawing.summarise === undefined;
  }

  #flush(): void {
    this.send({
      type: "liveChange",
      display: this.plan.display,
      ...this.#newRows(),
      ...(this.#spec && { spec: this.#spec }),
      status: this.#status,
    });
    this.#spec = undefined;
    this.#isAnother = false;
    this.#dirty = false;
    if (this.#appends) this.#held = [];
  }

  /** Without new rows only the status goes out: appending nothing leaves the rows as they are. */
  #newRows(): Pick<LiveChange, "mode" | "rows"> {
    if (!this.#dirty || this.#drawing === undefined) return { mode: "append", rows: [] };
    const { summarise } = this.#drawing;
    if (summarise === undefined) {
      const mode = this.#appends && !this.#isAnother ? "append" : "replace";
      return { mode, rows: [...this.#held] };
    }
    return {
      mode: "replace",
      rows: summarise(this.#drawing.mode === "append" ? this.#window.rows() : this.#held),
    };
  }
}
