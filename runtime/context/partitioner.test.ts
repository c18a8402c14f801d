import { describe, expect, test } from "vitest";
import type { PortableFunction } from "../closure/portable-function.js";
import { LAYOUTS, sorted } from "../testing/layouts.js";
import { HashPartitioner, type Partitioner, RangePartitioner, spreadOver } from "./partitioner.js";
import type { RDD } from "./rdd.js";
import { SparkContext } from "./spark-context.js";

const byParity = { numPartitions: 2, getPartition: (key: number) => Math.abs(key % 2) };
const pairs = Array.from({ length: 20 }, (_, i): [number, string] => [i % 5, `v${i}`]);
const kinds = (rdd: RDD<never>) => rdd.dependencies.map(({ kind }) => kind);
const sc = new SparkContext({ workers: 2, threads: false });

describe("partitioners are equal", () => {
  const bounds = (...ends: unknown[]) => new RangePartitioner(ends.length + 1, true, { bounds: ends });
  test.each<[string, boolean, boolean]>([
    ["hashes over as many partitions", new HashPartitioner(4).equals(new HashPartitioner(4)), true],
    ["hashes over fewer", new HashPartitioner(4).equals(new HashPartitioner(2)), false],
    ["a hash and ranges", new HashPartitioner(2).equals(bounds(3)), false],
    ["ranges with the same ends", bounds(3, "x", [1n]).equals(bounds(3, "x", [1n])), true],
    ["ranges with other ends", bounds(3, 5).equals(bounds(3, 6)), false],
    [
      "ranges upwards and downwards",
      bounds(3).equals(new RangePartitioner(2, false, { bounds: [3] })),
      false,
    ],
  ])("%s: %s", (_title, equal, expected) => {
    expect(equal).toBe(expected);
  });

  test("ranges send a key to the first whose end is not less", () => {
    const up = bounds(3, 7);
    const down = new RangePartitioner(3, false, { bounds: [3, 7] });
    expect([2, 3, 4, 7, 8].map((key) => up.getPartition(key))).toEqual([0, 0, 1, 1, 2]);
    expect([2, 3, 4, 7, 8].map((key) => down.getPartition(key))).toEqual([2, 2, 1, 1, 0]);
  });
});

class Modulo {
  constructor(readonly numPartitions: number) {}
  getPartition(key: number): number {
    return key % this.numPartitions;
  }
}

class Backwards extends HashPartitioner {
  override getPartition(key: unknown): number {
    return this.numPartitions - 1 - (Number(key) % this.numPartitions);
  }
}

describe("a partitioner of the program's own", () => {
  const literal = {
    numPartitions: 3,
    getPartition(key: number) {
      return key % this.numPartitions;
    },
  };
  test.each<[string, Partitioner<number>, number[][]]>([
    ["that asks itself, as an object", literal, [[0, 3], [1, 4], [2]]],
    ["that asks itself, of a class", new Modulo(3), [[0, 3], [1, 4], [2]]],
  ])("%s, places keys where it says", async (_title, partitioner, places) => {
    const placed = sc
      .parallelize([0, 1, 2, 3, 4], 2)
      .keyBy((n) => n)
      .partitionBy(partitioner);
    expect(await placed.keys().glom().collect()).toEqual(places);
    for (const key of places.flat()) expect(await placed.lookup(key)).toEqual([key]);
    expect(await placed.join(placed.mapValues(String), partitioner).count()).toBe(5);
  });

  test("that extends HashPartitioner is asked for places, and not equal to one", () => {
    const asked: ((key: never) => number)[] = [];
    const { spread } = spreadOver(new Backwards(3), (getPartition) => {
      asked.push(getPartition);
      return {} as PortableFunction;
    });
    expect(spread).toEqual({ partitions: 3, by: { kind: "function" } });
    expect([0, 1, 2].map((key) => asked[0]?.(key as never))).toEqual([2, 1, 0]);
    expect(new HashPartitioner(3).equals(new Backwards(3))).toBe(false);
    expect(new Backwards(3).equals(new HashPartitioner(3))).toBe(false);
  });

  test("that is none is refused with what it is", () => {
    const none = "3" as unknown as number;
    const pairs = sc.parallelize([1]).keyBy((n) => n);
    expect(() => pairs.groupByKey(none)).toThrow(
      "a number of partitions or a partitioner { numPartitions, getPartition(key) } is needed here, not '3'",
    );
  });
});

describe("which partitioner an RDD has", () => {
  const placed = sc.parallelize(pairs, 3).partitionBy(4);
  const keyed = sc.parallelize(pairs, 3);
  test.each<[string, RDD<unknown>, unknown]>([
    ["none from the program", keyed, undefined],
    ["that of its shuffle", placed, new HashPartitioner(4)],
    ["a filter keeps it", placed.filter(() => true), new HashPartitioner(4)],
    ["mapValues keeps it", placed.mapValues(String), new HashPartitioner(4)],
    ["flatMapValues keeps it", placed.flatMapValues((v) => [v]), new HashPartitioner(4)],
    ["distinct keeps it", placed.distinct(), new HashPartitioner(4)],
    ["distinct over other partitions drops it", placed.distinct(2), undefined],
    ["map drops it", placed.map((pair) => pair), undefined],
    ["keys drop it", placed.keys(), undefined],
    ["keyBy drops it", placed.keyBy(String), undefined],
    ["mapPartitions drops it", placed.mapPartitions((rows) => rows), undefined],
    ["unless it says that keys stay", placed.mapPartitions((rows) => rows, true), new HashPartitioner(4)],
    ["a join has it", placed.join(keyed), new HashPartitioner(4)],
    ["a partitioner of the program's own", keyed.partitionBy(byParity), byParity],
    ["a union of RDDs with one", placed.union(placed.mapValues(String)), new HashPartitioner(4)],
    ["a union of RDDs with different ones", placed.union(keyed.partitionBy(3)), undefined],
    ["repartition drops it", placed.repartition(4), undefined],
    ["sortByKey has ranges", keyed.sortByKey(true, 2), expect.any(RangePartitioner)],
  ])("%s", (_title, rdd, partitioner) => {
    expect(rdd.partitioner).toEqual(partitioner);
  });

  test.each<[string, () => RDD<unknown>, number]>([
    ["as many as the parent", () => keyed.reduceByKey((a) => a), 3],
    ["as many as the parent with the most", () => keyed.join(sc.parallelize(pairs, 5)), 5],
    ["those of the parent with a partitioner", () => keyed.partitionBy(2).join(sc.parallelize(pairs, 15)), 2],
    ["unless these are ten times fewer", () => keyed.partitionBy(2).join(sc.parallelize(pairs, 20)), 20],
    ["of two partitioners the larger", () => keyed.partitionBy(2).join(keyed.partitionBy(3)), 3],
    ["one for an RDD of none", () => sc.emptyRDD<[number, number]>().groupByKey(), 1],
  ])("an operation by key that names none takes %s", (_title, make, partitions) => {
    expect(make().getNumPartitions()).toBe(partitions);
    expect(make().partitions.map(({ index }) => index)).toEqual(
      Array.from({ length: partitions }, (_, i) => i),
    );
  });
});

describe("pairs that are in their places do not move", () => {
  const a = () => sc.parallelize(pairs, 3).partitionBy(4);
  const b = () => sc.parallelize(pairs, 2);
  test.each<[string, RDD<never>, string[]]>([
    ["reduceByKey after partitionBy", a().reduceByKey((x) => x) as never, ["oneToOne"]],
    ["on other partitions", a().reduceByKey((x) => x, 3) as never, ["shuffle"]],
    ["groupByKey after a sort", b().sortByKey().groupByKey() as never, ["oneToOne"]],
    ["cogroup of one that is and one that is not", a().cogroup(b()) as never, ["oneToOne", "shuffle"]],
    ["cogroup of two that are", a().cogroup(a(), b()) as never, ["oneToOne", "oneToOne", "shuffle"]],
    ["subtractByKey", a().subtractByKey(a()) as never, ["oneToOne", "oneToOne"]],
    [
      "by a partitioner of the program's own",
      b().partitionBy(byParity).groupByKey(byParity) as never,
      ["oneToOne"],
    ],
    [
      "that is another object each time",
      b()
        .partitionBy(byParity)
        .groupByKey({ ...byParity }) as never,
      ["shuffle"],
    ],
    ["a union", a().union(a()) as never, ["oneToOne", "oneToOne"]],
    ["distinct", a().distinct() as never, ["oneToOne"]],
    ["what is coalesced goes whole", b().coalesce(1) as never, ["narrow"]],
    ["a map of them", a().map((x) => x) as never, ["oneToOne"]],
    ["repartition", a().repartition(2) as never, ["shuffle"]],
  ])("%s", (_title, rdd, expected) => {
    expect(kinds(rdd)).toEqual(expected);
  });

  test("partitionBy of what is placed so is that RDD", () => {
    const placed = a();
    expect(placed.partitionBy(4)).toBe(placed);
    expect(placed.partitionBy(new HashPartitioner(4))).toBe(placed);
    expect(placed.partitionBy(5)).not.toBe(placed);
  });
});

describe.each(LAYOUTS)("$partitions partitions on $workers workers", ({ workers, partitions }) => {
  const sc = new SparkContext({ workers, threads: false });
  const rdd = () => sc.parallelize(pairs, partitions);
  const expected = sorted(
    [0, 1, 2, 3, 4].map((key) => [key, pairs.filter(([k]) => k === key).map(([, v]) => v)]),
  );

  test.each<[string, (rdd: RDD<[number, string]>) => RDD<[number, string]>]>([
    ["partitionBy", (r) => r.partitionBy(3)],
    ["a partitioner of the program's own", (r) => r.partitionBy(byParity)],
    ["a sort", (r) => r.sortByKey(true, 4)],
    ["a sort downwards", (r) => r.sortByKey(false, 3)],
  ])("operations on what is placed by %s give what they give on what is not", async (_title, place) => {
    const placed = place(rdd());
    expect(sorted(await placed.groupByKey().collect())).toEqual(expected);
    expect(sorted(await place(rdd().union(rdd())).distinct().collect())).toEqual(sorted(pairs));
    expect(
      sorted(
        await placed
          .mapValues((v) => v.length)
          .reduceByKey((x, y) => x + y)
          .collect(),
      ),
    ).toEqual(
      sorted(
        await rdd()
          .mapValues((v) => v.length)
          .reduceByKey((x, y) => x + y)
          .collect(),
      ),
    );
    const sides = ([left, right]: [string[], string[]]) => [left.length, right.length];
    expect(sorted(await placed.cogroup(rdd()).mapValues(sides).collect())).toEqual(
      sorted(await rdd().cogroup(rdd()).mapValues(sides).collect()),
    );
    expect(sorted(await rdd().join(placed).collect())).toEqual(sorted(await rdd().join(rdd()).collect()));
    expect(sorted(await placed.union(placed).collect())).toEqual(sorted([...pairs, ...pairs]));
    expect(await placed.subtractByKey(rdd()).collect()).toEqual([]);
    expect(await placed.lookup(3)).toEqual(["v3", "v8", "v13", "v18"]);
    expect(await placed.lookup(99)).toEqual([]);
  });

  test("each pair of a join with the ranges of a sort is in the range of its key", async () => {
    const ranges = await rdd().sortByKey(true, 3).join(rdd()).keys().glom().collect();
    expect(ranges.flat()).toHaveLength(80);
    const [ends, starts] = [ranges.map((keys) => Math.max(...keys)), ranges.map((keys) => Math.min(...keys))];
    expect(starts.slice(1).every((start, i) => start > (ends[i] ?? 0))).toBe(true);
  });
});

test("lookup computes only the partition of its key", async () => {
  const seen = sc.longAccumulator();
  const placed = sc
    .parallelize(pairs, 3)
    .partitionBy(byParity)
    .mapValues((v) => {
      seen.add(1);
      return v;
    });
  expect(await placed.lookup(4)).toEqual(["v4", "v9", "v14", "v19"]);
  expect(seen.value).toBe(12);
});

test("a partitioner goes on as it was when it was first used", async () => {
  let shift = 0;
  const shifted = { numPartitions: 2, getPartition: (key: number) => (key + shift) % 2 };
  const placed = sc.parallelize(pairs).partitionBy(shifted);
  shift = 1;
  const again = sc.parallelize(pairs).partitionBy(shifted);
  expect(await placed.glom().collect()).toEqual(await again.glom().collect());
});

test("ranges of about equal size are made of a sample of the keys", async () => {
  const many = sc.range(0, 1000, 1, 5).keyBy((n) => n);
  for (const ascending of [true, false]) {
    const ranges = await RangePartitioner.of(4, many, ascending);
    expect(ranges.rangeBounds).toHaveLength(3);
    const placed = await many.partitionBy(ranges).keys().glom().collect();
    expect(Math.min(...placed.map((keys) => keys.length))).toBeGreaterThan(150);
    const starts = placed.map((keys) => Math.min(...keys));
    expect(starts).toEqual([...starts].sort((a, b) => (ascending ? a - b : b - a)));
    expect(await many.partitionBy(ranges).lookup(777)).toEqual([777]);
  }
  const none = await RangePartitioner.of(3, sc.emptyRDD<[number, number]>());
  expect([none.numPartitions, none.getPartition(5)]).toEqual([1, 0]);
});

test("there are no more ranges than keys, as in Spark's PartitioningSuite", async () => {
  const keys = (...numbers: number[]) => sc.parallelize(numbers).keyBy((n) => n);
  expect((await RangePartitioner.of(22, keys(1, 2, 3))).numPartitions).toBe(3);
  expect((await RangePartitioner.of(3, keys(1, 1, 1))).rangeBounds).toEqual([1]);
});

test("the ranges of a sort are not known here", () => {
  const { partitioner } = sc.parallelize(pairs).sortByKey();
  expect(() => (partitioner as RangePartitioner).getPartition(1)).toThrow(
    expect.objectContaining({ code: "RT_RANGES" }),
  );
});
