import { describe, expect, test } from "vitest";
import { SparkContext } from "../context/spark-context.js";
import { LAYOUTS } from "../testing/layouts.js";

const numbers = Array.from({ length: 20 }, (_, i) => i);
const sum = (rows: Iterable<number>) => {
  let total = 0;
  for (const row of rows) total += row;
  return total;
};

describe.each(LAYOUTS)("$partitions partitions on $workers workers", ({ workers, partitions }) => {
  const sc = new SparkContext({ workers, threads: false });
  const rdd = () => sc.parallelize(numbers, partitions);

  test("mapPartitions gives a function the records of each partition", async () => {
    const sums = await rdd()
      .mapPartitions((rows) => [sum(rows)])
      .collect();
    expect(sums).toHaveLength(partitions);
    expect(sum(sums)).toBe(190);
  });

  test("and goes on in the loop: operators before and after, one within the other", async () => {
    const out = rdd()
      .flatMap((n) => [n, n])
      .filter((n) => n < 5)
      .mapPartitions(function* (rows) {
        for (const n of rows) if (n % 2 === 0) yield n;
      })
      .map((n) => n + 1)
      .mapPartitions((rows) => [...rows].map((n) => [n, n * 10]))
      .mapValues((n) => n / 10);
    expect(await out.collect()).toEqual([1, 1, 3, 3, 5, 5].map((n) => [n, n]));
  });

  test("mapPartitionsWithIndex counts the partitions of the RDD it is called on", async () => {
    const tagged = rdd()
      .mapPartitionsWithIndex((i) => [i])
      .union(rdd().mapPartitionsWithIndex((i) => [i]))
      .mapPartitionsWithIndex((i, rows) => [...rows].map((own) => [i, own]));
    const own = Array.from({ length: partitions }, (_, i) => i);
    expect(await tagged.collect()).toEqual([
      ...own.map((i) => [i, i]),
      ...own.map((i) => [partitions + i, i]),
    ]);
  });

  test("glom gives each partition as a list", async () => {
    const lists = await rdd().glom().collect();
    expect(lists).toHaveLength(partitions);
    expect(lists.flat()).toEqual(numbers);
  });
});

const sc = new SparkContext({ workers: 2, threads: false });

test("empty partitions are seen too", async () => {
  const empty = sc.parallelize<number>([], 2);
  expect(await empty.mapPartitions((rows) => [sum(rows)]).collect()).toEqual([0, 0]);
  expect(await empty.glom().collect()).toEqual([[], []]);
});

test("records are computed only as they are taken, and what a broken-off loop left can still be taken", async () => {
  const out = sc
    .parallelize([1, 2, 3, 4, 5], 1)
    .map((n) => {
      if (n > 4) throw new Error("computed too much");
      return n;
    })
    .mapPartitions((rows) => {
      const seen: number[] = [];
      for (const n of rows) {
        seen.push(n);
        if (n === 2) break;
      }
      return [...seen, Number(rows.next().value) * 10];
    });
  expect(await out.collect()).toEqual([1, 2, 30]);
});

test("a function that throws is told without a record; one before it keeps its own", async () => {
  const bad = sc.parallelize([1, 2], 1).mapPartitions((rows): number[] => {
    throw new Error(`after ${[...rows].length}`);
  });
  await expect(bad.collect()).rejects.toThrow("the function of `mapPartitions` failed: Error: after 2");
  const before = sc
    .parallelize([1, 2], 1)
    .map((n) => {
      if (n === 2) throw new Error("two");
      return n;
    })
    .mapPartitions((rows) => [...rows]);
  await expect(before.collect()).rejects.toThrow("the function of `map` failed on the record 2: Error: two");
});

test("rows that a window keeps are kept to the last, also those that nobody took", async () => {
  const { runBatches } = await import("../testing/index.js");
  const out = await runBatches([numbers, numbers, numbers], (stream) => {
    const last = stream.map((n) => n).window("2 s");
    last.foreachRDD(async (rdd) => {
      await rdd.mapPartitions((rows) => [rows.next().value ?? -1]).collect();
    });
    return last.count();
  });
  expect(out).toEqual([[20], [40], [40]]);
});
