import { Worker } from "node:worker_threads";
import type { FromWorker, WorkerSettings } from "./task.js";
import type { WorkerLoss } from "./worker-loss.js";
import type { SpawnWorker, WorkerPlace } from "./worker-pool.js";

/** What a task thread is told at its start. */
export interface TaskThreadData extends WorkerPlace {
  settings: WorkerSettings;
  cancellation: SharedArrayBuffer;
}

/**
 * Workers that are threads of their own; one that needs more heap than it may use ends, and nothing else with it.
 * @param entry file that runs a task thread
 */
export function threadWorkers(entry: URL, settings: WorkerSettings): SpawnWorker {
  return (place, cancellation, events) => {
    const workerData: TaskThreadData = { ...place, settings, cancellation: cancellation.memory };
    const resourceLimits = { maxOldGenerationSizeMb: settings.memoryMb };
    const thread = new Worker(entry, { workerData, resourceLimits, name: `millrace task ${place.worker}` });
    let terminated = false;
    thread.on("message", (message: FromWorker) => events.message(message));
    thread.on("error", (error) => events.lost(lossBy(error, settings.memoryMb)));
    thread.on("exit", (code) => {
      if (!terminated) events.lost({ reason: `it ended with exit code ${code}`, outOfMemory: false });
    });
    return {
      post: (message, transfer = []) => thread.postMessage(message, transfer),
      terminate: async () => {
        terminated = true;
        await thread.terminate();
      },
    };
  };
}

function lossBy(error: Error & { code?: string }, memoryMb: number): WorkerLoss {
  if (error.code !== "ERR_WORKER_OUT_OF_MEMORY") return { reason: error.message, outOfMemory: false };
  return { reason: `it needed more than the ${memoryMb} MB of heap it may use`, outOfMemory: true };
}
