import { writeSync } from "node:fs";

/** How long to wait before a full pipe is tried again. */
const PAUSE_MS = 5;

/**
 * Writes all of a text before it returns, in any thread. While the reader of a pipe is slow the caller waits: there is
 * nowhere to keep what streams print. When the reader is gone the text is dropped: a stream is worth more than its print.
 */
export function writeWhole(fd: 1 | 2, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSome(fd, bytes.subarray(written));
}

/** How many of the bytes are done with: those that were written, or all when nobody reads any more. */
function writeSome(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EPIPE") return bytes.length;
    if (code !== "EAGAIN") throw error;
    pause();
    return 0;
  }
}

/** Node makes pipes non-blocking, for all threads, when a program first uses process.stdout. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, PAUSE_MS);
}
