/** Where the lines of a chart break: a straight line across a pause would show values that nobody has seen. */

import type { LiveRow } from "../../kernel/port/live.js";

/** Steps of a series that tell what is usual for it. */
const STEPS = 8;
/** A pause is longer than the longest of these steps so many times: of values that come at random, one in fifty is. */
const LONG = 2;
/** Series that are remembered; a chart of more lines cannot be read. */
const MOST_SERIES = 1000;

interface Series {
  lastMs: number;
  /** From value to value, newest last. */
  stepsMs: number[];
}

/**
 * Rows of lines over the times of batches. A stream that was stopped, or gave nothing for a while, leaves a gap; one that has a
 * value now and then is joined. In the engine thread.
 */
export class LineGaps {
  /** By `key`, the one heard of longest ago first. */
  readonly #series = new Map<unknown, Series>();

  /** The rows, in the order of their times: before the first after a pause of its series stands one whose `value` is null. */
  broken(rows: readonly LiveRow[]): LiveRow[] {
    return rows.flatMap((row) => (this.#isAfterPause(row) ? [breakBefore(row), row] : [row]));
  }

  #isAfterPause({ key, time }: LiveRow): boolean {
    const timeMs = Number(time);
    const { lastMs, stepsMs } = this.#series.get(key) ?? { lastMs: timeMs, stepsMs: [] };
    const stepMs = timeMs - lastMs;
    this.#series.delete(key);
    this.#series.set(key, {
      lastMs: timeMs,
      stepsMs: stepMs > 0 ? [...stepsMs, stepMs].slice(-STEPS) : stepsMs,
    });
    for (const oldest of this.#series.keys())
      if (this.#series.size > MOST_SERIES) this.#series.delete(oldest);
    return stepsMs.length > 0 && stepMs > LONG * Math.max(...stepsMs);
  }
}

/** Just before the row: what is so new is kept as long as the row itself. */
function breakBefore(row: LiveRow): LiveRow {
  return { ...row, time: Number(row.time) - 1, value: null };
}
