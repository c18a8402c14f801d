import { describe, expect, expectTypeOf, test } from "vitest";
import type { RDD } from "../context/rdd.js";
import { SparkContext } from "../context/spark-context.js";
import { LAYOUTS, sorted } from "../testing/layouts.js";

const numbers = [5, 3, 8, 1, 9, 2, 7];
const words = ["e", "c", "h", "a", "i", "b", "g"];

describe.each(LAYOUTS)("$partitions partitions on $workers workers", ({ workers, partitions }) => {
  const sc = new SparkContext({ workers, threads: false });
  const rdd = () => sc.parallelize(numbers, partitions);
  const others = () => sc.parallelize(words, partitions);

  test("zip puts the records of the same place together", async () => {
    const zipped = rdd()
      .map((n) => n * 10)
      .zip(others());
    expect(await zipped.collect()).toEqual(numbers.map((n, i) => [n * 10, words[i]]));
    expect(
      await zipped
        .glom()
        .map((part) => part.length)
        .collect(),
    ).toEqual(
      await rdd()
        .glom()
        .map((part) => part.length)
        .collect(),
    );
    expect(
      await rdd()
        .zip(rdd())
        .filter(([a, b]) => a !== b)
        .count(),
    ).toBe(0);
  });

  test("zip takes what was shuffled and what was not", async () => {
    const sortedHere = rdd().sortBy((n) => n, true, 3);
    const zipped = sortedHere.zip(sortedHere.map(String));
    expect(await zipped.collect()).toEqual([...numbers].sort((a, b) => a - b).map((n) => [n, String(n)]));
  });

  test("zipPartitions gives f the iterators of two, three and four RDDs", async () => {
    const two = rdd().zipPartitions(others(), (a, b) => [[...a].length, [...b].join("")]);
    expect((await two.collect()).filter((row) => typeof row === "string").join("")).toBe(words.join(""));
    const three = rdd().zipPartitions(others(), rdd(), (a, b, c) => [[...a, ...b, ...c].length]);
    const four = rdd().zipPartitions(others(), rdd(), rdd(), (a, b, c, d) => [
      [...a, ...b, ...c, ...d].length,
    ]);
    expect([await three.sum(), await four.sum()]).toEqual([21, 28]);
    expect(four.getNumPartitions()).toBe(partitions);
  });

  test("cartesian has each with each, the partitions of the first outside", async () => {
    const product = sc.parallelize([1, 2, 3], partitions).cartesian(sc.parallelize(["a", "b"], 2));
    expect(product.getNumPartitions()).toBe(2 * partitions);
    expect(sorted(await product.collect())).toEqual(
      [1, 2, 3].flatMap((n) => [
        [n, "a"],
        [n, "b"],
      ]),
    );
    expect(await rdd().cartesian(rdd()).count()).toBe(49);
    const parts = await sc
      .parallelize([1, 2], 2)
      .cartesian(sc.parallelize(["a", "b", "c"], 3))
      .glom()
      .collect();
    expect(parts).toEqual([1, 2].flatMap((n) => ["a", "b", "c"].map((word) => [[n, word]])));
  });

  test("cartesian of a shuffled RDD with itself", async () => {
    const distinct = sc.parallelize([1, 1, 2], partitions).distinct(2);
    expect(sorted(await distinct.cartesian(distinct).collect())).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
    ]);
  });

  test("zipWithUniqueId numbers without counting: place, place + n, place + 2n", async () => {
    const ids = await rdd().zipWithUniqueId().glom().collect();
    expect(ids.flat().map(([n]) => n)).toEqual(numbers);
    ids.forEach((part, place) => {
      expect(part.map(([, id]) => id)).toEqual(part.map((_, i) => i * partitions + place));
    });
  });

  test("collect of a partial function leaves out what it is not defined for", async () => {
    const halves = rdd().collect((n) => (n % 2 === 0 ? n / 2 : undefined));
    expectTypeOf(halves).toEqualTypeOf<RDD<number>>();
    expect(await halves.collect()).toEqual([4, 1]);
  });

  test("filterByRange takes both ends", async () => {
    const pairs = rdd().map((n) => [n, `${n}`]);
    expect(sorted(await pairs.filterByRange(3, 7).keys().collect())).toEqual([3, 5, 7]);
    expect(await pairs.sortByKey().filterByRange(3, 7).keys().collect()).toEqual([3, 5, 7]);
    expect(await pairs.filterByRange(10, 20).count()).toBe(0);
  });

  test("repartitionAndSortWithinPartitions sorts each partition by key", async () => {
    const data: [number, number][] = [
      [0, 5],
      [3, 8],
      [2, 6],
      [0, 8],
      [3, 8],
      [1, 3],
    ];
    const byParity = { numPartitions: 2, getPartition: (key: number) => key % 2 };
    const placed = sc.parallelize(data, partitions).repartitionAndSortWithinPartitions(byParity);
    expect(await placed.glom().collect()).toEqual([
      [
        [0, 5],
        [0, 8],
        [2, 6],
      ],
      [
        [1, 3],
        [3, 8],
        [3, 8],
      ],
    ]);
    expect(placed.partitioner).toBe(byParity);
  });

  test("top and takeOrdered go by the natural order or by another, from either end", async () => {
    expect(await rdd().top(3)).toEqual([9, 8, 7]);
    expect(await rdd().top(2, (a, b) => b - a)).toEqual([1, 2]);
    expect(await others().top(2)).toEqual(["i", "h"]);
    expect(await others().takeOrdered(2, (a, b) => (a < b ? 1 : -1))).toEqual(["i", "h"]);
    const pairs = rdd().map((n) => [n, -n]);
    expect(await pairs.top(1)).toEqual([[9, -9]]);
    expect(await pairs.top(1, ([, a], [, b]) => a - b)).toEqual([[1, -1]]);
    expect(
      await rdd()
        .filter(() => false)
        .top(3),
    ).toEqual([]);
  });
});

const sc = new SparkContext({ workers: 2, threads: false });

test("RDDs with unequal numbers of partitions are not zipped", () => {
  const two = sc.parallelize([1, 2], 2);
  const refused = expect.objectContaining({
    code: "RT_ZIP",
    message:
      "RDDs with unequal numbers of partitions (2, 3) cannot be zipped; repartition or coalesce them first",
  });
  expect(() => two.zip(sc.parallelize([1, 2, 3], 3))).toThrow(refused);
  expect(() => two.zipPartitions(sc.parallelize([1], 3), (a) => a)).toThrow(refused);
});

test("RDDs with unequal numbers of records in a partition are not zipped", async () => {
  const zipped = sc.parallelize([1, 2, 3], 2).zip(sc.parallelize([1, 2], 2));
  await expect(zipped.count()).rejects.toThrow(
    "zip takes RDDs with the same number of records in each partition, but in partition 1 there are 2 and 1",
  );
});

test("nothing is zipped with nothing, and multiplied by nothing", async () => {
  const none = sc.emptyRDD<number>();
  const some = sc.parallelize([1, 2]);
  expect(await none.zip(none).collect()).toEqual([]);
  expect(await none.cartesian(some).collect()).toEqual([]);
  expect(await some.cartesian(none).collect()).toEqual([]);
  expect(await some.cartesian(sc.parallelize<number>([], 2)).collect()).toEqual([]);
  expect(await sc.parallelize<number>([], 3).zip(sc.parallelize<string>([], 3)).collect()).toEqual([]);
  expect(await none.zipWithUniqueId().collect()).toEqual([]);
});

test("a cartesian product is not there as a whole", async () => {
  const many = sc.range(0, 3000, 1, 2);
  expect(
    await many
      .cartesian(many)
      .filter(([a, b]) => a === b)
      .count(),
  ).toBe(3000);
});

test("an undefined record is a first one", async () => {
  expect(await sc.parallelize([undefined, 1]).first()).toBe(undefined);
});

test("the records of several are united", async () => {
  const [a, b, c] = [sc.parallelize([1], 1), sc.parallelize([2], 2), sc.parallelize([3], 1)];
  expect(await a.union(b, c).collect()).toEqual([1, 2, 3]);
  expect(await sc.union(a, b, c).collect()).toEqual([1, 2, 3]);
  expect(await sc.union([a, b]).collect()).toEqual([1, 2]);
  expect(sc.union([a, b, c]).getNumPartitions()).toBe(4);
});
