import { totalmem } from "node:os";
import { StreamError } from "../stream-error.js";

/** The program's thread, the engine's, and the rest of the machine need memory too. */
const SHARE_OF_MACHINE = 0.6;

/** What V8 gives a thread of a large machine by itself; more makes its collections long. */
const AT_MOST_MB = 4096;

/** A task thread takes 10 MB before it runs anything. */
const AT_LEAST_MB = 64;

/**
 * Megabytes of heap for each of so many task threads when none are asked for: together 60 % of what this process may
 * use of the machine (or of its container), and 4 GB at most.
 */
export function defaultWorkerMemoryMb(workers: number, machineBytes = usableBytes()): number {
  const share = Math.floor((machineBytes * SHARE_OF_MACHINE) / workers / 2 ** 20);
  return Math.min(AT_MOST_MB, Math.max(AT_LEAST_MB, share));
}

/** @throws StreamError RT_WORKER_MEMORY when it is not a whole number of megabytes, or too few for a thread to start */
export function checkWorkerMemory(memoryMb: number): number {
  if (Number.isInteger(memoryMb) && memoryMb >= AT_LEAST_MB) return memoryMb;
  throw new StreamError(
    "RT_WORKER_MEMORY",
    `workerMemoryMb is a whole number of at least ${AT_LEAST_MB} megabytes, not ${String(memoryMb)}`,
  );
}

function usableBytes(): number {
  // 0 or a number beyond any memory where nothing limits the process.
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
