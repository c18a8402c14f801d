/** Entry of a task thread. */

import { parentPort, workerData } from "node:worker_threads";
import { Cancellation } from "../pool/cancellation.js";
import { HeapWatch, OutOfMemory } from "../pool/heap-watch.js";
import { IdleCollection } from "../pool/idle-collection.js";
import { importHere } from "../pool/import-module.js";
import { gatherPrinted } from "../pool/printed.js";
import type { ToWorker } from "../pool/task.js";
import { TaskRuntime } from "../pool/task-runtime.js";
import type { FromThread, TaskThreadData } from "../pool/thread-worker.js";
import { TASK_CODE } from "./task-code.js";

const port = parentPort;
if (port === null) throw new Error("task-thread is started as a worker thread");
const { cancellation, ...place } = workerData as TaskThreadData;
const heap = new HeapWatch(place.settings.memoryMb * 2 ** 20);
const idle = new IdleCollection();
const post = (message: FromThread) => port.postMessage(message, moved(message));
const runtime = new TaskRuntime({
  ...place,
  code: TASK_CODE,
  cancellation: new Cancellation(cancellation, lookAtHeap),
  importModule: importHere,
  post,
  takePrinted: gatherPrinted(),
});

/** What a task made for the engine alone is not copied. */
function moved(message: FromThread): ArrayBuffer[] {
  if (message.type !== "done" || !(message.moved?.bytes instanceof Uint8Array)) return [];
  return [message.moved.bytes.buffer as ArrayBuffer];
}

let isOver = false;

/** This thread is ended for it, whatever becomes of the task: what it holds may be held by more than the task at hand. */
function lookAtHeap(): void {
  if (!isOver && !heap.isOver()) return;
  if (!isOver) post({ type: "outOfMemory" });
  isOver = true;
  throw new OutOfMemory();
}

/** An error of this program, not of a user's function: the worker cannot go on. */
let broken: unknown;

port.on("message", (message: ToWorker) => {
  try {
    runtime.receive(message);
    idle.worked();
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

post({ type: "started" });
