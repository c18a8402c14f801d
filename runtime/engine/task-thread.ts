/** Entry of a task thread. */

import { parentPort, workerData } from "node:worker_threads";
import { Cancellation } from "../pool/cancellation.js";
import { importHere } from "../pool/import-module.js";
import { gatherPrinted } from "../pool/printed.js";
import type { ToWorker } from "../pool/task.js";
import { TaskRuntime } from "../pool/task-runtime.js";
import type { TaskThreadData } from "../pool/thread-worker.js";
import { TASK_CODE } from "./task-code.js";

const port = parentPort;
if (port === null) throw new Error("task-thread is started as a worker thread");
const { cancellation, ...place } = workerData as TaskThreadData;
const runtime = new TaskRuntime({
  ...place,
  code: TASK_CODE,
  cancellation: new Cancellation(cancellation),
  importModule: importHere,
  post: (message) => port.postMessage(message),
  takePrinted: gatherPrinted(),
});

/** An error of this program, not of a user's function: the worker cannot go on. */
let broken: unknown;

port.on("message", (message: ToWorker) => {
  try {
    runtime.receive(message);
  } catch (error) {
    broken = error;
    throw error;
  }
});

for (const event of ["unhandledRejection", "uncaughtException"]) {
  process.on(event, (error: unknown) => {
    if (error !== undefined && error === broken) throw error;
    runtime.failedLate(error);
  });
}
