import { sawSharedMemory } from "../pool/shared-memory.js";
import { cutBlock, type LineBlock } from "../rows/lines.js";

const NEWLINE = 0x0a;

export interface LineBufferOptions {
  /** Size of the memory blocks bytes are collected in. */
  blockBytes: number;
  /** A longer line is cut off and counted. */
  maxLineBytes: number;
}

/**
 * Collects bytes into blocks of whole lines in shared memory. An unfinished line stays behind for the next take, so a
 * line is never split between batches, wherever the network split it.
 */
export class LineBuffer {
  #bytes: Uint8Array;
  /** Of the current block: written up to here, of which whole lines up to `#lineEnd`. */
  #used = 0;
  #start = 0;
  #lineEnd = 0;
  #lines = 0;
  #full: LineBlock[] = [];
  #skipping = false;
  /** Lines that were longer than allowed; only their beginning was kept. */
  cutLines = 0;
  /** Whole lines received and not taken. */
  pendingLines = 0;
  /** Bytes held in whole lines. */
  pendingBytes = 0;

  constructor(private readonly options: LineBufferOptions) {
    this.#bytes = sharedBytes(options.blockBytes);
  }

  push(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; ) {
      if (this.#skipping) from = this.#skipLine(chunk, from);
      else {
        if (this.#used === this.#bytes.length) this.#nextBlock();
        // No further than a line may be too long: one that ends in the same chunk is cut off too.
        const allowed = this.options.maxLineBytes + 1 - (this.#used - this.#lineEnd);
        const taken = Math.min(chunk.length - from, this.#bytes.length - this.#used, allowed);
        this.#append(chunk.subarray(from, from + taken));
        from += taken;
        this.#cutLongLine();
      }
    }
  }

  /** Ends the last line when the sender closed without a newline. */
  finishLine(): void {
    if (this.#used > this.#lineEnd) this.push(Uint8Array.of(NEWLINE));
  }

  /** The oldest whole lines, at most `limit`; their memory is not written again. */
  take(limit = Number.POSITIVE_INFINITY): LineBlock[] {
    this.#closeBlock();
    const taken = limit < this.pendingLines ? this.#first(limit) : this.#full.splice(0);
    for (const { start, end, records } of taken) {
      this.pendingLines -= records;
      this.pendingBytes -= end - start;
    }
    return taken;
  }

  /** So many lines: whole blocks, and the first lines of the block in which they end. */
  #first(limit: number): LineBlock[] {
    const taken: LineBlock[] = [];
    for (let left = limit; left > 0; ) {
      const block = this.#full[0];
      if (block === undefined) break;
      const [head, rest] = block.records <= left ? [block, undefined] : cutBlock(block, left);
      taken.push(head);
      if (rest === undefined) this.#full.shift();
      else this.#full[0] = rest;
      left -= head.records;
    }
    return taken;
  }

  #append(part: Uint8Array): void {
    this.#bytes.set(part, this.#used);
    for (let at = part.indexOf(NEWLINE); at >= 0; at = part.indexOf(NEWLINE, at + 1)) {
      this.#lines++;
      this.pendingLines++;
    }
    const last = part.lastIndexOf(NEWLINE);
    if (last >= 0) {
      this.pendingBytes += this.#used + last + 1 - this.#lineEnd;
      this.#lineEnd = this.#used + last + 1;
    }
    this.#used += part.length;
  }

  /** Whole lines of the current block become a block of their own; the memory behind them goes on being filled. */
  #closeBlock(): void {
    if (this.#lineEnd > this.#start) {
      const bytes = this.#bytes.buffer as SharedArrayBuffer;
      this.#full.push({ bytes, start: this.#start, end: this.#lineEnd, records: this.#lines });
    }
    this.#start = this.#lineEnd;
    this.#lines = 0;
  }

  /** The unfinished line moves to the front of fresh memory, twice as large while the line alone fills it. */
  #nextBlock(): void {
    this.#closeBlock();
    const rest = this.#bytes.subarray(this.#lineEnd, this.#used);
    const bytes = sharedBytes(Math.max(this.options.blockBytes, rest.length * 2));
    bytes.set(rest);
    this.#bytes = bytes;
    this.#used = rest.length;
    this.#start = 0;
    this.#lineEnd = 0;
  }

  #cutLongLine(): void {
    if (this.#used - this.#lineEnd <= this.options.maxLineBytes) return;
    this.#used = this.#characterStart(this.#lineEnd + this.options.maxLineBytes);
    this.cutLines++;
    this.#skipping = true;
  }

  /** Where the character of UTF-8 begins that the byte at this place belongs to. */
  #characterStart(at: number): number {
    let start = at;
    while (start > this.#lineEnd && ((this.#bytes[start] as number) & 0xc0) === 0x80) start--;
    return start;
  }

  /** Passes over the rest of a line that was cut; its newline is kept. */
  #skipLine(chunk: Uint8Array, from: number): number {
    const newline = chunk.indexOf(NEWLINE, from);
    this.#skipping = newline < 0;
    return newline < 0 ? chunk.length : newline;
  }
}

function sharedBytes(length: number): Uint8Array {
  sawSharedMemory(length);
  return new Uint8Array(new SharedArrayBuffer(length));
}
