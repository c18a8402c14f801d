import type { LiveRow } from "../../kernel/port/live.js";
import type { PlotWindow } from "./plot-plan.js";

/** The rows of the last batches: those of a window, as far back as it reaches. In the engine thread. */
export class RowWindow {
  #batches: { timeMs: number; rows: readonly LiveRow[] }[] = [];

  constructor(private readonly window: PlotWindow) {}

  add(timeMs: number, rows: readonly LiveRow[]): void {
    this.#batches.push({ timeMs, rows });
    const { ms = Number.POSITIVE_INFINITY } = this.window;
    this.#batches = this.#batches.filter((batch) => batch.timeMs > timeMs - ms);
    let extra = this.#batches.reduce((sum, batch) => sum + batch.rows.length, 0) - this.window.rows;
    while (extra > 0) {
      const [oldest] = this.#batches;
      if (oldest === undefined) return;
      const dropped = Math.min(extra, oldest.rows.length);
      if (dropped === oldest.rows.length) this.#batches.shift();
      else this.#batches[0] = { ...oldest, rows: oldest.rows.slice(dropped) };
      extra -= dropped;
    }
  }

  /** In the order of their batches. */
  rows(): LiveRow[] {
    return this.#batches.flatMap(({ rows }) => rows);
  }
}
