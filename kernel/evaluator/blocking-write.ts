/** Writes that return when the bytes are in the pipe: output keeps its order and survives what the cell does next. */

import fs from "node:fs";

/** Node's own: cells' writes are watched (raw-writes.ts). */
const { writeSync } = fs;

const RETRY_MS = 1;
const clock = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes all of `bytes`. A full pipe makes the thread wait, which is the back pressure we want.
 * @throws Error when the pipe is closed
 */
export function writeFully(fd: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += writeSome(fd, bytes, written);
}

function writeSome(fd: number, bytes: Uint8Array, from: number): number {
  try {
    return writeSync(fd, bytes, from);
  } catch (error) {
    // Somebody made the pipe non-blocking (a child process that shares it, for one): wait for room.
    if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    Atomics.wait(clock, 0, 0, RETRY_MS);
    return 0;
  }
}
