import { describe, expect, test } from "vitest";
import type { PortableFunction } from "../closure/portable-function.js";
import { parallelizeNode } from "../operators/parallelize.js";
import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { NOTHING, watchedRunner } from "./testing/watched-runner.js";

const map = (parent: RddNode, fn: PortableFunction) =>
  rddNode("map", [parent], [fn], null, parent.partitions);
const reduceByKeyNode = (parent: RddNode, functions: PortableFunction[], partitions: number) =>
  rddNode("reduceByKey", [parent], functions, { partitions, by: { kind: "hash" } }, partitions);
const numbers = parallelizeNode([1, 2, 3, 4], 4);
const add = (a: number, b: number) => a + b;

describe("workers hold nothing for what was let go", () => {
  test("kept rows, when the job that kept them was cancelled before its tasks were known to be done", async () => {
    const { runner, holds, holdAnswers, answer, portable } = watchedRunner();
    const kept = {
      ...map(
        numbers,
        portable((n: number) => n * 2),
      ),
      storage: "ALWAYS" as const,
    };
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
    const { runner, holds, portable } = watchedRunner();
    const pairs = map(
      numbers,
      portable((n: number) => {
        if (n === 4) throw new Error("no 4");
        return [n, n];
      }),
    );
    const failing = reduceByKeyNode(pairs, [portable(add)], 2);
    for (const _ of [1, 2])
      await expect(runner.run(failing, { kind: "count" }, runner.newJob(null))).rejects.toThrow("no 4");
    await expect.poll(holds).toEqual([NOTHING, NOTHING]);
  });

  test("shuffles that lost a part with a worker; what is asked again is computed again", async () => {
    const { runner, holds, lose, portable } = watchedRunner();
    const pairs = map(
      numbers,
      portable((n: number) => [n % 2, n]),
    );
    const totals = reduceByKeyNode(pairs, [portable(add)], 2);
    const collect = () => runner.run(totals, { kind: "collect" }, runner.newJob(null));
    const first = await collect();
    lose(0);
    await expect.poll(holds).toEqual([NOTHING, NOTHING]);
    expect(await collect()).toEqual(first);
    runner.forget([totals.id]);
    await expect.poll(holds).toEqual([NOTHING, NOTHING]);
  });
});
