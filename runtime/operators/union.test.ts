import { afterAll, describe, expect, test } from "vitest";
import type { DStream } from "../context/dstream.js";
import { SparkContext } from "../context/spark-context.js";
import { StreamingContext } from "../context/streaming-context.js";
import { runTwoInputs } from "../testing/index.js";

const sorted = (batches: number[][]): number[][] => batches.map((batch) => [...batch].sort((a, b) => a - b));

test("the union of two streams has the records of both, batch by batch, also where one has none", async () => {
  const batches = await runTwoInputs<number, number, number>([[1, 2], [], [3]], [[10], [20], []], (a, b) =>
    a.union(b),
  );
  expect(sorted(batches)).toEqual([[1, 2, 10], [20], [3]]);
});

test("the union of more streams is that of the context", async () => {
  const batches = await runTwoInputs<number, number, number>([[1]], [[10]], (a, b, ssc) =>
    ssc.union([a, b, a]),
  );
  expect(sorted(batches)).toEqual([[1, 1, 10]]);
});

test("a batch in which one of the streams has no RDD fails, as in Spark", async () => {
  const batches = runTwoInputs<number, number, number>([null], [[10]], (a, b) => a.union(b));
  await expect(batches).rejects.toThrow("Could not generate RDD from a parent for unifying at time 1000 ms");
});

describe("streams of different contexts are not put together, since the others' batches would never come", () => {
  const sc = new SparkContext({ workers: 2, threads: false });
  afterAll(() => sc.stop());
  const pairs = () => new StreamingContext(sc, 1000).queueStream<[string, number]>([]).setName("strange");
  type Pairs = DStream<[string, number]>;

  test.each<[string, (one: Pairs, other: Pairs) => unknown]>([
    ["union", (one, other) => one.union(other)],
    ["union", (one, other) => one.context.union([one, other])],
    ["transform", (one, other) => one.context.transform([one, other], ([rdd]) => rdd as never)],
    ["transformWith", (one, other) => one.transformWith(other, (rdd) => rdd)],
    ["join", (one, other) => one.join(other)],
    ["cogroup", (one, other) => one.cogroup(other)],
  ])("%s", (op, together) => {
    expect(() => together(pairs(), pairs())).toThrow(
      `\`${op}\` takes streams of one StreamingContext, and strange belongs to a different one`,
    );
  });
});
