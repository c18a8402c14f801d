import { describe, expect, test } from "vitest";
import { capture } from "../closure/capture.js";
import { PLAIN_PROGRAM } from "../closure/closure-host.js";
import { parallelizeNode } from "../operators/parallelize.js";
import { reduceByKeyNode } from "../operators/reduce-by-key.js";
import { READERS } from "../operators/table.js";
import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { importHere } from "../pool/import-module.js";
import { TaskRuntime } from "../pool/task-runtime.js";
import { type WorkerEvents, WorkerPool } from "../pool/worker-pool.js";
import { JobRunner } from "./job-runner.js";

/** Two workers in this thread, whose answers may be held back until the test lets them go. */
function newRunner() {
  const workers: { runtime: TaskRuntime; events: WorkerEvents }[] = [];
  const answers: (() => void)[] = [];
  let holding = false;
  const pool = new WorkerPool(2, ({ worker, workers: size }, cancellation, events) => {
    const runtime = new TaskRuntime({
      worker,
      workers: size,
      readers: READERS,
      cancellation,
      importModule: importHere,
      post: (message) => {
        if (holding) answers.push(() => events.message(message));
        else queueMicrotask(() => events.message(message));
      },
    });
    workers[worker] = { runtime, events };
    return { post: (message) => runtime.receive(message), terminate: async () => runtime.close() };
  });
  const portable = (fn: (...args: never[]) => unknown) => {
    const captured = capture(fn, PLAIN_PROGRAM);
    pool.define(captured);
    return captured;
  };
  return {
    runner: new JobRunner(pool, { lost: () => undefined, printed: () => undefined }),
    lose: (worker: number) => workers[worker]?.events.lost("it was killed"),
    holds: () => workers.map(({ runtime }) => runtime.holds()),
    holdAnswers: () => {
      holding = true;
    },
    answer: () => {
      holding = false;
      for (const answer of answers.splice(0)) answer();
    },
    map: (parent: RddNode, fn: (...args: never[]) => unknown) =>
      rddNode("map", [parent], [portable(fn)], null, parent.partitions),
    sums: (parent: RddNode) =>
      reduceByKeyNode(parent, [portable((a: number, b: number) => a + b)], parent.partitions),
  };
}

const NOTHING = { shuffles: 0, rdds: 0, states: 0 };
const numbers = parallelizeNode([1, 2, 3, 4], 4);

describe("workers hold nothing for what was let go", () => {
  test("kept rows, when the job that kept them was cancelled before its tasks were known to be done", async () => {
    const { runner, holds, holdAnswers, answer, map } = newRunner();
    const kept = { ...map(numbers, (n: number) => n * 2), kept: true };
    await runner.run(numbers, { kind: "count" }, runner.newJob(null));
    holdAnswers();
    const job = runner.newJob(null);
    const cancelled = expect(runner.run(kept, { kind: "count" }, job)).rejects.toMatchObject({
      code: "RT_CANCELLED",
    });
    await expect.poll(() => holds().map(({ rdds }) => rdds)).toEqual([1, 1]);
    runner.cancel(job);
    await cancelled;
    runner.forget([kept.id]);
    answer();
    await expect.poll(holds).toEqual([NOTHING, NOTHING]);
  });

  test("a shuffle that failed, also while its RDD is still there", async () => {
    const { runner, holds, map, sums } = newRunner();
    const failing = sums(
      map(numbers, (n: number) => {
        if (n === 4) throw new Error("no 4");
        return [n, n];
      }),
    );
    for (const _ of [1, 2])
      await expect(runner.run(failing, { kind: "count" }, runner.newJob(null))).rejects.toThrow("no 4");
    await expect.poll(holds).toEqual([NOTHING, NOTHING]);
  });

  test("shuffles that lost a part with a worker; what is asked again is computed again", async () => {
    const { runner, holds, lose, map, sums } = newRunner();
    const totals = sums(map(numbers, (n: number) => [n % 2, n]));
    const collect = () => runner.run(totals, { kind: "collect" }, runner.newJob(null));
    const first = await collect();
    lose(0);
    await expect.poll(holds).toEqual([NOTHING, NOTHING]);
    expect(await collect()).toEqual(first);
    runner.forget([totals.id]);
    await expect.poll(holds).toEqual([NOTHING, NOTHING]);
  });
});
