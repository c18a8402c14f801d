/** Time as a parameter: what waits or measures in the front is given one of these. */

import { afterWhatHasCome } from "./event-loop.js";

/** Cancels what it was returned for; harmless when that has run. */
export type Cancel = () => void;

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `act` once after `ms` milliseconds. Does not keep the process alive. */
  after(ms: number, act: () => void): Cancel;
}

/**
 * The machine's clock. A time is over when all is handled that has come until then: this process may have had no turn for longer than
 * that (a busy machine, a lid that was closed), and what it waited for be there with the end of its patience.
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, act) => {
    let cancelled = false;
    const end = () => {
      if (!cancelled) act();
    };
    const timer = setTimeout(() => afterWhatHasCome(end), ms).unref();
    return () => {
      cancelled = true;
      clearTimeout(timer);
    };
  },
};

/** Resolves after `ms` milliseconds. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}

/** The value of `promise`, or of `otherwise` when it has not come within `ms`. A rejection goes through. */
export async function within<T>(
  clock: Clock,
  ms: number,
  promise: Promise<T>,
  otherwise: () => T,
): Promise<T> {
  let cancel: Cancel = () => undefined;
  const deadline = new Promise<T>((resolve) => {
    cancel = clock.after(ms, () => resolve(otherwise()));
  });
  return Promise.race([promise, deadline]).finally(() => cancel());
}
