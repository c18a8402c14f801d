import { describe, expect, test } from "vitest";
import { SparkContext } from "../context/spark-context.js";
import { runBatches } from "../testing/index.js";
import { LAYOUTS, sorted } from "../testing/layouts.js";

const numbers = Array.from({ length: 300 }, (_, i) => (i * 7919) % 211);
const ascending = [...numbers].sort((a, b) => a - b);

describe.each(LAYOUTS)("$partitions partitions on $workers workers", ({ workers, partitions }) => {
  const sc = new SparkContext({ workers, threads: false });
  const rdd = () => sc.parallelize(numbers, partitions);

  test("sortBy sorts through all partitions, upwards and downwards", async () => {
    expect(
      await rdd()
        .sortBy((n) => n)
        .collect(),
    ).toEqual(ascending);
    expect(
      await rdd()
        .sortBy((n) => n, false, 4)
        .collect(),
    ).toEqual([...ascending].reverse());
  });

  test("sortBy spreads the records over about equal partitions", async () => {
    const sizes = (
      await rdd()
        .sortBy((n) => n, true, 3)
        .glom()
        .collect()
    ).map((part) => part.length);
    expect(Math.min(...sizes)).toBeGreaterThan(50);
  });

  test("sortByKey keeps the order of equal keys", async () => {
    const pairs = sc.parallelize(
      numbers.map((n, i) => [`k${n % 3}`, i] as [string, number]),
      partitions,
    );
    const expected = ["k0", "k1", "k2"].map((key, rest) =>
      numbers.flatMap((n, i) => (n % 3 === rest ? [[key, i]] : [])),
    );
    expect(await pairs.sortByKey().collect()).toEqual(expected.flat());
    expect(await pairs.sortByKey(false, 2).collect()).toEqual([...expected].reverse().flat());
  });

  test("zipWithIndex numbers the records in order, also those that operators left", async () => {
    const even = rdd().filter((n) => n % 2 === 0);
    const expected = numbers.filter((n) => n % 2 === 0).map((n, i) => [n, i]);
    expect(await even.zipWithIndex().collect()).toEqual(expected);
    expect(
      await even
        .zipWithIndex()
        .filter(([, i]) => i === 3)
        .collect(),
    ).toEqual([expected[3]]);
  });

  test("repartition deals the records evenly, coalesce joins neighbours", async () => {
    const dealt = await rdd().repartition(4).glom().collect();
    expect(dealt.map((part) => part.length).every((length) => Math.abs(length - 75) <= partitions)).toBe(
      true,
    );
    expect(dealt.flat().sort((a, b) => a - b)).toEqual(ascending);
    const joined = rdd().coalesce(2);
    expect(joined.getNumPartitions()).toBe(Math.min(2, partitions));
    expect(await joined.collect()).toEqual(numbers);
  });

  test("range makes its numbers where they are needed", async () => {
    expect(await sc.range(0, 10, 3, partitions).collect()).toEqual([0, 3, 6, 9]);
    expect(
      await sc
        .range(5, 0, -2, partitions)
        .map((n) => n * 10)
        .collect(),
    ).toEqual([50, 30, 10]);
    expect(await sc.range(100_000).reduce((a, b) => a + b)).toBe(4_999_950_000);
  });
});

const sc = new SparkContext({ workers: 2, threads: false });

test("coalesce puts partitions together as Spark does, and makes no more", async () => {
  const five = sc.parallelize([1, 2, 3, 4, 5], 5);
  expect(await five.coalesce(2).glom().collect()).toEqual([
    [1, 2],
    [3, 4, 5],
  ]);
  expect(five.coalesce(9).getNumPartitions()).toBe(5);
  expect(five.coalesce(9, true).getNumPartitions()).toBe(9);
});

describe.each([
  ["without partitions", sc.emptyRDD<[string, number]>()],
  ["with empty partitions", sc.parallelize<[string, number]>([], 3)],
  ["that is an empty range", sc.range(3, 3).keyBy(String)],
])("an RDD %s", (_title, none) => {
  test("is sorted, numbered and dealt to nothing", async () => {
    expect(await none.sortByKey().collect()).toEqual([]);
    expect(await none.sortBy(([, n]) => n, true, 3).collect()).toEqual([]);
    expect(await none.zipWithIndex().collect()).toEqual([]);
    expect(await none.repartition(2).glom().collect()).toEqual([[], []]);
  });
});

test("a function that throws while keys are looked at is told", async () => {
  const bad = sc.parallelize([1, 2], 2).sortBy((n) => {
    throw new Error(`no key for ${n}`);
  });
  for (const _ of [1, 2]) await expect(bad.collect()).rejects.toThrow("no key for");
});

test.each([
  [0, 10, 0],
  [0, 10, 0.5],
  [0, Number.POSITIVE_INFINITY, 1],
])("a range from %d to %d by %d is refused", (start, end, step) => {
  expect(() => sc.range(start, end, step)).toThrow(expect.objectContaining({ code: "RT_RANGE" }));
});

test("a stream is reduced, counted by value and dealt batch by batch", async () => {
  const input = [["a", "b", "a"], [], ["c"]];
  expect(await runBatches(input, (s) => s.reduce((a, b) => a + b))).toEqual([["aba"], [], ["c"]]);
  const counts = await runBatches(input, (s) => s.countByValue());
  expect(counts.map(sorted)).toEqual([
    [
      ["a", 2],
      ["b", 1],
    ],
    [],
    [["c", 1]],
  ]);
  const dealt = await runBatches(input, (s) => s.repartition(3).glom());
  expect(dealt.map((batch) => batch.length)).toEqual([3, 3, 3]);
});
