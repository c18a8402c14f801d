import { afterAll, describe, expect, test } from "vitest";
import { sorted } from "../testing/layouts.js";

// The built library, as a program would import it: tasks run on threads of their own.
const { SparkContext }: typeof import("../index.js") = await import("../../dist/index.js" as string);

const numbers = Array.from({ length: 1000 }, (_, i) => i);

describe.each([1, 2, 5])("RDD operations on %d task threads", (workers) => {
  const sc = new SparkContext({ workers });
  const rdd = () => sc.parallelize(numbers, 7);
  const pairs = () => rdd().map((n) => [`k${n % 10}`, n]);
  afterAll(() => sc.stop());

  test("group and combine by key", async () => {
    const sizes = (await pairs().groupByKey(4).collect()).map(([key, group]) => [key, group.length]);
    expect(sorted(sizes)).toEqual(Array.from({ length: 10 }, (_, i) => [`k${i}`, 100]));
    const lasts = pairs().aggregateByKey(
      { last: -1 },
      (zero, n) => ({ last: Math.max(zero.last, n) }),
      (a, b) => ({ last: Math.max(a.last, b.last) }),
    );
    expect(sorted(await lasts.collect())[0]).toEqual(["k0", { last: 990 }]);
    expect(
      await rdd()
        .map((n) => [n % 3])
        .distinct()
        .count(),
    ).toBe(3);
  });

  test("join and subtract", async () => {
    const squares = rdd().map((n) => [`k${n}`, n * n]);
    const firsts = pairs()
      .join(squares)
      .filter(([, [n]]) => n < 10);
    expect(sorted(await firsts.collect())).toEqual(
      Array.from({ length: 10 }, (_, i) => [`k${i}`, [i, i * i]]),
    );
    const rest = squares.leftOuterJoin(pairs()).filter(([, [, n]]) => n === undefined);
    expect(await rest.count()).toBe(990);
    expect(
      await rdd()
        .subtract(rdd().filter((n) => n > 2))
        .collect()
        .then(sorted),
    ).toEqual([0, 1, 2]);
  });

  test("actions that merge what the threads give", async () => {
    expect(await rdd().reduce((a, b) => a + b)).toBe(499_500);
    expect(await rdd().fold(0, Math.max)).toBe(999);
    expect(await rdd().takeOrdered(3, (a, b) => b - a)).toEqual([999, 998, 997]);
    expect((await rdd().stats()).mean).toBe(499.5);
    expect(await rdd().histogram(2)).toEqual([
      [0, 499.5, 999],
      [500, 500],
    ]);
    expect(
      await pairs()
        .lookup("k3")
        .then((values) => values.length),
    ).toBe(100);
    const seen: number[] = [];
    for await (const n of rdd().toLocalIterator()) seen.push(n);
    expect(seen).toEqual(numbers);
  });

  test("sort, number and deal", async () => {
    const sorted = rdd().sortBy((n) => (n * 7) % 1000, false, 3);
    expect(await sorted.map((n) => (n * 7) % 1000).collect()).toEqual([...numbers].reverse());
    expect(await sorted.zipWithIndex().lookup(0)).toEqual([999]);
    expect(
      await sc
        .range(0, 1_000_000)
        .filter((n) => n % 2 === 0)
        .sum(),
    ).toBe(249_999_500_000);
    expect(await rdd().repartition(2).coalesce(1).count()).toBe(1000);
  });

  test("partitions as a whole, and where keys go", async () => {
    const sizes = rdd().mapPartitionsWithIndex((i, rows) => [[i, [...rows].length]]);
    expect(await sizes.values().collect()).toEqual([142, 143, 143, 143, 143, 143, 143]);
    const placed = pairs().partitionBy({ numPartitions: 2, getPartition: (key) => (key === "k7" ? 1 : 0) });
    expect((await placed.glom().collect()).map((part) => part.length)).toEqual([900, 100]);
  });
});
