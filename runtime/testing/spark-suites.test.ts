import { afterAll, describe, expect, test } from "vitest";
import type { RDD } from "../context/rdd.js";
import { SparkContext } from "../context/spark-context.js";
import { sorted } from "./layouts.js";

/** What Apache Spark's own suites of RDDs ask, as tables: suite, title, and what is to come out. Facts, in our words. */
const sc = new SparkContext({ workers: 3, threads: false });
afterAll(() => sc.stop());

type Act = () => Promise<unknown>;
const add = (a: number, b: number) => a + b;
const nan = Number.NaN;
const inf = Number.POSITIVE_INFINITY;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe("DoubleRDDSuite: histograms", () => {
  test.each<[string, number[], number[], number[]]>([
    ["of an empty RDD", [], [0, 10], [0]],
    ["of an empty RDD with two buckets", [], [0, 5, 10], [0, 0]],
    ["out of range with one bucket", [10.01, -0.01], [0, 10], [0]],
    ["in range with one bucket", [1, 2, 3, 4], [0, 10], [4]],
    ["in range with one bucket of exact ends", [1, 2, 3, 4], [1, 4], [4]],
    ["out of range with two buckets", [10.01, -0.01], [0, 5, 10], [0, 0]],
    ["out of range with two uneven buckets", [10.01, -0.01], [0, 4, 10], [0, 0]],
    ["in range with two buckets", [1, 2, 3, 5, 6], [0, 5, 10], [3, 2]],
    ["in range with two buckets and NaN", [1, 2, 3, 5, 6, nan], [0, 5, 10], [3, 2]],
    ["in range with two uneven buckets", [1, 2, 3, 5, 6], [0, 5, 11], [3, 2]],
    ["mixed with two uneven buckets", [-0.01, 0, 1, 2, 3, 5, 6, 11, 11.01], [0, 5, 11], [4, 3]],
    [
      "mixed with four uneven buckets",
      [-0.01, 0, 1, 2, 3, 5, 6, 11.01, 12, 199, 200, 200.1],
      [0, 5, 11, 12, 200],
      [4, 2, 1, 3],
    ],
    [
      "mixed with uneven buckets and NaN",
      [-0.01, 0, 1, 2, 3, 5, 6, 11.01, 12, 199, 200, 200.1, nan],
      [0, 5, 11, 12, 200],
      [4, 2, 1, 3],
    ],
    [
      "mixed with uneven buckets, NaN and a bucket for it",
      [-0.01, 0, 1, 2, 3, 5, 6, 11.01, 12, 199, 200, 200.1, nan],
      [0, 5, 11, 12, 200, nan],
      [4, 2, 1, 2, 3],
    ],
    ["out of range with infinite buckets", [10.01, -0.01, nan], [-inf, 0, inf], [1, 1]],
    ["with infinities", [10.01, -0.01, nan, inf], [-inf, 0, inf], [1, 2]],
  ])("%s", async (_title, numbers, edges, counts) => {
    for (const slices of [1, 2, 5])
      expect(await sc.parallelize(numbers, slices).histogram(edges)).toEqual(counts);
  });

  test.each<[string, number[], number, number[], number[]]>([
    ["without buckets given, basic", [1, 2, 3, 4], 1, [1, 4], [4]],
    ["of one value", [1], 1, [1, 1], [1]],
    ["of one value several times", [1, 1, 1], 1, [1, 1], [3]],
    ["into two", [1, 2], 2, [1, 1.5, 2], [1, 1]],
    ["into three, edges before counts", [1, 2, 3, 4, 5, 6, 7], 3, [1, 3, 5, 7], [2, 2, 3]],
    ["in a large range", range(0, 99), 200, range(0, 200).map((i) => (i * 99) / 200), []],
  ])("even ones %s", async (_title, numbers, buckets, edges, counts) => {
    const [foundEdges, found] = await sc.parallelize(numbers, 2).histogram(buckets);
    foundEdges.forEach((edge, i) => {
      expect(edge).toBeCloseTo(edges[i] ?? nan, 10);
    });
    expect(found.reduce(add, 0)).toBe(numbers.length);
    if (counts.length > 0) expect(found).toEqual(counts);
  });

  test.each<[string, number[]]>([
    ["no edges", []],
    ["one edge", [1]],
    ["edges that do not ascend", [5, 1]],
  ])("%s are refused", async (_title, edges) => {
    await expect(sc.range(5).histogram(edges)).rejects.toMatchObject({ code: "RT_BUCKETS" });
  });

  test.each<[string, number[]]>([
    ["NaN", [1, nan]],
    ["an infinite number", [1, inf]],
    ["nothing", []],
  ])("even buckets over %s are refused", async (_title, numbers) => {
    await expect(sc.parallelize(numbers).histogram(2)).rejects.toMatchObject({ code: "RT_BUCKETS" });
  });
});

describe("ParallelCollectionSplitSuite: slices", () => {
  test.each<[string, number[], number, number[][]]>([
    ["one element per slice", [1, 2, 3], 3, [[1], [2], [3]]],
    ["one slice", [1, 2, 3], 1, [[1, 2, 3]]],
    [
      "equal slices",
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
      3,
      [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
    ],
    [
      "non-equal slices",
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      3,
      [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9, 10],
      ],
    ],
    ["more slices than elements", [1, 2], 4, [[], [1], [], [2]]],
    ["no elements", [], 3, [[], [], []]],
    [
      "1 to 4 in 2",
      [1, 2, 3, 4],
      2,
      [
        [1, 2],
        [3, 4],
      ],
    ],
  ])("%s", async (_title, numbers, slices, expected) => {
    expect(await sc.parallelize(numbers, slices).glom().collect()).toEqual(expected);
    expect(await sc.makeRDD(numbers, slices).glom().collect()).toEqual(expected);
  });

  test.each([0, -5, 1.5])("%d slices are refused", (slices) => {
    expect(() => sc.parallelize([1], slices)).toThrow(expect.objectContaining({ code: "RT_PARTITIONS" }));
  });

  test("ranges are cut as lists are", async () => {
    for (const [start, end, step, slices] of [
      [0, 10, 1, 3],
      [1, 100, 7, 4],
      [10, 0, -3, 2],
      [5, 5, 1, 2],
    ] as const) {
      const list: number[] = [];
      for (let n = start as number; step > 0 ? n < end : n > end; n += step) list.push(n);
      expect(await sc.range(start, end, step, slices).glom().collect()).toEqual(
        await sc.parallelize(list, slices).glom().collect(),
      );
    }
  });
});

const nums = () => sc.parallelize([1, 2, 3, 4], 2);

describe("RDDSuite", () => {
  test.each<[string, Act, unknown]>([
    ["collect", () => nums().collect(), [1, 2, 3, 4]],
    ["toLocalIterator", () => fromAsync(nums()), [1, 2, 3, 4]],
    [
      "distinct",
      async () => sorted(await sc.parallelize([1, 1, 2, 2, 3, 3, 4, 4], 2).distinct().collect()),
      [1, 2, 3, 4],
    ],
    ["distinct into more", () => sc.parallelize([1, 1, 2, 2], 2).distinct(10).count(), 2],
    ["reduce", () => nums().reduce(add), 10],
    ["fold", () => nums().fold(0, add), 10],
    ["fold of an empty RDD", () => sc.parallelize<number>([], 2).fold(0, add), 0],
    [
      "flatMap",
      () =>
        nums()
          .flatMap((n) => range(1, n))
          .collect(),
      [1, 1, 2, 1, 2, 3, 1, 2, 3, 4],
    ],
    [
      "glom",
      () => nums().glom().collect(),
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ["isEmpty is false", () => nums().isEmpty(), false],
    ["isEmpty is true", () => sc.parallelize<number>([], 2).isEmpty(), true],
    ["isEmpty of no partitions", () => sc.emptyRDD().isEmpty(), true],
    [
      "isEmpty of what a filter left",
      () =>
        nums()
          .filter((n) => n < 0)
          .isEmpty(),
      true,
    ],
    [
      "isEmpty with the only record last",
      () =>
        nums()
          .filter((n) => n === 4)
          .isEmpty(),
      false,
    ],
    ["max", () => nums().max(), 4],
    ["min", () => nums().min(), 1],
    [
      "keyBy",
      () => nums().keyBy(String).collect(),
      [
        ["1", 1],
        ["2", 2],
        ["3", 3],
        ["4", 4],
      ],
    ],
    [
      "mapPartitions",
      () =>
        nums()
          .mapPartitions((rows) => [[...rows].reduce(add, 0)])
          .collect(),
      [3, 7],
    ],
    [
      "mapPartitionsWithIndex",
      () =>
        nums()
          .mapPartitionsWithIndex((i, rows) => [[i, [...rows].reduce(add, 0)]])
          .collect(),
      [
        [0, 3],
        [1, 7],
      ],
    ],
    ["first", () => sc.parallelize(range(1, 100), 10).first(), 1],
    ["take none", () => nums().take(0), []],
    ["take across partitions", () => sc.parallelize(range(1, 1000), 100).take(15), range(1, 15)],
    ["take more than there are", () => nums().take(99), [1, 2, 3, 4]],
    [
      "take of empty partitions first",
      () =>
        sc
          .parallelize(range(1, 100), 50)
          .filter((n) => n > 95)
          .take(3),
      [96, 97, 98],
    ],
    ["top", () => sc.parallelize(range(1, 100), 2).top(5), [100, 99, 98, 97, 96]],
    [
      "top of another order",
      () => sc.parallelize(["a", "b", "c", "d"], 2).top(2, (x, y) => (x < y ? 1 : -1)),
      ["a", "b"],
    ],
    [
      "top of tuples",
      () =>
        sc
          .parallelize(
            [
              [1, "b"],
              [2, "a"],
              [1, "c"],
            ] as [number, string][],
            2,
          )
          .top(2),
      [
        [2, "a"],
        [1, "c"],
      ],
    ],
    ["takeOrdered", () => sc.parallelize([3, 1, 2, 5, 4], 2).takeOrdered(3), [1, 2, 3]],
    ["takeOrdered of none", () => nums().takeOrdered(0), []],
    ["takeOrdered of an empty RDD", () => sc.emptyRDD<number>().takeOrdered(3), []],
    ["takeOrdered of another order", () => nums().takeOrdered(2, (a, b) => b - a), [4, 3]],
    ["takeOrdered of equal ones", () => sc.parallelize([1, 1, 1, 0], 3).takeOrdered(3), [0, 1, 1]],
    [
      "countByValue",
      async () => sorted([...(await sc.parallelize([1, 2, 2, 3, 3, 3], 3).countByValue())]),
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
    ],
    [
      "aggregate of pairs",
      aggregateOfPairs,
      [
        ["a", 6],
        ["b", 2],
        ["c", 5],
      ],
    ],
    [
      "repartition to more",
      async () => sorted(await sc.parallelize(range(1, 100), 2).repartition(7).collect()),
      sorted(range(1, 100)),
    ],
    ["coalesce to one", () => sc.parallelize(range(1, 10), 10).coalesce(1).glom().collect(), [range(1, 10)]],
    ["coalesce of fewer", async () => sc.parallelize(range(1, 10), 3).coalesce(20).getNumPartitions(), 3],
    ["cartesian", async () => sorted(await nums().cartesian(nums()).collect()).length, 16],
    ["cartesian of an empty RDD", () => sc.parallelize<number>([], 1).cartesian(nums()).collect(), []],
    [
      "zip",
      () =>
        nums()
          .zip(nums().map((n) => n + 1))
          .collect(),
      [
        [1, 2],
        [2, 3],
        [3, 4],
        [4, 5],
      ],
    ],
    [
      "intersection",
      async () =>
        sorted(
          await sc
            .parallelize(range(1, 10))
            .intersection(sc.parallelize([2, 4, 6, 8, 10]))
            .collect(),
        ),
      sorted([2, 4, 6, 8, 10]),
    ],
    [
      "intersection strips duplicates of an input",
      async () =>
        sorted(
          await sc
            .parallelize([1, 2, 3, 3])
            .intersection(sc.parallelize([1, 1, 2, 3]))
            .collect(),
        ),
      [1, 2, 3],
    ],
    [
      "subtract",
      async () =>
        sorted(
          await sc
            .parallelize([1, 2, 3], 2)
            .subtract(sc.parallelize([2, 3, 4], 4))
            .collect(),
        ),
      [1],
    ],
    [
      "zipWithIndex",
      () => sc.parallelize(range(0, 9), 3).zipWithIndex().collect(),
      range(0, 9).map((n) => [n, n]),
    ],
    [
      "zipWithIndex of one partition",
      () => sc.parallelize(range(0, 9), 1).zipWithIndex().collect(),
      range(0, 9).map((n) => [n, n]),
    ],
    [
      "zipWithIndex chained with others",
      () =>
        sc
          .parallelize([1, 2, 3, 4], 2)
          .zipWithIndex()
          .filter(([n]) => n > 2)
          .repartition(1)
          .count(),
      2,
    ],
    [
      "zipWithIndex of a slice of zipWithIndex",
      () =>
        sc
          .parallelize(range(10, 29), 4)
          .zipWithIndex()
          .filter(([, i]) => i >= 5 && i < 8)
          .keys()
          .zipWithIndex()
          .collect(),
      [
        [15, 0],
        [16, 1],
        [17, 2],
      ],
    ],
    [
      "zipWithUniqueId",
      () => sc.parallelize(range(0, 9), 3).zipWithUniqueId().values().distinct().count(),
      10,
    ],
    [
      "sortBy",
      () =>
        sc
          .parallelize(["5|50|A", "4|60|C", "6|40|B"], 2)
          .sortBy((s) => s.split("|")[1])
          .collect(),
      ["6|40|B", "5|50|A", "4|60|C"],
    ],
    [
      "sortBy downwards",
      () =>
        sc
          .parallelize(["5|50|A", "4|60|C", "6|40|B"], 2)
          .sortBy((s) => s.split("|")[2], false)
          .collect(),
      ["4|60|C", "6|40|B", "5|50|A"],
    ],
    [
      "sortBy of several keys",
      () =>
        sc
          .parallelize(
            [
              [2, "a"],
              [1, "b"],
              [1, "a"],
            ] as [number, string][],
            2,
          )
          .sortBy((pair) => pair)
          .collect(),
      [
        [1, "a"],
        [1, "b"],
        [2, "a"],
      ],
    ],
    ["treeReduce", () => sc.parallelize(range(-1000, 1000), 10).treeReduce(add), 0],
    [
      "nested unions",
      () => sc.union(range(0, 30).map((n) => sc.parallelize([n], 1))).collect(),
      range(0, 30),
    ],
    [
      "a partially united chain",
      () =>
        nums()
          .union(
            sc.emptyRDD(),
            nums().filter(() => false),
          )
          .collect(),
      [1, 2, 3, 4],
    ],
  ])("%s", async (_title, act, expected) => {
    expect(await act()).toEqual(expected);
  });

  test("reduce, max and first of nothing are errors", async () => {
    const none = sc.parallelize<number>([], 2);
    for (const act of [() => none.reduce(add), () => none.max(), () => none.first()])
      await expect(act()).rejects.toMatchObject({ code: "RT_EMPTY" });
  });
});

const pairs = (...rows: [number, number][]) => sc.parallelize(rows);
const left = () => pairs([1, 1], [1, 2], [2, 1], [3, 1]);
const right = () =>
  sc.parallelize<[number, string]>([
    [1, "x"],
    [2, "y"],
    [2, "z"],
    [4, "w"],
  ]);

describe("PairRDDFunctionsSuite", () => {
  test.each<[string, () => RDD<unknown>, unknown[]]>([
    [
      "aggregateByKey",
      () =>
        pairs([1, 1], [1, 1], [3, 2], [5, 1], [5, 3]).aggregateByKey(
          [] as number[],
          (l, n) => [...new Set([...l, n])],
          (a, b) => [...new Set([...a, ...b])].sort(),
        ),
      [
        [1, [1]],
        [3, [2]],
        [5, [1, 3]],
      ],
    ],
    [
      "groupByKey",
      () => pairs([1, 1], [1, 2], [1, 3], [2, 1]).groupByKey(),
      [
        [1, [1, 2, 3]],
        [2, [1]],
      ],
    ],
    [
      "groupByKey with duplicates",
      () => pairs([1, 1], [1, 2], [1, 3], [1, 1], [2, 1]).groupByKey(),
      [
        [1, [1, 2, 3, 1]],
        [2, [1]],
      ],
    ],
    [
      "groupByKey with negative hashes",
      () => pairs([-1, 1], [-1, 2], [-1, 3], [2, 1]).groupByKey(),
      [
        [-1, [1, 2, 3]],
        [2, [1]],
      ],
    ],
    [
      "groupByKey into many partitions",
      () => pairs([1, 1], [1, 2], [1, 3], [2, 1]).groupByKey(10),
      [
        [1, [1, 2, 3]],
        [2, [1]],
      ],
    ],
    [
      "reduceByKey",
      () => pairs([1, 1], [1, 2], [1, 3], [1, 1], [2, 1]).reduceByKey(add),
      [
        [1, 7],
        [2, 1],
      ],
    ],
    [
      "reduceByKey with a partitioner",
      () =>
        sc
          .parallelize<[number, number]>(
            [
              [1, 1],
              [1, 2],
              [1, 1],
              [1, 3],
              [2, 1],
            ],
            2,
          )
          .reduceByKey(add, { numPartitions: 2, getPartition: () => 0 }),
      [
        [1, 7],
        [2, 1],
      ],
    ],
    [
      "foldByKey",
      () => pairs([1, 1], [1, 2], [1, 3], [1, 1], [2, 1]).foldByKey(0, add),
      [
        [1, 7],
        [2, 1],
      ],
    ],
    [
      "foldByKey with a mutable zero",
      () =>
        sc
          .parallelize<[number, number[]]>([
            [1, [1]],
            [1, [2]],
            [2, [1]],
          ])
          .foldByKey([], (a, b) => {
            a.push(...b);
            return a;
          }),
      [
        [1, [1, 2]],
        [2, [1]],
      ],
    ],
    [
      "join",
      () => left().join(right()),
      [
        [1, [1, "x"]],
        [1, [2, "x"]],
        [2, [1, "y"]],
        [2, [1, "z"]],
      ],
    ],
    [
      "join all to all",
      () =>
        pairs([1, 1], [1, 2], [1, 3]).join(
          sc.parallelize<[number, string]>([
            [1, "x"],
            [1, "y"],
          ]),
        ),
      [1, 2, 3].flatMap((n) => [
        [1, [n, "x"]],
        [1, [n, "y"]],
      ]),
    ],
    [
      "join without matches",
      () =>
        left().join(
          sc.parallelize<[number, string]>([
            [4, "x"],
            [5, "y"],
          ]),
        ),
      [],
    ],
    [
      "join into many partitions",
      () => left().join(right(), 10),
      [
        [1, [1, "x"]],
        [1, [2, "x"]],
        [2, [1, "y"]],
        [2, [1, "z"]],
      ],
    ],
    [
      "leftOuterJoin",
      () => left().leftOuterJoin(right()),
      [
        [1, [1, "x"]],
        [1, [2, "x"]],
        [2, [1, "y"]],
        [2, [1, "z"]],
        [3, [1, undefined]],
      ],
    ],
    [
      "leftOuterJoin with an empty RDD",
      () => left().leftOuterJoin(sc.emptyRDD<[number, string]>()),
      [
        [1, [1, undefined]],
        [1, [2, undefined]],
        [2, [1, undefined]],
        [3, [1, undefined]],
      ],
    ],
    [
      "rightOuterJoin",
      () => left().rightOuterJoin(right()),
      [
        [1, [1, "x"]],
        [1, [2, "x"]],
        [2, [1, "y"]],
        [2, [1, "z"]],
        [4, [undefined, "w"]],
      ],
    ],
    [
      "fullOuterJoin",
      () => left().fullOuterJoin(right()),
      [
        [1, [1, "x"]],
        [1, [2, "x"]],
        [2, [1, "y"]],
        [2, [1, "z"]],
        [3, [1, undefined]],
        [4, [undefined, "w"]],
      ],
    ],
    [
      "groupWith",
      () => left().groupWith(right()),
      [
        [1, [[1, 2], ["x"]]],
        [2, [[1], ["y", "z"]]],
        [3, [[1], []]],
        [4, [[], ["w"]]],
      ],
    ],
    [
      "groupWith three",
      () => left().groupWith(right(), pairs([1, 9], [3, 8])),
      [
        [1, [[1, 2], ["x"], [9]]],
        [2, [[1], ["y", "z"], []]],
        [3, [[1], [], [8]]],
        [4, [[], ["w"], []]],
      ],
    ],
    [
      "cogroup with an empty RDD",
      () => pairs([1, 1]).cogroup(sc.emptyRDD<[number, number]>()),
      [[1, [[1], []]]],
    ],
    [
      "keys and values",
      () =>
        sc
          .parallelize<[number, string]>([
            [1, "a"],
            [2, "b"],
          ])
          .keys(),
      [1, 2],
    ],
    [
      "mapValues",
      () => pairs([1, 1], [2, 2]).mapValues((n) => n * 10),
      [
        [1, 10],
        [2, 20],
      ],
    ],
    [
      "subtractByKey",
      () =>
        sc
          .parallelize<[number, string]>(
            [
              [1, "a"],
              [1, "a"],
              [2, "b"],
              [3, "c"],
            ],
            2,
          )
          .subtractByKey(pairs([2, 20], [3, 30], [4, 40])),
      [
        [1, "a"],
        [1, "a"],
      ],
    ],
    [
      "subtractByKey of a narrow dependency",
      () =>
        sc
          .parallelize<[number, string]>(
            [
              [1, "a"],
              [1, "a"],
              [2, "b"],
              [3, "c"],
            ],
            2,
          )
          .partitionBy(2)
          .subtractByKey(pairs([2, 20], [3, 30], [4, 40])),
      [
        [1, "a"],
        [1, "a"],
      ],
    ],
    [
      "sortByKey",
      () => pairs([3, 1], [1, 2], [2, 3]).sortByKey(),
      [
        [1, 2],
        [2, 3],
        [3, 1],
      ],
    ],
  ])("%s", async (_title, make, expected) => {
    expect(sorted(await make().collect())).toEqual(sorted(expected));
  });

  test("sampleByKey and sampleByKeyExact keep to their fractions", async () => {
    const strata = sc.range(0, 1000, 1, 4).keyBy((n) => (n % 100 < 20 ? "0" : "1"));
    for (const rate of [0.1, 0.3]) {
      const exact = await strata.sampleByKeyExact(false, { 0: rate, 1: rate }, 5).countByKey();
      expect([exact.get("0"), exact.get("1")]).toEqual([Math.ceil(200 * rate), Math.ceil(800 * rate)]);
    }
  });

  test("lookup, with a partitioner and without", async () => {
    const rdd = pairs([1, 2], [3, 4], [5, 6], [5, 7]);
    for (const one of [
      rdd,
      rdd.partitionBy(3),
      rdd.partitionBy({ numPartitions: 2, getPartition: (n) => Math.abs(n % 2) }),
    ]) {
      expect(await one.lookup(1)).toEqual([2]);
      expect(await one.lookup(5)).toEqual([6, 7]);
      expect(await one.lookup(-1)).toEqual([]);
    }
  });

  test("lookup with a bad partitioner", async () => {
    const bad = { numPartitions: 2, getPartition: (key: number) => key % 2 };
    await expect(pairs([1, 2], [3, 4]).partitionBy(bad).lookup(-1)).rejects.toMatchObject({
      code: "RT_PARTITION",
    });
  });

  test("operations on an RDD without partitions", async () => {
    const none = sc.emptyRDD<[string, number]>();
    expect(none.getNumPartitions()).toBe(0);
    expect(await none.groupByKey().collect()).toEqual([]);
    expect(await none.reduceByKey(add).collect()).toEqual([]);
    expect(await none.countByKey()).toEqual(new Map());
    expect(await none.collectAsMap()).toEqual(new Map());
  });
});

async function aggregateOfPairs(): Promise<unknown> {
  const rows: [string, number][] = [
    ["a", 1],
    ["b", 2],
    ["a", 2],
    ["c", 5],
    ["a", 3],
  ];
  type Sums = Record<string, number>;
  const sums = await sc.makeRDD(rows).aggregate(
    {} as Sums,
    (all, [key, n]) => ({ ...all, [key]: (all[key] ?? 0) + n }),
    (a, b) => {
      for (const [key, n] of Object.entries(b)) a[key] = (a[key] ?? 0) + n;
      return a;
    },
  );
  return sorted(Object.entries(sums));
}

async function fromAsync<T>(rdd: RDD<T>): Promise<T[]> {
  const rows: T[] = [];
  for await (const row of rdd.toLocalIterator()) rows.push(row);
  return rows;
}
