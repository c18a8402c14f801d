import type { RDD } from "../context/rdd.js";

type Numbers = number[];

/** An operation on an RDD of numbers, and the same on an array. Results are compared without their order. */
export interface Operation {
  name: string;
  rdd(rdd: RDD<number>): RDD<number>;
  array(rows: Numbers): Numbers;
}

/** An action, and what it gives of the same numbers in an array. */
export interface NumberAction {
  name: string;
  rdd(rdd: RDD<number>): Promise<unknown>;
  array(rows: Numbers): unknown;
}

const add = (a: number, b: number) => a + b;
const same = (rows: Numbers) => rows;
const byParity = { numPartitions: 2, getPartition: (key: number) => key % 2 };
const small = (rdd: RDD<unknown>) => rdd.context.parallelize([1, 2, 3, 4, 4], 2);
const SMALL = [1, 2, 3, 4, 4];

function groups(rows: Numbers, divisor: number): Numbers[] {
  const made = new Map<number, Numbers>();
  for (const n of rows) made.set(n % divisor, [...(made.get(n % divisor) ?? []), n]);
  return [...made.values()];
}

const sums = (rows: Numbers, divisor: number) => groups(rows, divisor).map((group) => group.reduce(add));
const byKey = (r: RDD<number>, divisor: number) => r.map((n) => [n % divisor, n]);
const times = (n: number) => SMALL.filter((m) => m === n).length;

/** What a random plan is made of: transformations that give numbers of numbers. */
export const OPERATIONS: readonly Operation[] = [
  { name: "map", rdd: (r) => r.map((n) => (n * 3) % 101), array: (a) => a.map((n) => (n * 3) % 101) },
  { name: "filter", rdd: (r) => r.filter((n) => n % 3 > 0), array: (a) => a.filter((n) => n % 3 > 0) },
  { name: "mapAsync", rdd: (r) => r.mapAsync(async (n) => n + 1), array: (a) => a.map((n) => n + 1) },
  {
    name: "mapPartitions by an async generator",
    rdd: (r) =>
      r.mapPartitions(async function* (rows) {
        for (const n of rows) yield n + 2;
      }),
    array: (a) => a.map((n) => n + 2),
  },
  { name: "localCheckpoint", rdd: (r) => r.localCheckpoint(), array: same },
  {
    name: "flatMap",
    rdd: (r) => r.flatMap((n) => (n % 2 > 0 ? [] : [n, n + 1])),
    array: (a) => a.flatMap((n) => (n % 2 > 0 ? [] : [n, n + 1])),
  },
  {
    name: "collect(f)",
    rdd: (r) => r.collect((n) => (n % 4 > 0 ? n : undefined)),
    array: (a) => a.filter((n) => n % 4 > 0),
  },
  { name: "distinct", rdd: (r) => r.distinct(), array: (a) => [...new Set(a)] },
  { name: "sortBy", rdd: (r) => r.sortBy((n) => n % 10, false), array: same },
  { name: "repartition", rdd: (r) => r.repartition(3), array: same },
  { name: "coalesce", rdd: (r) => r.coalesce(2), array: same },
  { name: "glom", rdd: (r) => r.glom().flatMap((rows) => [...rows]), array: same },
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
    name: "mapPartitionsWithIndex",
    rdd: (r) => r.mapPartitionsWithIndex((_index, rows) => [...rows].map((n) => n + 1)),
    array: (a) => a.map((n) => n + 1),
  },
  { name: "reduceByKey", rdd: (r) => byKey(r, 7).reduceByKey(add).values(), array: (a) => sums(a, 7) },
  { name: "foldByKey", rdd: (r) => byKey(r, 6).foldByKey(0, add, 3).values(), array: (a) => sums(a, 6) },
  {
    name: "aggregateByKey",
    rdd: (r) => byKey(r, 5).aggregateByKey(0, add, add, byParity).values(),
    array: (a) => sums(a, 5),
  },
  {
    name: "combineByKey",
    rdd: (r) =>
      byKey(r, 4)
        .combineByKey((n) => n, add, add, 2, false)
        .values(),
    array: (a) => sums(a, 4),
  },
  {
    name: "reduceByKey in place",
    rdd: (r) =>
      byKey(r, 8)
        .partitionBy(3)
        .mapValues((n) => n + 1)
        .reduceByKey(add)
        .values(),
    array: (a) => groups(a, 8).map((group) => group.reduce(add) + group.length),
  },
  {
    name: "groupBy",
    rdd: (r) =>
      r
        .groupBy((n) => [n % 7])
        .mapValues((group) => group.length)
        .values(),
    array: (a) => groups(a, 7).map((group) => group.length),
  },
  {
    name: "join",
    rdd: (r) =>
      r
        .keyBy((n) => n)
        .join(small(r).keyBy((n) => n))
        .keys(),
    array: (a) => a.flatMap((n) => Array<number>(times(n)).fill(n)),
  },
  {
    name: "leftOuterJoin",
    rdd: (r) =>
      r
        .keyBy((n) => n)
        .leftOuterJoin(
          small(r).keyBy((n) => n),
          3,
        )
        .map(([n, [, m]]) => n + (m ?? 100)),
    array: (a) => a.flatMap((n) => (times(n) > 0 ? Array<number>(times(n)).fill(2 * n) : [n + 100])),
  },
  {
    name: "rightOuterJoin of what is in its places",
    rdd: (r) =>
      byKey(r, 100)
        .partitionBy(4)
        .rightOuterJoin(
          small(r)
            .distinct()
            .map((n) => [n, n]),
        )
        .map(([n, [m]]) => (m === undefined ? n : 0)),
    array: (a) =>
      [1, 2, 3, 4].flatMap((n) => {
        const here = a.filter((m) => m % 100 === n);
        return here.length > 0 ? here.map(() => 0) : [n];
      }),
  },
  {
    name: "cogroup",
    rdd: (r) =>
      byKey(r, 5)
        .cogroup(byKey(r, 3).partitionBy(2), byKey(r, 4))
        .map(([key, [a, b, c]]) => key + a.length + b.length * 2 + c.length * 3),
    array: (a) => {
      const count = (divisor: number, key: number) => a.filter((n) => n % divisor === key).length;
      return [...new Set(a.flatMap((n) => [n % 5, n % 3, n % 4]))].map(
        (key) => key + count(5, key) + count(3, key) * 2 + count(4, key) * 3,
      );
    },
  },
  { name: "subtract", rdd: (r) => r.subtract(small(r)), array: (a) => a.filter((n) => times(n) === 0) },
  {
    name: "subtractByKey",
    rdd: (r) =>
      byKey(r, 9)
        .subtractByKey(byKey(small(r), 9))
        .values(),
    array: (a) => a.filter((n) => !SMALL.some((m) => m % 9 === n % 9)),
  },
  {
    name: "intersection",
    rdd: (r) => r.map((n) => n % 6).intersection(small(r)),
    array: (a) => [...new Set(a.map((n) => n % 6))].filter((n) => times(n) > 0),
  },
  {
    name: "cartesian",
    rdd: (r) => r.cartesian(r.context.parallelize([1, 2], 2)).map(([n, m]) => (n + m) % 97),
    array: (a) => a.flatMap((n) => [(n + 1) % 97, (n + 2) % 97]),
  },
  {
    name: "zip",
    rdd: (r) => r.zip(r.map((n) => n % 5)).map(([n, m]) => n - m),
    array: (a) => a.map((n) => n - (n % 5)),
  },
  {
    name: "zipPartitions",
    rdd: (r) =>
      r.zipPartitions(
        r.filter((n) => n % 2 > 0),
        (all, odd) => [...odd, ...all],
      ),
    array: (a) => [...a, ...a.filter((n) => n % 2 > 0)],
  },
  { name: "zipWithIndex", rdd: (r) => r.zipWithIndex().values(), array: (a) => a.map((_, i) => i) },
  {
    name: "zipWithUniqueId",
    rdd: (r) =>
      r
        .zipWithUniqueId()
        .keyBy(([, id]) => id)
        .join(r.zipWithUniqueId().map(([n, id]) => [id, n]))
        .map(([, [, n]]) => n),
    array: same,
  },
  { name: "sample all", rdd: (r) => r.sample(false, 1, 3), array: same },
  {
    name: "randomSplit and union",
    rdd: (r) => r.context.union(r.randomSplit([1, 2], 5)),
    array: same,
  },
  {
    name: "sampleByKeyExact of all of some keys",
    rdd: (r) =>
      byKey(r, 3)
        .sampleByKeyExact(
          false,
          new Map([
            [0, 1],
            [1, 0],
            [2, 1],
          ]),
          7,
        )
        .values(),
    array: (a) => a.filter((n) => n % 3 !== 1),
  },
  {
    name: "filterByRange",
    rdd: (r) =>
      r
        .keyBy((n) => n)
        .sortByKey(true, 3)
        .filterByRange(10, 60)
        .values(),
    array: (a) => a.filter((n) => n >= 10 && n <= 60),
  },
  {
    name: "repartitionAndSortWithinPartitions",
    rdd: (r) =>
      r
        .keyBy((n) => n)
        .repartitionAndSortWithinPartitions(byParity)
        .values(),
    array: same,
  },
];

const inOrder = (rows: Numbers) => [...rows].sort((a, b) => a - b);

/** Actions whose result does not depend on the order of the records. */
export const ACTIONS: readonly NumberAction[] = [
  { name: "collect", rdd: async (r) => inOrder(await r.collect()), array: inOrder },
  { name: "count", rdd: (r) => r.count(), array: (a) => a.length },
  { name: "isEmpty", rdd: (r) => r.isEmpty(), array: (a) => a.length === 0 },
  { name: "fold", rdd: (r) => r.fold(0, add), array: (a) => a.reduce(add, 0) },
  { name: "treeAggregate", rdd: (r) => r.treeAggregate(0, add, add, 3), array: (a) => a.reduce(add, 0) },
  { name: "sum", rdd: (r) => r.sum(), array: (a) => a.reduce(add, 0) },
  { name: "top", rdd: (r) => r.top(5), array: (a) => inOrder(a).reverse().slice(0, 5) },
  { name: "takeOrdered", rdd: (r) => r.takeOrdered(5), array: (a) => inOrder(a).slice(0, 5) },
  {
    name: "histogram",
    rdd: (r) => r.histogram([0, 10, 50, 200]),
    array: (a) =>
      [
        [0, 10],
        [10, 50],
        [50, 201],
      ].map(([from = 0, to = 0]) => a.filter((n) => n >= from && n < to && n <= 200).length),
  },
  {
    name: "countByValue",
    rdd: async (r) => [...(await r.map((n) => n % 8).countByValue())].sort(([a], [b]) => a - b),
    array: (a) =>
      groups(a, 8)
        .map((group) => [(group[0] ?? 0) % 8, group.length])
        .sort(([a = 0], [b = 0]) => a - b),
  },
  {
    name: "reduceByKeyLocally",
    rdd: async (r) => inOrder([...(await byKey(r, 5).reduceByKeyLocally(add)).values()]),
    array: (a) => inOrder(sums(a, 5)),
  },
  {
    name: "countApprox",
    rdd: async (r) => (await r.countApprox(600_000)).initialValue.mean,
    array: (a) => a.length,
  },
];
