/** Tasks in order, run at once when nothing before them is unfinished. */

import { type Log, messageOf } from "./log.js";

type Task = () => void | Promise<void>;

/** More tasks in line than this make it long. */
const LONG = 500;

/** What the line tells: whoever feeds it is to wait from `long` to `idle`. */
export interface LaneEvents {
  /** Something was pushed, and the line is long. */
  long(): void;
  /** The line has become empty after something had to wait. */
  idle(): void;
}

const UNHEARD: LaneEvents = { long: () => undefined, idle: () => undefined };

/**
 * Most output needs no waiting and goes through synchronously; a live display waits for its pictures, and all that
 * comes after it waits in line.
 */
export class Lane {
  readonly #log: Log;
  readonly #waiting: Task[] = [];
  readonly #events: LaneEvents;
  #busy = false;

  constructor(log: Log, events = UNHEARD) {
    this.#log = log;
    this.#events = events;
  }

  /** True when nothing is under way: what is pushed now runs at once. */
  get isEmpty(): boolean {
    return !this.#busy;
  }

  /** What a task throws is logged; the next one runs all the same. */
  push(task: Task): void {
    if (this.#busy) {
      this.#waiting.push(task);
      if (this.#waiting.length > LONG) this.#events.long();
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
    this.#events.idle();
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
