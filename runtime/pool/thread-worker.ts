import type { HeapInfo } from "node:v8";
import { Worker } from "node:worker_threads";
import type { FromWorker, WorkerSettings } from "./task.js";
import type { WorkerLoss } from "./worker-loss.js";
import type { SpawnWorker, WorkerPlace } from "./worker-pool.js";

/** What a task thread is told at its start. */
export interface TaskThreadData extends WorkerPlace {
  settings: WorkerSettings;
  cancellation: SharedArrayBuffer;
}

/** What a task thread says: also that its program is loaded, and that it holds more than it may and waits for its end. */
export type FromThread = FromWorker | { type: "started" } | { type: "outOfMemory" };

/**
 * Workers that are threads of their own; one that needs more heap than it may use ends, and nothing else with it. It
 * looks at its heap itself where its loops look whether they are to end. What runs without such a loop for long is ended
 * from here where Node tells a thread's heap to another (from 22.16 and 24 on), or else by V8's limit.
 * @param entry file that runs a task thread
 */
export function threadWorkers(entry: URL, settings: WorkerSettings): SpawnWorker {
  return (place, cancellation, events) => {
    const workerData: TaskThreadData = { ...place, settings, cancellation: cancellation.memory };
    const limitMb = hardLimitMb(settings.memoryMb);
    const resourceLimits = { maxOldGenerationSizeMb: limitMb };
    const thread: TellingWorker = new Worker(entry, {
      workerData,
      resourceLimits,
      name: `millrace task ${place.worker}`,
    });
    let terminated = false;
    const outOfMemory = () => events.lost(outOfHeap(settings.memoryMb));
    thread.on("message", (message: FromThread) => {
      if (message.type === "started") events.started();
      else if (message.type === "outOfMemory") outOfMemory();
      else events.message(message);
    });
    thread.on("error", (error) => events.lost(lossBy(error, settings.memoryMb)));
    thread.on("exit", (code) => {
      if (!terminated) events.lost({ reason: `it ended with exit code ${code}`, outOfMemory: false });
    });
    return {
      post: (message, transfer = []) => thread.postMessage(message, transfer),
      watch: () => {
        cancellation.askForLook();
        thread.getHeapStatistics?.().then(
          ({ used_heap_size: bytes }) => {
            if (bytes > limitMb * 2 ** 20 * NEAR_LIMIT) outOfMemory();
          },
          () => undefined, // it ended meanwhile, which is told by itself
        );
      },
      terminate: async () => {
        terminated = true;
        await thread.terminate();
      },
    };
  };
}

/** A worker as newer Nodes have it. */
type TellingWorker = Worker & { getHeapStatistics?(): Promise<HeapInfo> };

/**
 * Of V8's limit: V8 collects the garbage halfway between what was in use and its limit at the latest, so that who comes
 * here had seven tenths of the limit in use, which is more than the worker may. V8 would go on collecting, for seconds.
 */
const NEAR_LIMIT = 0.85;

/**
 * What V8 is told: far more than the worker may use. An allocation beyond this limit is fatal to the process, and so the
 * objects that grow while nobody looks need room: an array is copied when it grows, and doubles within a few looks.
 */
function hardLimitMb(memoryMb: number): number {
  return memoryMb + Math.max(memoryMb, ROOM_MB);
}

const ROOM_MB = 512;

function lossBy(error: Error & { code?: string }, memoryMb: number): WorkerLoss {
  if (error.code === "ERR_WORKER_OUT_OF_MEMORY") return outOfHeap(memoryMb);
  return { reason: error.message, outOfMemory: false };
}

function outOfHeap(memoryMb: number): WorkerLoss {
  return { reason: `it needed more than the ${memoryMb} MB of heap it may use`, outOfMemory: true };
}
