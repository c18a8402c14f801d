import { describe, expect, test } from "vitest";
import { SparkContext } from "../context/spark-context.js";
import { LAYOUTS, sorted } from "../testing/layouts.js";

const pairs: [string, number][] = [
  ["a", 1],
  ["b", 2],
  ["a", 3],
  ["", 4],
  ["b", 5],
  ["a", 6],
];

describe.each(LAYOUTS)("pairs in $partitions partitions, on $workers workers", ({ workers, partitions }) => {
  const sc = new SparkContext({ workers, threads: false });
  const rdd = () => sc.parallelize(pairs, partitions);

  test("groupByKey gives each key its values, in their order", async () => {
    expect(sorted(await rdd().groupByKey().collect())).toEqual([
      ["", [4]],
      ["a", [1, 3, 6]],
      ["b", [2, 5]],
    ]);
  });

  test("groupByKey groups keys by value", async () => {
    const byTuple = rdd().map(([key, value]) => [[key, { n: value % 2 }], value]);
    expect(
      sorted(
        await byTuple
          .groupByKey(3)
          .mapValues((group) => group.length)
          .collect(),
      ),
    ).toEqual([
      [["", { n: 0 }], 1],
      [["a", { n: 0 }], 1],
      [["a", { n: 1 }], 2],
      [["b", { n: 0 }], 1],
      [["b", { n: 1 }], 1],
    ]);
  });

  test("groupBy groups records by what a function gives", async () => {
    const byParity = sc.parallelize([1, 2, 3, 4, 5], partitions).groupBy((n) => n % 2 === 0);
    expect(sorted(await byParity.collect())).toEqual([
      [false, [1, 3, 5]],
      [true, [2, 4]],
    ]);
  });

  test.each([true, false])("combineByKey makes and merges combiners (map side: %s)", async (mapSide) => {
    const lists = rdd().combineByKey(
      (value) => `${value}`,
      (list, value) => `${list},${value}`,
      (a, b) => `${a},${b}`,
      4,
      mapSide,
    );
    expect(sorted(await lists.collect())).toEqual([
      ["", "4"],
      ["a", "1,3,6"],
      ["b", "2,5"],
    ]);
  });

  test.each([
    [true, false],
    [false, true],
  ])(
    "combineByKey by the same functions comes to the same, map side: %s and then %s",
    async (...mapSides) => {
      const context = new SparkContext({ workers, threads: false });
      for (const mapSide of mapSides) {
        const lists = context.parallelize(pairs, partitions).combineByKey(
          (value): number[] => [value],
          (list, value) => [...list, value],
          (a, b) => [...a, ...b],
          4,
          mapSide,
        );
        expect(sorted(await lists.collect())).toEqual([
          ["", [4]],
          ["a", [1, 3, 6]],
          ["b", [2, 5]],
        ]);
      }
      await context.stop();
    },
  );

  test("aggregateByKey gives each key a zero of its own to change", async () => {
    const lists = rdd().aggregateByKey(
      [] as number[],
      (list, value) => {
        list.push(value);
        return list;
      },
      (a, b) => [...a, ...b],
    );
    expect(sorted(await lists.collect())).toEqual([
      ["", [4]],
      ["a", [1, 3, 6]],
      ["b", [2, 5]],
    ]);
  });

  test("foldByKey folds from the zero", async () => {
    expect(
      sorted(
        await rdd()
          .foldByKey(1, (a, b) => a * b)
          .collect(),
      ),
    ).toEqual([
      ["", 4],
      ["a", 18],
      ["b", 10],
    ]);
  });

  test("partitionBy sends each key where the program says, in order", async () => {
    const byLength = { numPartitions: 2, getPartition: (key: string) => key.length };
    expect(await rdd().partitionBy(byLength).glom().collect()).toEqual([
      [["", 4]],
      pairs.filter(([key]) => key !== ""),
    ]);
  });

  test("reduceByKey takes a partitioner too", async () => {
    const sums = rdd().reduceByKey((a, b) => a + b, { numPartitions: 3, getPartition: () => 2 });
    const [first, second, third] = await sums.glom().collect();
    expect([first, second, sorted(third ?? [])]).toEqual([
      [],
      [],
      [
        ["", 4],
        ["a", 10],
        ["b", 7],
      ],
    ]);
  });

  test("distinct keeps one record of each value", async () => {
    const records = [1, "1", 1, null, [1, 2], [1, 2], { x: 1, y: 2 }, { y: 2, x: 1 }, null, undefined];
    const rdd = sc.parallelize(records, partitions).distinct();
    expect(rdd.getNumPartitions()).toBe(partitions);
    const rows = await rdd.collect();
    expect(rows).toHaveLength(6);
    expect(rows).toEqual(expect.arrayContaining([1, "1", null, [1, 2], { x: 1, y: 2 }, undefined]));
    expect(await rdd.count()).toBe(6);
  });

  test("keys, values, keyBy, flatMapValues", async () => {
    expect(await rdd().keys().collect()).toEqual(["a", "b", "a", "", "b", "a"]);
    expect(await rdd().values().collect()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(
      await rdd()
        .values()
        .keyBy((n) => `${n}`)
        .take(2)
        .then(sorted),
    ).toEqual([
      ["1", 1],
      ["2", 2],
    ]);
    const repeated = rdd().flatMapValues((n) => (n > 2 ? [] : Array.from({ length: n }, () => n)));
    expect(await repeated.collect()).toEqual([
      ["a", 1],
      ["b", 2],
      ["b", 2],
    ]);
  });
});

describe("RDDs without rows", () => {
  const sc = new SparkContext({ workers: 2, threads: false });
  const none = sc.emptyRDD<[string, number]>();
  const empty = sc.parallelize<[string, number]>([], 3);

  test.each([
    ["no partitions", none],
    ["empty partitions", empty],
  ])("with %s give no rows, and grouping them gives none", async (_title, rdd) => {
    expect(await rdd.groupByKey().collect()).toEqual([]);
    expect(await rdd.distinct().collect()).toEqual([]);
    expect(await rdd.foldByKey(0, (a, b) => a + b).collect()).toEqual([]);
    expect(await rdd.keys().collect()).toEqual([]);
  });
});

describe("what cannot be is refused in a sentence", () => {
  const sc = new SparkContext({ workers: 2, threads: false });
  const rdd = sc.parallelize(pairs, 2);

  test("a partitioner that gives no partition", async () => {
    const beyond = rdd.partitionBy({ numPartitions: 2, getPartition: () => 2 });
    await expect(beyond.collect()).rejects.toThrow(
      "getPartition gave 2 for the key 'a'; a partition here is a whole number from 0 to 1",
    );
  });

  test("a partitioner that throws", async () => {
    const thrower = rdd.partitionBy({
      numPartitions: 2,
      getPartition: () => {
        throw new RangeError("no such place");
      },
    });
    await expect(thrower.collect()).rejects.toThrow(
      "the function of `getPartition` failed on the record 'a': RangeError: no such place",
    );
  });

  test("a partitioner that gives none for a key that is an object", async () => {
    const beyond = rdd
      .map(([name]) => [{ name }, 1] as [{ name: string }, number])
      .partitionBy({ numPartitions: 2, getPartition: () => 2 });
    await expect(beyond.collect()).rejects.toThrow("for the key { name: 'a' }");
  });

  test("a number of partitions that is none", () => {
    expect(() => rdd.groupByKey(0)).toThrow(expect.objectContaining({ code: "RT_PARTITIONS" }));
    const partitioner = { numPartitions: 1.5, getPartition: () => 0 };
    expect(() => rdd.groupByKey(partitioner)).toThrow(expect.objectContaining({ code: "RT_PARTITIONS" }));
  });

  test("a zero that cannot travel", () => {
    const zero: unknown = () => 1;
    expect(() =>
      rdd.aggregateByKey(
        zero as number,
        (a) => a,
        (a) => a,
      ),
    ).toThrow(expect.objectContaining({ code: "RT_ZERO" }));
  });

  test("a function that throws, with its operator and its record", async () => {
    const combine = rdd.combineByKey(
      (value): number => {
        throw new Error(`no ${value}`);
      },
      (a, b) => a + b,
      (a, b) => a + b,
    );
    await expect(combine.collect()).rejects.toThrow(
      "the function of `combineByKey` failed on the record [ 'a', 1 ]: Error: no 1",
    );
  });
});
