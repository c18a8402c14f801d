/**
 * What an interrupt does, step by step. The first two rungs are the evaluator's (its control thread sets the loop
 * guards' flag, and terminates the running JavaScript 75 ms later); this is the last one: a process that does not
 * come back is ended.
 */

import type { CellId } from "../port/evaluator.js";
import type { Cancel, Clock } from "./clock.js";

/** How long the main thread has to come back, and then the interrupted cell to end. */
export const INTERRUPT_DEADLINE_MS = 2_000;
/** The same while the process loads and reads nothing yet: slow as its machine may be, it loses nothing by going on. */
export const LOADING_DEADLINE_MS = 20_000;

/** One ladder for one evaluator process. */
export class InterruptLadder {
  readonly #clock: Clock;
  readonly #kill: () => void;
  #cancel: Cancel | undefined;
  /** The cell that the last interrupt was for. */
  #cell: CellId | undefined;

  /** `kill` ends the process; it is called at most once for each interrupt. */
  constructor(clock: Clock, kill: () => void) {
    this.#clock = clock;
    this.#kill = kill;
  }

  /**
   * An interrupt was sent. One that comes while another is pending does not prolong its time.
   * @param cell the one that runs; undefined when none does, and something else may hold the thread
   */
  climb(cell: CellId | undefined, deadlineMs = INTERRUPT_DEADLINE_MS): void {
    this.#cell = cell;
    this.#cancel ??= this.#clock.after(deadlineMs, this.#kill);
  }

  /** The process has loaded: from now on an interrupt that it was sent meanwhile has its usual time. */
  loaded(): void {
    if (!this.pending) return;
    this.stop();
    this.climb(this.#cell);
  }

  /**
   * The evaluator's main thread is free. When the cell still runs, it now has to end in the same time: not one that has begun
   * since, which is as it should be.
   */
  acknowledged(running: CellId | undefined): void {
    if (this.#cancel === undefined) return;
    this.stop();
    if (running !== undefined && running === this.#cell) this.climb(running);
  }

  /** True from the interrupt until what it was for has ended. */
  get pending(): boolean {
    return this.#cancel !== undefined;
  }

  /** The cell has ended, or the process has. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
