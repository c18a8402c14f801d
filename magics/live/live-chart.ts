import type { FromEngine, LiveChange, LiveStatus } from "../../kernel/port/live.js";
import type { Clock } from "../../runtime/time/clock.js";
import { chartSpec, type Mark } from "../plot/chart-spec.js";
import type { PlotPlan } from "./plot-plan.js";
import { type ChartRow, chartRows, isDrawable, notDrawable, usualMark } from "./rows.js";

/** Appended rows kept while changes are held back: more could not be told apart in a chart anyway. */
const MAX_HELD_ROWS = 10_000;

/** Whether a chart's rows are all there is, or follow those before. */
const MODE: Record<Mark, LiveChange["mode"]> = { bar: "replace", line: "append" };

/**
 * One chart's feed. How it is drawn is told by the first rows where the cell could not know it; what cannot be drawn is
 * said in the status, until something comes that can. It holds back what comes faster than the chart's rate. The latest batch wins when rows replace each
 * other; appended rows gather.
 */
export class LiveChart {
  #held: ChartRow[] = [];
  #dirty = false;
  #status: LiveStatus = { state: "waiting", reason: "waiting for the first batch", text: "" };
  /** Undefined as long as neither the cell nor a row has told it. */
  #mark: Mark | undefined;
  /** Something came that can be drawn. */
  #begun = false;
  /** Why what came cannot be drawn; empty when it can. */
  #obstacle = "";
  /** Goes out with the next change. */
  #spec: LiveChange["spec"];
  #nextMs = 0;
  #cancel: (() => void) | undefined;

  constructor(
    private readonly plan: PlotPlan,
    private readonly clock: Clock,
    private readonly send: (message: FromEngine) => void,
  ) {
    this.#mark = plan.mark;
  }

  rows(timeMs: number, records: readonly unknown[]): void {
    const [first] = records;
    if (!this.#begun && first !== undefined) this.#begin(first);
    if (this.#mark === undefined || this.#obstacle !== "") return;
    const rows = chartRows(this.#mark, timeMs, records);
    this.#held = this.#mark === "line" ? [...this.#held, ...rows].slice(-MAX_HELD_ROWS) : rows;
    this.#dirty = true;
  }

  /** After the batch whose rows were given; a batch without rows changes only the status. */
  batchCompleted(text: string): void {
    const state = this.#obstacle === "" ? "streaming" : "waiting";
    this.#status = { state, reason: this.#obstacle, text };
    const nowMs = this.clock.now();
    if (nowMs >= this.#nextMs) this.#flush();
    else this.#cancel ??= this.clock.at(this.#nextMs, () => this.#flush());
  }

  /** The last picture stays, with the reason. */
  stopped(reason: string): void {
    this.#status = { state: reason === "" ? "stopped" : "failed", reason, text: this.#status.text };
    this.#flush();
  }

  closed(): void {
    this.#cancel?.();
    this.#status = { state: "stopped", reason: "the output was removed", text: this.#status.text };
    this.send({ type: "liveClose", display: this.plan.display, status: this.#status });
  }

  #begin(first: unknown): void {
    const { stream, titles } = this.plan;
    this.#begun = isDrawable(first);
    this.#obstacle = this.#begun ? "" : notDrawable(stream, first);
    if (!this.#begun || this.#mark !== undefined) return;
    this.#mark = usualMark(first);
    this.#spec = chartSpec({ ...titles, mark: this.#mark });
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
    if (this.#mark === "line") this.#held = [];
  }

  /** Without new rows only the status goes out: appending nothing leaves the rows as they are. */
  #newRows(): Pick<LiveChange, "mode" | "rows"> {
    if (!this.#dirty || this.#mark === undefined) return { mode: "append", rows: [] };
    return { mode: MODE[this.#mark], rows: this.#held };
  }
}
