import { constants } from "node:buffer";
import { StreamError } from "../../stream-error.js";
import type { ByteReader } from "./byte-reader.js";

/** Read at a time. */
const BLOCK_BYTES = 1 << 20;

/** Read past the end of the range at first, for the rest of its last record; then as much again as was read there. */
const TAIL_BYTES = 4 << 10;

/** The part of a file that is at hand, from a position on: filled at its end, dropped at its beginning. */
export class ByteWindow {
  #block: Buffer;
  #filled = 0;

  /** @param position of the reader's first byte; @param end most of what is read lies before it */
  constructor(
    private readonly path: string,
    private readonly reader: ByteReader,
    public position: number,
    private readonly end: number,
  ) {
    this.#block = Buffer.allocUnsafeSlow(Math.min(BLOCK_BYTES, end - position + TAIL_BYTES));
  }

  /** What is at hand; good until the next call of another method. */
  get bytes(): Buffer {
    return this.#block.subarray(0, this.#filled);
  }

  /**
   * Reads more. @returns true when nothing is left to read
   * @throws StreamError RT_LINE_TOO_LONG when more is at hand than a text can be long
   */
  fill(): boolean {
    if (this.#filled === this.#block.length) this.#grow();
    const room = this.#block.length - this.#filled;
    const left = this.end - this.position - this.#filled;
    // A long record is gone through anew each time: by pieces of one size that would take its length squared.
    const wanted = Math.min(room, Math.max(0, left) + Math.max(TAIL_BYTES, -left));
    const got = this.reader.read(this.#block, this.#filled, wanted);
    this.#filled += got;
    return got < wanted;
  }

  /** The first `length` bytes are not needed any more. */
  drop(length: number): void {
    this.#block.copyWithin(0, length, this.#filled);
    this.position += length;
    this.#filled -= length;
  }

  /** For a record that is longer than the block. */
  #grow(): void {
    if (this.#filled > constants.MAX_STRING_LENGTH) {
      throw new StreamError(
        "RT_LINE_TOO_LONG",
        `what begins at byte ${this.position} of ${this.path} does not end within ${constants.MAX_STRING_LENGTH} bytes, and no text is longer than that; read such a file with binaryFiles or binaryRecords`,
      );
    }
    const larger = Buffer.allocUnsafeSlow(this.#block.length * 2);
    this.#block.copy(larger);
    this.#block = larger;
  }
}
