import { expect, test } from "vitest";
import type { RDD } from "../context/rdd.js";
import { SparkContext } from "../context/spark-context.js";
import { LAYOUTS } from "../testing/layouts.js";

type Numbers = number[];

function bySeven(rows: Numbers): Map<number, Numbers> {
  const groups = new Map<number, Numbers>();
  for (const n of rows) groups.set(n % 7, [...(groups.get(n % 7) ?? []), n]);
  return groups;
}

/** An operation on an RDD, and the same on an array. Results are compared without their order. */
interface Operation {
  name: string;
  rdd(rdd: RDD<number>): RDD<number>;
  array(rows: Numbers): Numbers;
}

const OPERATIONS: readonly Operation[] = [
  { name: "map", rdd: (r) => r.map((n) => (n * 3) % 101), array: (a) => a.map((n) => (n * 3) % 101) },
  { name: "filter", rdd: (r) => r.filter((n) => n % 3 > 0), array: (a) => a.filter((n) => n % 3 > 0) },
  {
    name: "flatMap",
    rdd: (r) => r.flatMap((n) => (n % 2 > 0 ? [] : [n, n + 1])),
    array: (a) => a.flatMap((n) => (n % 2 > 0 ? [] : [n, n + 1])),
  },
  { name: "distinct", rdd: (r) => r.distinct(), array: (a) => [...new Set(a)] },
  { name: "sortBy", rdd: (r) => r.sortBy((n) => n % 10, false), array: (a) => a },
  { name: "repartition", rdd: (r) => r.repartition(3), array: (a) => a },
  { name: "coalesce", rdd: (r) => r.coalesce(2), array: (a) => a },
  { name: "union", rdd: (r) => r.union(r.map((n) => n + 7)), array: (a) => [...a, ...a.map((n) => n + 7)] },
  {
    name: "mapPartitions",
    rdd: (r) =>
      r.mapPartitions(function* (rows) {
        for (const n of rows) yield n % 50;
      }),
    array: (a) => a.map((n) => n % 50),
  },
  {
    name: "reduceByKey",
    rdd: (r) =>
      r
        .map((n) => [n % 7, n])
        .reduceByKey((a, b) => a + b)
        .values(),
    array: (a) => [...bySeven(a).values()].map((group) => group.reduce((x, y) => x + y)),
  },
  {
    name: "groupByKey",
    rdd: (r) =>
      r
        .groupBy((n) => [n % 7])
        .mapValues((group) => group.length)
        .values(),
    array: (a) => [...bySeven(a).values()].map((group) => group.length),
  },
  {
    name: "join",
    rdd: (r) =>
      r
        .keyBy((n) => n)
        .join(r.context.parallelize([1, 2, 3, 4]).keyBy((n) => n))
        .keys(),
    array: (a) => a.filter((n) => n >= 1 && n <= 4),
  },
  {
    name: "subtract",
    rdd: (r) => r.subtract(r.context.parallelize([1, 2, 3, 4])),
    array: (a) => a.filter((n) => n < 1 || n > 4),
  },
  {
    name: "zipWithIndex",
    rdd: (r) => r.zipWithIndex().values(),
    array: (a) => a.map((_, i) => i),
  },
];

/** Numerical Recipes' generator: the same plans in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

const ascending = (rows: Numbers) => [...rows].sort((a, b) => a - b);

test.each(LAYOUTS)(
  "random plans of 1 to 6 operations give what they give on an array: $partitions partitions, $workers workers",
  async ({ workers, partitions }) => {
    const context = new SparkContext({ workers, threads: false });
    for (let seed = 1; seed <= 20; seed++) {
      const next = random(seed);
      const rows = Array.from({ length: next(60) }, () => next(100));
      const plan = Array.from(
        { length: 1 + next(6) },
        () => OPERATIONS[next(OPERATIONS.length)] as Operation,
      );
      const rdd = plan.reduce((made, { rdd }) => rdd(made), context.parallelize(rows, partitions));
      const expected = plan.reduce((made, { array }) => array(made), rows);
      const names = plan.map(({ name }) => name).join(".");
      expect(ascending(await rdd.collect()), `seed ${seed}: ${names}`).toEqual(ascending(expected));
      expect(await rdd.count(), `count of seed ${seed}: ${names}`).toBe(expected.length);
    }
  },
);
