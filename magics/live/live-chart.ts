import type { FromEngine, LiveStatus } from "../../kernel/port/live.js";
import type { Clock } from "../../runtime/time/clock.js";
import type { PlotPlan } from "./plot-plan.js";
import { type ChartRow, chartRows } from "./rows.js";

/** Appended rows kept while changes are held back: more could not be told apart in a chart anyway. */
const MAX_HELD_ROWS = 10_000;

/**
 * One chart's feed: holds back what comes faster than the chart's rate. The latest batch wins when rows replace each
 * other; appended rows gather.
 */
export class LiveChart {
  #held: ChartRow[] = [];
  #dirty = false;
  #status: LiveStatus = { state: "waiting", reason: "waiting for the first batch", text: "" };
  #nextMs = 0;
  #cancel: (() => void) | undefined;

  constructor(
    private readonly plan: PlotPlan,
    private readonly clock: Clock,
    private readonly send: (message: FromEngine) => void,
  ) {}

  rows(timeMs: number, records: readonly unknown[]): void {
    const rows = chartRows(this.plan.mode, timeMs, records);
    this.#held = this.plan.mode === "append" ? [...this.#held, ...rows].slice(-MAX_HELD_ROWS) : rows;
    this.#dirty = true;
  }

  /** After the batch whose rows were given; a batch without rows changes only the status. */
  batchCompleted(text: string): void {
    this.#status = { state: "streaming", reason: "", text };
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

  #flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#nextMs = this.clock.now() + 1000 / this.plan.ratePerSecond;
    const { display, mode } = this.plan;
    // Without new rows only the status goes out: appending nothing leaves the rows as they are.
    const change = this.#dirty ? { mode, rows: this.#held } : { mode: "append" as const, rows: [] };
    this.send({ type: "liveChange", display, ...change, status: this.#status });
    this.#dirty = false;
    if (mode === "append") this.#held = [];
  }
}
