import type { Cancellation } from "./cancellation.js";
import type { Chunk } from "./reader.js";

/**
 * What a task reads from outside the program: texts of whole lines for a loop of lines, or chunks of records. Gone through
 * once, synchronously. What fails on the way is thrown as an {@link OutsideError}.
 */
export type Opened = { texts: Iterable<string> } | { chunks: Iterable<Chunk> };

/**
 * Opens what one task reads, in the task thread. Called with what the operator's node says of its partition. With a promise, its
 * task waits until there is something to read, and no longer than `cancellation.signal` says.
 */
export type OpenSplit = (split: unknown, cancellation: Cancellation) => Opened | Promise<Opened>;

/** A file or a process failed: nobody's function is to blame, and no record. */
export class OutsideError extends Error {
  override readonly name = "OutsideError";

  /** @param thrown most often a StreamError, whose code and sentence are told as they are */
  constructor(readonly thrown: unknown) {
    super(thrown instanceof Error ? thrown.message : String(thrown));
  }
}
