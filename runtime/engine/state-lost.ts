import { StreamError } from "../stream-error.js";

/** A part of a state went with its worker, at a version that was not committed: the batch has to begin again. */
export class StateLost extends StreamError {
  constructor(what: string) {
    super(
      CODE,
      `a worker thread was lost with a part of what ${what} gave for this batch, which cannot be computed again; use the RDD of a later batch`,
    );
  }
}

/** True for what has a {@link StateLost} as its reason, also when it came back from the program that had asked for rows. */
export function isStateLost(error: unknown): boolean {
  return error instanceof StreamError && error.code === CODE;
}

const CODE = "RT_STATE_LOST";
