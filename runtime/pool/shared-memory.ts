import { collectGarbage } from "./heap-watch.js";

/** A fast socket brings it a few times a second; a collection takes about a millisecond for each megabyte of the thread's own. */
const COLLECT_BYTES = 128 * 2 ** 20;

let seenBytes = 0;

/**
 * This thread was given shared memory, or made some. It is freed when no thread has garbage that refers to it, but V8 counts none of
 * it: a source that brings hundreds of megabytes a second filled gigabytes before a thread that makes little else collected anything.
 * So garbage is collected each time that so much of it has come.
 */
export function sawSharedMemory(bytes: number): void {
  seenBytes += bytes;
  if (seenBytes < COLLECT_BYTES) return;
  seenBytes = 0;
  collectGarbage();
}
