import { capture } from "../../closure/capture.js";
import { PLAIN_PROGRAM } from "../../closure/closure-host.js";
import { importHere } from "../../pool/import-module.js";
import type { Printed } from "../../pool/task.js";
import { TaskRuntime } from "../../pool/task-runtime.js";
import { type WorkerEvents, WorkerPool } from "../../pool/worker-pool.js";
import { JobRunner } from "../job-runner.js";
import { TASK_CODE } from "../task-code.js";

/**
 * For tests: a runner over two workers in this thread that can be looked into, can be lost, and whose answers may be held
 * back until the test lets them go.
 * @param takePrinted gives what tasks have printed since it was asked last
 */
export function watchedRunner(takePrinted?: () => Printed) {
  const workers: { runtime: TaskRuntime; events: WorkerEvents }[] = [];
  const answers: (() => void)[] = [];
  let holding = false;
  let spawned = 0;
  const pool = new WorkerPool(2, (place, cancellation, events) => {
    const runtime = new TaskRuntime({
      settings: { memoryMb: 512, scratch: "unused", spillBytes: undefined },
      ...place,
      code: TASK_CODE,
      cancellation,
      importModule: importHere,
      ...(takePrinted && { takePrinted }),
      post: (message) => {
        if (holding) answers.push(() => events.message(message));
        else queueMicrotask(() => events.message(message));
      },
    });
    workers[place.worker] = { runtime, events };
    spawned += 1;
    return { post: (message) => runtime.receive(message), terminate: async () => runtime.close() };
  });
  /** A function as it travels, made known to the workers. */
  const portable = (fn: (...args: never[]) => unknown) => {
    const captured = capture(fn, PLAIN_PROGRAM);
    pool.define(captured);
    return captured;
  };
  /** What the functions of jobs printed, and whose they are, as it is told. */
  const printed: [tag: unknown, text: string][] = [];
  return {
    portable,
    printed,
    runner: new JobRunner(pool, {
      printed: (tag, told) => printed.push(...told.map(({ text }): [unknown, string] => [tag, text])),
      accumulated: () => undefined,
      stageBegun: () => undefined,
      stageDone: () => undefined,
      taskDone: () => undefined,
      free: () => undefined,
    }),
    /** A worker dies. */
    lose: (worker: number) => workers[worker]?.events.lost({ reason: "it was killed", outOfMemory: false }),
    /** How many workers there have been. */
    spawned: () => spawned,
    /** What each worker holds. */
    holds: () => workers.map(({ runtime }) => runtime.holds()),
    holdAnswers: () => {
      holding = true;
    },
    answer: () => {
      holding = false;
      for (const answer of answers.splice(0)) answer();
    },
  };
}

/** What a worker {@link watchedRunner holds} when nothing is left. */
export const NOTHING = { shuffles: 0, rdds: 0, states: 0 };
