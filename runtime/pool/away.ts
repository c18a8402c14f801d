import { StreamError } from "../stream-error.js";

/** Something outside is out of reach now, and may be back a little later: to do the same once more may end well. */
export class Away extends StreamError {
  /** @param patienceMs how long it is worth waiting for */
  constructor(
    code: string,
    message: string,
    readonly patienceMs: number,
  ) {
    super(code, message);
  }
}

/** What is away, of an error that says so or was caused by one that does. */
export function awayOf(error: unknown): Away | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof Away) return cause;
  return undefined;
}
