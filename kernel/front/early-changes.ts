/** Changes of live displays that are not there yet: they come by another pipe, and may overtake the display they are for. */

import type { CellId } from "../port/evaluator.js";
import type { FromEngine, LiveChange } from "../port/live.js";
import type { Clock } from "./clock.js";

/** A display may never come, of a cell whose output is captured for one: so many are kept of each, the last ones. */
export const EARLY_ROWS = 10_000;
/** And of so many displays, the latest. */
export const EARLY_DISPLAYS = 100;
/** A display that has not come for so long will not: what is kept for it is dropped. */
export const EARLY_MS = 60_000;

type Change = Exclude<FromEngine, { cell: CellId }>;

/** What came for one display, as one change, and its end. */
interface Early {
  sinceMs: number;
  change: Extract<Change, { type: "liveChange" }> | undefined;
  close: Extract<Change, { type: "liveClose" }> | undefined;
}

export class EarlyChanges {
  readonly #clock: Clock;
  /** By display, the oldest first. */
  readonly #early = new Map<string, Early>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A change for a display that is not there. */
  add(change: Change): void {
    this.#forget();
    const early = this.#early.get(change.display) ?? this.#begin(change.display);
    if (change.type === "liveClose") early.close ??= change;
    else if (early.close === undefined) early.change = merged(early.change, change);
  }

  /** The display has come: what is to be applied to it, in order. Forgets it. */
  take(display: string): Change[] {
    const early = this.#early.get(display);
    this.#early.delete(display);
    return [early?.change, early?.close].filter((change) => change !== undefined);
  }

  clear(): void {
    this.#early.clear();
  }

  #begin(display: string): Early {
    const early = { sinceMs: this.#clock.now(), change: undefined, close: undefined };
    this.#early.set(display, early);
    return early;
  }

  #forget(): void {
    const oldestMs = this.#clock.now() - EARLY_MS;
    for (const [display, { sinceMs }] of this.#early)
      if (sinceMs < oldestMs || this.#early.size > EARLY_DISPLAYS) this.#early.delete(display);
  }
}

function merged<C extends LiveChange>(before: C | undefined, change: C): C {
  if (before === undefined) return { ...change, rows: change.rows.slice(-EARLY_ROWS) };
  const all = change.mode === "replace" ? change.rows : [...before.rows, ...change.rows];
  const mode = change.mode === "replace" ? "replace" : before.mode;
  return { ...before, ...change, mode, rows: all.slice(-EARLY_ROWS) };
}
