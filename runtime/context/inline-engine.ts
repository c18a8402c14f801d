import { ScratchFolder } from "../disk/scratch-folder.js";
import { Engine } from "../engine/engine.js";
import type { FromEngine } from "../engine/port.js";
import { consolePresenter } from "../engine/print.js";
import { TASK_CODE } from "../engine/task-code.js";
import { inlineWorkers } from "../pool/inline-worker.js";
import { WorkerPool } from "../pool/worker-pool.js";
import type { EngineSettings, Wire } from "./engine-client.js";

/**
 * An engine whose tasks run in this thread. What it says comes a microtask later, as from another thread.
 * @param workersOf makes the workers; tests give others
 */
export function openInlineEngine(
  { workers, localDir, ...limits }: EngineSettings,
  receive: (message: FromEngine) => void,
  workersOf: typeof inlineWorkers = inlineWorkers,
): Omit<Wire, "keepAlive"> {
  const scratch = new ScratchFolder(localDir);
  const pool = new WorkerPool(workers, workersOf(TASK_CODE, { ...limits, scratch: scratch.path }));
  const engine = new Engine({
    pool,
    scratch: scratch.path,
    presenter: consolePresenter,
    post: (message) => queueMicrotask(() => receive(message)),
  });
  return {
    post: (message) => engine.receive(message),
    close: async () => {
      await engine.close();
      scratch.remove();
    },
  };
}
