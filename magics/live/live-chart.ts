import type { FromEngine, LiveChange, LiveRow, LiveStatus } from "../../kernel/port/live.js";
import { StreamError } from "../../runtime/stream-error.js";
import type { Clock } from "../../runtime/time/clock.js";
import { type Drawing, drawingOf } from "../plot/drawing.js";
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
  readonly #window: RowWindow;
  #held: readonly LiveRow[] = [];
  #dirty = false;
  #status: LiveStatus = { state: "waiting", reason: "waiting for the first batch", text: "" };
  /** Undefined until something came that can be drawn. */
  #drawing: Drawing | undefined;
  /** Why what came cannot be drawn; empty when it can. */
  #obstacle = "";
  /** Goes out with the next change: what the rows have told of how they are drawn. */
  #spec: LiveChange["spec"];
  #nextMs = 0;
  #cancel: (() => void) | undefined;

  constructor(
    private readonly plan: PlotPlan,
    private readonly clock: Clock,
    private readonly send: (message: FromEngine) => void,
  ) {
    this.#window = new RowWindow(plan.window);
  }

  rows(timeMs: number, records: readonly unknown[]): void {
    if (this.#drawing === undefined && records.length > 0) this.#begin(records);
    if (this.#drawing === undefined) return;
    const rows = this.#drawing.rows(timeMs, records);
    if (this.#drawing.summarise !== undefined) {
      // Of a chart that shows each batch by itself, the batch is the window.
      if (this.#drawing.mode === "update") this.#held = rows;
      else this.#window.add(timeMs, rows);
    } else this.#held = this.#appends ? [...this.#held, ...rows].slice(-MAX_HELD_ROWS) : rows;
    this.#dirty = true;
  }

  /** After the batch whose rows were given; a batch without rows changes only the status. */
  batchCompleted(figures: Pick<LiveStatus, "text" | "load">): void {
    const state = this.#obstacle === "" ? "streaming" : "waiting";
    this.#status = { state, reason: this.#obstacle, ...figures };
    const nowMs = this.clock.now();
    if (nowMs >= this.#nextMs) this.#flush();
    else this.#cancel ??= this.clock.at(this.#nextMs, () => this.#flush());
  }

  /** The last picture stays, with the reason. */
  stopped(reason: string): void {
    this.#status = { ...this.#status, state: reason === "" ? "stopped" : "failed", reason };
    this.#flush();
  }

  closed(): void {
    this.#cancel?.();
    this.#status = { ...this.#status, state: "stopped", reason: "the output was removed" };
    this.send({ type: "liveClose", display: this.plan.display, status: this.#status });
  }

  #begin(records: readonly unknown[]): void {
    try {
      this.#drawing = drawingOf(this.plan, records);
      this.#spec = this.#drawing.spec;
      this.#obstacle = "";
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      this.#obstacle = error.message;
    }
  }

  /** Rows go out one after the other, and the display keeps them. */
  get #appends(): boolean {
    return this.#drawing?.mode === "append" && this.#drawing.summarise === undefined;
  }

  #flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#nextMs = this.clock.now() + 1000 / this.plan.ratePerSecond;
    this.send({
      type: "liveChange",
      display: this.plan.display,
      ...this.#newRows(),
      ...(this.#spec && { spec: this.#spec }),
      status: this.#status,
    });
    this.#spec = undefined;
    this.#dirty = false;
    if (this.#appends) this.#held = [];
  }

  /** Without new rows only the status goes out: appending nothing leaves the rows as they are. */
  #newRows(): Pick<LiveChange, "mode" | "rows"> {
    if (!this.#dirty || this.#drawing === undefined) return { mode: "append", rows: [] };
    const { summarise, mode } = this.#drawing;
    if (summarise === undefined) return { mode: this.#appends ? "append" : "replace", rows: [...this.#held] };
    return { mode: "replace", rows: summarise(mode === "append" ? this.#window.rows() : this.#held) };
  }
}
