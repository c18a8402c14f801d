/** A worker thread for tests: it remembers what it is told, and answers when the test says so. */

import { EventEmitter } from "node:events";
import { hasId, type WorkerThread } from "../front/worker-calls.js";

/** A message as the worker was told it. */
export type Heard = Record<string, unknown>;

/** The worker of one test. */
export interface ListeningWorker extends WorkerThread {
  readonly told: unknown[];
  /** Answers the last question, or the one at this place, as for an array's `at`. */
  answer(reply: object, question?: number): void;
}

/** Never answers by itself; `terminate` ends it as its death would. */
export function listeningWorker(): ListeningWorker {
  const events = new EventEmitter();
  const told: unknown[] = [];
  return {
    told,
    on: events.on.bind(events),
    postMessage: (message) => void told.push(message),
    answer: (reply, question = -1) =>
      events.emit("message", { id: told.filter(hasId).at(question)?.id, reply }),
    terminate: async () => {
      events.emit("exit", 1);
      return 1;
    },
  };
}

/** What the worker was told, in order, without the numbers of questions. */
export function hear(worker: ListeningWorker): Heard[] {
  return worker.told.map((message) => {
    const { id: _, ...rest } = { id: undefined, ...(typeof message === "object" ? message : {}) };
    return rest;
  });
}
