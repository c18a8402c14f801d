/** A clock that stands still until a test moves it. */

import type { Cancel, Clock } from "../front/clock.js";

/** Timers run in the order of their time, inside {@link ManualClock.advance}. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #timers: { atMs: number; act: () => void }[] = [];

  now = (): number => this.#nowMs;

  after = (ms: number, act: () => void): Cancel => {
    const timer = { atMs: this.#nowMs + ms, act };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  /** Moves time on by `ms`, running what falls due, each at its own time; promises settle after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#nowMs + ms;
    for (let timer = this.#next(end); timer !== undefined; timer = this.#next(end)) {
      this.#nowMs = Math.max(this.#nowMs, timer.atMs);
      timer.act();
      await settled();
    }
    this.#nowMs = end;
  }

  #next(end: number): { atMs: number; act: () => void } | undefined {
    const [first] = this.#timers.filter((timer) => timer.atMs <= end).sort((a, b) => a.atMs - b.atMs);
    this.#timers = this.#timers.filter((timer) => timer !== first);
    return first;
  }
}

/** Resolves when all promises that can settle without time or I/O have done so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
