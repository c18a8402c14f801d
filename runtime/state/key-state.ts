import { StreamError } from "../stream-error.js";

/**
 * The state of one key, as the function of `mapWithState` is given it. It is good for that call only: the next call has the
 * same object with another key's state.
 */
export interface State<S> {
  /** Whether the key has a state. */
  exists(): boolean;
  /** The state. @throws StreamError RT_STATE_NOT_SET when there is none */
  get(): S;
  /** The state, or undefined when there is none. */
  getOption(): S | undefined;
  /** Gives the key this state. @throws StreamError RT_STATE_REMOVED, RT_STATE_TIMING_OUT */
  update(state: S): void;
  /** The key has no state any more. @throws StreamError RT_STATE_REMOVED, RT_STATE_TIMING_OUT */
  remove(): void;
  /** Whether the key is told of for the last time: it was not touched for longer than the timeout. */
  isTimingOut(): boolean;
}

/**
 * The only {@link State} there is: one object for all keys, after Spark's StateImpl, whose messages it has. A test can make one,
 * and call a function of `mapWithState` with it.
 */
export class KeyState<S> implements State<S> {
  #state: S | undefined;
  #exists = false;
  #timingOut = false;
  #updated = false;
  #removed = false;

  get isUpdated(): boolean {
    return this.#updated;
  }

  get isRemoved(): boolean {
    return this.#removed;
  }

  /** It is a key's state from now on. */
  wrap(state: S): void {
    this.#begin(state, true, false);
  }

  /** It is a key's that has none. */
  wrapNone(): void {
    this.#begin(undefined, false, false);
  }

  /** It is a key's that times out. */
  wrapTimingOut(state: S): void {
    this.#begin(state, true, true);
  }

  exists(): boolean {
    return this.#exists;
  }

  get(): S {
    if (!this.#exists) throw new StreamError("RT_STATE_NOT_SET", "State is not set");
    return this.#state as S;
  }

  getOption(): S | undefined {
    return this.#exists ? this.#state : undefined;
  }

  update(state: S): void {
    if (this.#removed)
      throw new StreamError("RT_STATE_REMOVED", "Cannot update the state after it has been removed");
    if (this.#timingOut)
      throw new StreamError("RT_STATE_TIMING_OUT", "Cannot update the state that is timing out");
    this.#state = state;
    this.#exists = true;
    this.#updated = true;
  }

  remove(): void {
    if (this.#timingOut)
      throw new StreamError("RT_STATE_TIMING_OUT", "Cannot remove the state that is timing out");
    if (this.#removed)
      throw new StreamError("RT_STATE_REMOVED", "Cannot remove the state that has already been removed");
    this.#state = undefined;
    this.#exists = false;
    this.#updated = false;
    this.#removed = true;
  }

  isTimingOut(): boolean {
    return this.#timingOut;
  }

  toString(): string {
    return this.#exists ? String(this.#state) : "<state not set>";
  }

  #begin(state: S | undefined, exists: boolean, timingOut: boolean): void {
    this.#state = state;
    this.#exists = exists;
    this.#timingOut = timingOut;
    this.#updated = false;
    this.#removed = false;
  }
}
