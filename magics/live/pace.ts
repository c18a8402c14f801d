import type { Clock } from "../../runtime/time/clock.js";

/** Does something at once when it is asked for, but only so often: what is asked for meanwhile is done when its time has come. */
export class Pace {
  #nextMs = 0;
  #cancel: (() => void) | undefined;

  /** @param intervalMs at least so long from one time to the next */
  constructor(
    private readonly clock: Clock,
    private readonly intervalMs: number,
    private readonly act: () => void,
  ) {}

  /** Now, or when its time has come. */
  ask(): void {
    if (this.clock.now() >= this.#nextMs) this.now();
    else this.later();
  }

  /** Whatever its time. */
  now(): void {
    this.cancel();
    this.#nextMs = this.clock.now() + this.intervalMs;
    this.act();
  }

  /** When its time has come, not before. */
  later(): void {
    this.#cancel ??= this.clock.at(this.#nextMs, () => this.now());
  }

  /** What was asked for is not done any more. */
  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
