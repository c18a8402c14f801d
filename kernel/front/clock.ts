/** Time as a parameter: what waits or measures in the front is given one of these. */

/** Cancels what it was returned for; harmless when that has run. */
export type Cancel = () => void;

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `act` once after `ms` milliseconds. Does not keep the process alive. */
  after(ms: number, act: () => void): Cancel;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms).unref();
    return () => clearTimeout(timer);
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
