import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { diskError } from "./disk-error.js";

/**
 * A temporary file of one thread, which is made by the first write and read and written at any place. Of all of a thread a few are
 * open at a time, those that were used last: there may be far more of them than a process may have open.
 */
export class ScratchFile {
  #descriptor: number | undefined;
  #isThere = false;

  constructor(readonly path: string) {}

  /** Writes all of the bytes at a place. @throws StreamError RT_DISK; what was written before stays whole */
  write(bytes: Uint8Array, at: number): void {
    try {
      const file = this.#open();
      for (let done = 0; done < bytes.length; )
        done += writeSync(file, bytes, done, bytes.length - done, at + done);
    } catch (error) {
      throw diskError("write", this.path, error);
    }
  }

  /** Reads so many bytes from a place. @param into is long enough. @throws StreamError RT_DISK */
  read(at: number, bytes: number, into: Buffer): Buffer {
    try {
      const file = this.#open();
      for (let done = 0; done < bytes; ) {
        const read = readSync(file, into, done, bytes - done, at + done);
        if (read === 0) throw new Error(`it ends after ${at + done} bytes`);
        done += read;
      }
      return into.subarray(0, bytes);
    } catch (error) {
      throw diskError("read", this.path, error);
    }
  }

  /** Deletes it. It can be written again. */
  remove(): void {
    if (!this.#isThere) return;
    this.#close();
    this.#isThere = false;
    rmSync(this.path, { force: true });
  }

  #open(): number {
    open.delete(this);
    open.add(this);
    if (this.#descriptor !== undefined) return this.#descriptor;
    const [unusedForLongest = this] = open;
    if (open.size > MOST_OPEN) unusedForLongest.#close();
    if (!this.#isThere) mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    this.#descriptor = openSync(this.path, this.#isThere ? "r+" : "wx+", 0o600);
    this.#isThere = true;
    return this.#descriptor;
  }

  #close(): void {
    open.delete(this);
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

/** Of this thread, those that were used last at the end. */
const open = new Set<ScratchFile>();

/** To open one again takes 10 µs, of the milliseconds that a chunk takes. */
const MOST_OPEN = 64;
