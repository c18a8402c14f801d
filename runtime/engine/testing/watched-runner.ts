import { capture } from "../../closure/capture.js";
import { PLAIN_PROGRAM } from "../../closure/closure-host.js";
import { importHere } from "../../pool/import-module.js";
import { TaskRuntime } from "../../pool/task-runtime.js";
import { type WorkerEvents, WorkerPool } from "../../pool/worker-pool.js";
import { JobRunner } from "../job-runner.js";
import { TASK_CODE } from "../task-code.js";

/**
 * For tests: a runner over two workers in this thread that can be looked into, can be lost, and whose answers may be held
 * back until the test lets them go.
 */
export function watchedRunner() {
  const workers: { runtime: TaskRuntime; events: WorkerEvents }[] = [];
  const answers: (() => void)[] = [];
  let holding = false;
  const pool = new WorkerPool(2, (place, cancellation, events) => {
    const runtime = new TaskRuntime({
      settings: { memoryMb: 512, scratch: "unused", spillBytes: undefined },
      ...place,
      code: TASK_CODE,
      cancellation,
      importModule: importHere,
      post: (message) => {
        if (holding) answers.push(() => events.message(message));
        else queueMicrotask(() => events.message(message));
      },
    });
    workers[place.worker] = { runtime, events };
    return { post: (message) => runtime.receive(message), terminate: async () => runtime.close() };
  });
  /** A function as it travels, made known to the workers. */
  const portable = (fn: (...args: never[]) => unknown) => {
    const captured = capture(fn, PLAIN_PROGRAM);
    pool.define(captured);
    return captured;
  };
  return {
    portable,
    runner: new JobRunner(pool, {
      printed: () => undefined,
      stageBegun: () => undefined,
      stageDone: () => undefined,
      taskDone: () => undefined,
      free: () => undefined,
    }),
    /** A worker dies. */
    lose: (worker: number) => workers[worker]?.events.lost({ reason: "it was killed", outOfMemory: false }),
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
