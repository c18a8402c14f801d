import type { Clock } from "./clock.js";

/**
 * Calls back at each multiple of `periodMs` after its start, never skipping one: when the caller is late, the ticks it
 * missed follow at once, each with its own time.
 */
export class Ticker {
  #cancel: (() => void) | undefined;
  #nextMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly periodMs: number,
    private readonly tick: (timeMs: number) => void,
  ) {}

  /** The first tick there would be if it started now: the next multiple of the period. */
  firstTickMs(): number {
    return (Math.floor(this.clock.now() / this.periodMs) + 1) * this.periodMs;
  }

  start(firstMs: number): void {
    this.#nextMs = firstMs;
    this.#wait();
  }

  /** No further tick. Returns the time of the tick that will not come. */
  stop(): number {
    this.#cancel?.();
    this.#cancel = undefined;
    return this.#nextMs;
  }

  #wait(): void {
    this.#cancel = this.clock.at(this.#nextMs, () => {
      const timeMs = this.#nextMs;
      this.#nextMs += this.periodMs;
      this.#wait();
      this.tick(timeMs);
    });
  }
}
