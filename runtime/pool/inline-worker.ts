import { importHere } from "./import-module.js";
import type { WorkerSettings } from "./task.js";
import { type TaskCode, TaskRuntime, type Turns } from "./task-runtime.js";
import type { SpawnWorker } from "./worker-pool.js";

/**
 * Workers that are no threads: tasks run in this thread, in turn. For tests and for programs that want no threads; the
 * task program and the shuffle between workers are the same.
 */
export function inlineWorkers(code: TaskCode, settings: WorkerSettings): SpawnWorker {
  const turns: Turns = { last: undefined };
  return (place, cancellation, events) => {
    const runtime = new TaskRuntime({
      ...place,
      settings,
      code,
      turns,
      cancellation,
      importModule: importHere,
      post: (message) => queueMicrotask(() => events.message(message)),
    });
    return {
      // As between threads, so that each worker has objects of its own.
      post: (message) => runtime.receive(message.type === "function" ? structuredClone(message) : message),
      terminate: async () => runtime.close(),
    };
  };
}
