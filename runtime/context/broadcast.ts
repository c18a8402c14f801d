import { inspect } from "node:util";
import type { BroadcastBytes, StandIn } from "../closure/portable-function.js";
import { destroyedBroadcast, STAND_IN } from "../closure/stand-in.js";

/**
 * A value that functions read in all task threads, after Apache Spark's class of the same name. Its bytes lie in memory
 * that the threads share; each makes a copy of the value of its own once, when a function first asks for it.
 */
export class Broadcast<T> {
  #held: { value: T; bytes: BroadcastBytes } | undefined;

  /** @internal @param bytes the value as it was when it was made, in shared memory */
  constructor(
    readonly id: string,
    value: T,
    bytes: BroadcastBytes,
    private readonly release: (id: string, destroyed: boolean) => void,
  ) {
    this.#held = { value, bytes };
  }

  /** The value. What one thread changes in it the others do not see. @throws StreamError RT_BROADCAST_DESTROYED */
  get value(): T {
    return this.#there().value;
  }

  /** Drops the copies of the task threads. They are made again when a function asks for the value. */
  unpersist(): void {
    this.release(this.id, false);
  }

  /** Drops the value here and in the task threads: whoever asks for it from now on fails. */
  destroy(): void {
    this.#held = undefined;
    this.release(this.id, true);
  }

  /** @internal */
  [STAND_IN](): StandIn {
    return { is: "broadcast", id: this.id, ...this.#there().bytes };
  }

  toString(): string {
    return `Broadcast(${this.id}${this.#held === undefined ? ", destroyed" : ""})`;
  }

  /** Shown as its text, not as the inside of it. */
  [inspect.custom](): string {
    return this.toString();
  }

  #there(): { value: T; bytes: BroadcastBytes } {
    if (this.#held === undefined) throw destroyedBroadcast();
    return this.#held;
  }
}
