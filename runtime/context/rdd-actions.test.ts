import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { LAYOUTS, sorted } from "../testing/layouts.js";
import type { RDD } from "./rdd.js";
import { SparkContext } from "./spark-context.js";

const numbers = [5, 3, 8, 1, 9, 2, 7];
const words: [string, number][] = [
  ["b", 1],
  ["a", 2],
  ["b", 3],
];

describe.each(LAYOUTS)(
  "actions over $partitions partitions, on $workers workers",
  ({ workers, partitions }) => {
    const sc = new SparkContext({ workers, threads: false });
    const rdd = () => sc.parallelize(numbers, partitions);
    const pairs = () => sc.parallelize(words, partitions);

    test.each<[string, (rdd: RDD<number>) => Promise<unknown>, unknown]>([
      ["reduce", (rdd) => rdd.reduce((a, b) => a + b), 35],
      [
        "reduce after operators",
        (rdd) =>
          rdd
            .map((n) => n * 2)
            .filter((n) => n > 9)
            .reduce(Math.max),
        18,
      ],
      ["fold", (rdd) => rdd.fold(0, (a, b) => a + b), 35],
      [
        "aggregate",
        (rdd) =>
          rdd.aggregate(
            { sum: 0, count: 0 },
            (zero, n) => {
              zero.sum += n;
              zero.count += 1;
              return zero;
            },
            (a, b) => ({ sum: a.sum + b.sum, count: a.count + b.count }),
          ),
        { sum: 35, count: 7 },
      ],
      ["max", (rdd) => rdd.max(), 9],
      ["min", (rdd) => rdd.min(), 1],
      ["max by an order of its own", (rdd) => rdd.max((a, b) => (a % 5) - (b % 5)), 9],
      ["min of strings", (rdd) => rdd.map((n) => `n${n}`).min(), "n1"],
      ["takeOrdered", (rdd) => rdd.takeOrdered(3), [1, 2, 3]],
      ["takeOrdered backwards", (rdd) => rdd.takeOrdered(2, (a, b) => b - a), [9, 8]],
      ["takeOrdered of more than there are", (rdd) => rdd.takeOrdered(20), [1, 2, 3, 5, 7, 8, 9]],
      ["takeOrdered of none", (rdd) => rdd.takeOrdered(0), []],
      ["sum", (rdd) => rdd.sum(), 35],
      ["mean", (rdd) => rdd.mean(), 5],
      ["histogram with edges", (rdd) => rdd.histogram([1, 5, 9]), [3, 4]],
      [
        "histogram with a number of buckets",
        (rdd) => rdd.histogram(4),
        [
          [1, 3, 5, 7, 9],
          [2, 1, 1, 3],
        ],
      ],
    ])("%s", async (_name, act, expected) => {
      expect(await act(rdd())).toEqual(expected);
    });

    test("stats in one pass", async () => {
      const stats = await rdd().stats();
      expect([stats.count, stats.min, stats.max]).toEqual([7, 1, 9]);
      expect(stats.variance).toBeCloseTo(58 / 7);
      expect(stats.sampleStdev).toBeCloseTo(Math.sqrt(58 / 6));
      expect(await rdd().stdev()).toBeCloseTo(stats.stdev);
      expect([stats.popVariance, stats.popStdev]).toEqual([stats.variance, stats.stdev]);
      expect(await rdd().popVariance()).toBe(stats.variance);
      expect(await rdd().popStdev()).toBe(stats.stdev);
      expect(inspect(stats)).toBe(String(stats));
    });

    test("counts by key and by value", async () => {
      expect(await pairs().countByKey()).toEqual(new Map(Object.entries({ a: 1, b: 2 })));
      const parities = await rdd()
        .map((n) => n % 2)
        .countByValue();
      expect([parities.get(0), parities.get(1)]).toEqual([2, 5]);
      const tuples = await rdd()
        .map((n) => [n % 2])
        .countByValue();
      expect(sorted([...tuples])).toEqual([
        [[0], 2],
        [[1], 5],
      ]);
    });

    test("collectAsMap keeps the last of a key, lookup gives all", async () => {
      expect(await pairs().collectAsMap()).toEqual(new Map(Object.entries({ a: 2, b: 3 })));
      expect(await pairs().lookup("b")).toEqual([1, 3]);
      expect(await pairs().lookup("z")).toEqual([]);
      expect(
        await pairs()
          .map(([key, n]) => [{ key }, n])
          .lookup({ key: "a" }),
      ).toEqual([2]);
    });

    test("toLocalIterator goes through the partitions in order", async () => {
      const seen: number[] = [];
      for await (const n of rdd()
        .map((n) => n + 1)
        .toLocalIterator())
        seen.push(n);
      expect(seen).toEqual(numbers.map((n) => n + 1));
    });

    test("foreach and foreachPartition run in the tasks", async () => {
      const total = sc.longAccumulator();
      await rdd().foreach((n) => total.add(n));
      expect(total.value).toBe(35);
      const sizes = sc.longAccumulator();
      await rdd().foreachPartition((rows) => sizes.add([...rows].length));
      expect(sizes.value).toBe(7);
    });
  },
);

const sc = new SparkContext({ workers: 2, threads: false });

describe.each([
  ["without partitions", sc.emptyRDD<number>()],
  ["with empty partitions", sc.parallelize<number>([], 3)],
])("an RDD %s", (_title, none) => {
  test.each<[string, () => Promise<unknown>]>([
    ["reduce", () => none.reduce((a, b) => a + b)],
    ["max", () => none.max()],
    ["min", () => none.min()],
  ])("has nothing for %s", async (action, act) => {
    await expect(act()).rejects.toMatchObject({
      code: "RT_EMPTY",
      message: expect.stringContaining(`an empty RDD has nothing for ${action}()`),
    });
  });

  test("gives the zero, no rows, and counts of nothing", async () => {
    expect(await none.fold(7, (a, b) => a * b)).toBe(none.getNumPartitions() === 0 ? 7 : 7 ** 4);
    expect(
      await none.aggregate(
        0,
        (a) => a,
        (a) => a,
      ),
    ).toBe(0);
    expect(await none.takeOrdered(3)).toEqual([]);
    expect(await none.countByValue()).toEqual(new Map());
    expect([await none.sum(), await none.mean(), await none.variance()]).toEqual([0, 0, Number.NaN]);
    expect(await none.histogram([0, 1])).toEqual([0]);
    for await (const _ of none.toLocalIterator()) expect.unreachable();
  });

  test("has no even buckets", async () => {
    await expect(none.histogram(3)).rejects.toMatchObject({ code: "RT_BUCKETS" });
  });
});

test("toLocalIterator computes no partition before it is its turn", async () => {
  const late = sc.parallelize([1, 2, 3], 3).map((n) => {
    if (n > 1) throw new Error("computed too early");
    return n;
  });
  const rows = late.toLocalIterator();
  expect(await rows.next()).toEqual({ value: 1, done: false });
  await expect(rows.next()).rejects.toThrow("computed too early");
});

test("the zero of a fold belongs to whoever gave it", async () => {
  const zero: number[] = [];
  const all = await sc.parallelize<number[]>([[1], [2], [3]], 2).fold(zero, (a, b) => {
    a.push(...b);
    return a;
  });
  expect([zero, all]).toEqual([[], [1, 2, 3]]);
});

describe("what is no number", () => {
  test("fails its job with the record", async () => {
    const rdd = sc.parallelize(["x"]) as unknown as RDD<number>;
    await expect(rdd.sum()).rejects.toThrow(
      `the function of \`stats\` failed on the record 'x': TypeError: a number is needed here, not 'x'`,
    );
  });

  test.each([
    ["a bigint", "1n", (rdd: RDD<number>) => rdd.map(BigInt) as unknown as RDD<number>],
    [
      "an object without a prototype",
      "[Object: null prototype] {}",
      (rdd: RDD<number>) => rdd.map(() => Object.create(null) as number),
    ],
  ])("%s is told as what it is, not by an error of the message", async (_what, shown, map) => {
    const rdd = map(sc.parallelize([1]));
    const sentence = `a number is needed here, not ${shown}`;
    await expect(rdd.sum()).rejects.toThrow(sentence);
    await expect(rdd.histogram([0, 1])).rejects.toThrow(sentence);
    const pairs = rdd as unknown as RDD<[string, number]>;
    await expect(pairs.keys().count()).rejects.toThrow(`a pair [key, value] is needed here, not ${shown}`);
  });

  test.each([{ edges: [1] }, { edges: [2, 1] }, { edges: [1, 1] }, { edges: [] }])(
    "edges $edges are refused",
    async ({ edges }) => {
      await expect(sc.parallelize([1]).histogram(edges)).rejects.toMatchObject({ code: "RT_BUCKETS" });
    },
  );
});
