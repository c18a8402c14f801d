import { WorkerLost } from "../pool/worker-loss.js";
import { StreamError } from "../stream-error.js";

/** How often a task is tried, and a shuffle is written, before a job fails: Spark's `spark.task.maxFailures`. */
export const MAX_ATTEMPTS = 4;

/** True when a worker went and took a task or what it reads: to do the same again may end well. */
export function isLost(error: unknown): error is WorkerLost {
  return error instanceof WorkerLost && !isOutOfMemory(error);
}

/** True for the task that needed too much memory, not for those that waited behind it: to run it again would end the same. */
export function isOutOfMemory(error: unknown): error is WorkerLost {
  return error instanceof WorkerLost && error.loss.outOfMemory && error.begun;
}

/** What a job fails with whose tasks end their workers again and again. @param what that was tried */
export function gaveUp(what: string, last: WorkerLost): StreamError {
  return new StreamError(
    "RT_WORKER_LOST",
    `${what} was tried ${MAX_ATTEMPTS} times, and each time its worker thread was lost; the last time ${last.message}`,
    { cause: last },
  );
}
