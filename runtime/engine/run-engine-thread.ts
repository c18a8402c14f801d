import { parentPort, workerData } from "node:worker_threads";
import { IdleCollection } from "../pool/idle-collection.js";
import type { WorkerSettings } from "../pool/task.js";
import { threadWorkers } from "../pool/thread-worker.js";
import { WorkerPool } from "../pool/worker-pool.js";
import { Engine } from "./engine.js";
import type { ToEngine } from "./port.js";
import type { Presenter } from "./presenter.js";

const GOODBYE_MS = 1000;

/** What the engine thread is told at its start. */
export interface EngineThreadData {
  workers: number;
  /** File that runs a task thread. */
  taskEntry: string;
  settings: WorkerSettings;
}

/** Runs an engine in this worker thread until the message `close`. */
export function runEngineThread(presenter: Presenter): Engine {
  const port = parentPort;
  if (port === null) throw new Error("an engine thread is started as a worker thread");
  const { workers, taskEntry, settings } = workerData as EngineThreadData;
  const pool = new WorkerPool(workers, threadWorkers(new URL(taskEntry), settings));
  const { scratch } = settings;
  const idle = new IdleCollection();
  const engine = new Engine({
    pool,
    scratch,
    presenter,
    post: (message) => {
      port.postMessage(message);
      idle.worked();
    },
  });
  port.on("message", (message: ToEngine | "close") => {
    if (message !== "close") engine.receive(message);
    else
      void engine.close().then(() => {
        port.close();
        // The thread ends when nothing is open in it; a connection of an input that is yet to say goodbye does not hold it for long.
        setTimeout(() => process.exit(), GOODBYE_MS).unref();
      });
  });
  return engine;
}
