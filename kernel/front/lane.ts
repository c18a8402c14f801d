/** Tasks in order, run at once when nothing before them is unfinished. */

import { type Log, messageOf } from "./log.js";

type Task = () => void | Promise<void>;

/**
 * Most output needs no waiting and goes through synchronously; a live display waits for its pictures, and all that
 * comes after it waits in line.
 */
export class Lane {
  readonly #log: Log;
  readonly #waiting: Task[] = [];
  readonly #onIdle: () => void;
  #busy = false;

  /** `onIdle` is called each time the line has become empty after something had to wait. */
  constructor(log: Log, onIdle: () => void = () => undefined) {
    this.#log = log;
    this.#onIdle = onIdle;
  }

  /** How many tasks wait for an earlier one. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** True when nothing is under way: what is pushed now runs at once. */
  get isEmpty(): boolean {
    return !this.#busy;
  }

  /** What a task throws is logged; the next one runs all the same. */
  push(task: Task): void {
    if (this.#busy) {
      this.#waiting.push(task);
      return;
    }
    const pending = this.#start(task);
    if (pending !== undefined) void this.#drainAfter(pending);
  }

  async #drainAfter(pending: Promise<void>): Promise<void> {
    this.#busy = true;
    await this.#finish(pending);
    for (let task = this.#waiting.shift(); task !== undefined; task = this.#waiting.shift()) {
      const next = this.#start(task);
      if (next !== undefined) await this.#finish(next);
    }
    this.#busy = false;
    this.#onIdle();
  }

  #start(task: Task): Promise<void> | undefined {
    try {
      return task() ?? undefined;
    } catch (error) {
      this.#report(error);
      return undefined;
    }
  }

  async #finish(pending: Promise<void>): Promise<void> {
    try {
      await pending;
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    this.#log("error", `an output could not be handled: ${messageOf(error)}`);
  }
}
