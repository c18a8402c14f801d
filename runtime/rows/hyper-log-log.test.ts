import { describe, expect, test } from "vitest";
import { SparkContext } from "../context/spark-context.js";
import {
  addToSketch,
  bitsFor,
  checkBits,
  estimateDistinct,
  joinSketches,
  newSketch,
} from "./hyper-log-log.js";

const KINDS: Record<string, (i: number) => unknown> = {
  numbers: (i) => i,
  fractions: (i) => i / 7,
  strings: (i) => `user-${i}`,
  tuples: (i) => [i % 100, `x${Math.floor(i / 100)}`],
};

describe.each(Object.entries(KINDS))("a sketch of %s", (_kind, toValue) => {
  test.each([0, 1, 10, 100, 1000, 20_000])(
    "knows how many of %d are distinct within four deviations",
    (n) => {
      const sketch = newSketch(12);
      for (let i = 0; i < n; i++) addToSketch(addToSketch(sketch, toValue(i)), toValue(i));
      expect(Math.abs(estimateDistinct(sketch) - n)).toBeLessThanOrEqual(Math.ceil(4 * 0.01625 * n));
    },
  );
});

test("what two sketches saw, one saw: joined in any order", () => {
  const sketch = (from: number, to: number) => {
    const made = newSketch(10);
    for (let i = from; i < to; i++) addToSketch(made, i);
    return made;
  };
  const whole = sketch(0, 3000);
  expect(joinSketches(sketch(0, 2000), sketch(1000, 3000))).toEqual(whole);
  expect(joinSketches(sketch(1000, 3000), sketch(0, 2000))).toEqual(whole);
  expect(joinSketches(whole, newSketch(10))).toEqual(whole);
});

test.each([
  [0.05, 9],
  [0.01, 14],
  [0.9, 4],
])("a deviation of %d takes 2^%d registers, as in Spark", (relativeSD, bits) => {
  expect(bitsFor(relativeSD)).toBe(bits);
});

test.each([0, -1, 0.00001, Number.NaN])("a deviation of %d is refused", (relativeSD) => {
  expect(() => bitsFor(relativeSD)).toThrow(expect.objectContaining({ code: "RT_ACCURACY" }));
});

test.each([3, 25, 4.5])("2^%d registers are refused", (bits) => {
  expect(() => checkBits(bits, 0)).toThrow(expect.objectContaining({ code: "RT_ACCURACY" }));
});

test("a sparse sketch has at least as many bits, where one is asked for", () => {
  expect([checkBits(12, 0), checkBits(12, 12), checkBits(12, 32)]).toEqual([12, 12, 12]);
  expect(() => checkBits(12, 11)).toThrow("sp is 0, or from p to 32: p is 12 and sp 11");
  expect(() => checkBits(12, 33)).toThrow(expect.objectContaining({ code: "RT_ACCURACY" }));
});

/** Spark's RDDSuite and PairRDDFunctionsSuite: a hundred times each number, and key k with k distinct values. */
test("distinct records are counted about right, in all and by key", async () => {
  const sc = new SparkContext({ workers: 2, threads: false });
  const close = (found: number, known: number) => expect(Math.abs(found - known) / known).toBeLessThan(0.1);
  const hundred = sc.range(0, 10_000, 1, 20).map((i) => i % 100);
  close(await hundred.countApproxDistinct(), 100);
  close(await hundred.countApproxDistinct(8, 0), 100);
  close(await hundred.countApproxDistinct(0.01), 100);
  expect(await sc.emptyRDD().countApproxDistinct()).toBe(0);
  const stacked = sc.range(1, 101).flatMap((i) => Array.from({ length: i * 10 }, (_, j) => [i, j % i]));
  for (const [key, count] of await stacked.countApproxDistinctByKey(0.01, 5).collect()) close(count, key);
  const byRegisters = stacked.countApproxDistinctByKey(14, 0, 5);
  expect(byRegisters.getNumPartitions()).toBe(5);
  for (const [key, count] of await byRegisters.collect()) close(count, key);
});
