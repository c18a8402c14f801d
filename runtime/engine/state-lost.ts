import { StreamError } from "../stream-error.js";

/** A part of a state went with its worker, at a version that was not committed: the batch has to begin again. */
export class StateLost extends StreamError {
  constructor(what: string) {
    super(
      "RT_STATE_LOST",
      `a worker thread was lost with a part of what ${what} gave for this batch, which cannot be computed again; use the RDD of a later batch`,
    );
  }
}
