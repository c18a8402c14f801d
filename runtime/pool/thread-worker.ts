import { Worker } from "node:worker_threads";
import type { FromWorker, WorkerSettings } from "./task.js";
import type { SpawnWorker } from "./worker-pool.js";

/** What a task thread is told at its start. */
export interface TaskThreadData {
  worker: number;
  workers: number;
  settings: WorkerSettings;
  cancellation: SharedArrayBuffer;
}

/** Workers that are threads of their own. @param entry file that runs a task thread */
export function threadWorkers(entry: URL, settings: WorkerSettings): SpawnWorker {
  return ({ worker, workers }, cancellation, events) => {
    const workerData: TaskThreadData = { worker, workers, settings, cancellation: cancellation.memory };
    const thread = new Worker(entry, { workerData, name: `millrace task ${worker}` });
    let terminated = false;
    thread.on("message", (message: FromWorker) => events.message(message));
    thread.on("error", (error) => events.lost(error.message));
    thread.on("exit", (code) => {
      if (!terminated) events.lost(`it ended with exit code ${code}`);
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
