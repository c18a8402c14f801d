import { describe, expect, test } from "vitest";
import { SparkContext } from "../context/spark-context.js";

const pairs: [string, number][] = [
  ["a", 1],
  ["b", 2],
  ["a", 3],
  ["b", 4],
];

describe("a reduce function that threw", () => {
  test("throws again when the same RDD is asked again: no pair is lost", async () => {
    const sc = new SparkContext({ workers: 2, threads: false });
    const sums = sc.parallelize(pairs, 2).reduceByKey((a, b) => {
      if (a + b === 4) throw new Error("not 4");
      return a + b;
    });
    for (const _ of [1, 2]) await expect(sums.collect()).rejects.toThrow("not 4");
  });

  test("and does so no more, gives all pairs", async () => {
    const sc = new SparkContext({ workers: 2, threads: false });
    const trouble = { tries: 1 };
    Object.assign(globalThis, { trouble });
    const sums = sc.parallelize(pairs, 2).reduceByKey((a, b) => {
      const { trouble } = globalThis as unknown as { trouble: { tries: number } };
      if (trouble.tries-- > 0) throw new Error("only once");
      return a + b;
    });
    await expect(sums.collect()).rejects.toThrow("only once");
    expect(new Map(await sums.collect())).toEqual(new Map(Object.entries({ a: 4, b: 6 })));
  });
});
