import { afterEach, describe, expect, test } from "vitest";
import { StorageLevel } from "../rows/storage-level.js";
import { SparkContext } from "./spark-context.js";

const open: SparkContext[] = [];

function newContext(workerMemoryMb = 512) {
  const sc = new SparkContext({ workers: 2, threads: false, workerMemoryMb });
  open.push(sc);
  return sc;
}

afterEach(async () => {
  for (const sc of open.splice(0)) await sc.stop();
});

/** Numbers, and how often they were computed. */
function counted(sc: SparkContext, partitions = 4) {
  const computed = sc.longAccumulator();
  const rdd = sc.parallelize([1, 2, 3, 4, 5, 6, 7, 8], partitions).map((n) => {
    computed.add(1);
    return n * 10;
  });
  return { rdd, computed };
}

const TENS = [10, 20, 30, 40, 50, 60, 70, 80];

describe("a persisted RDD", () => {
  test.each([StorageLevel.MEMORY_ONLY, StorageLevel.MEMORY_AND_DISK, StorageLevel.DISK_ONLY])(
    "is computed by the first action and read by the next ones, at $name",
    async (level) => {
      const { rdd, computed } = counted(newContext());
      expect(rdd.persist(level)).toBe(rdd);
      expect(rdd.getStorageLevel()).toBe(level);
      expect(await rdd.collect()).toEqual(TENS);
      expect(await rdd.map((n) => n + 1).count()).toBe(8);
      expect(await rdd.collect()).toEqual(TENS);
      expect(computed.value).toBe(8);
    },
  );

  test("may be persisted after it was computed, and is computed again when it is persisted no more", async () => {
    const { rdd, computed } = counted(newContext());
    await rdd.count();
    rdd.cache();
    await rdd.count();
    await rdd.count();
    expect(computed.value).toBe(16);
    rdd.unpersist();
    expect(rdd.getStorageLevel()).toBe(StorageLevel.NONE);
    expect(await rdd.collect()).toEqual(TENS);
    expect(computed.value).toBe(24);
    rdd.persist(StorageLevel.DISK_ONLY);
    await rdd.count();
    expect(await rdd.collect()).toEqual(TENS);
    expect(computed.value).toBe(32);
  });

  test("keeps the partitions that an action computed: take computes one", async () => {
    const { rdd, computed } = counted(newContext());
    rdd.cache();
    expect(await rdd.take(1)).toEqual([10]);
    expect(computed.value).toBe(2);
    expect(await rdd.collect()).toEqual(TENS);
    expect(computed.value).toBe(8);
  });

  test("that was shuffled is kept as it is read", async () => {
    const sc = newContext();
    const { rdd, computed } = counted(sc);
    const sums = rdd
      .map((n) => [n % 20, n] as [number, number])
      .reduceByKey((a, b) => a + b, 2)
      .cache();
    const expected = new Map([
      [0, 200],
      [10, 160],
    ]);
    for (const _ of [1, 2, 3]) expect(await sums.collectAsMap()).toEqual(expected);
    expect(computed.value).toBe(8);
  });

  test("of another level is refused until it is persisted no more, as in Spark", () => {
    const { rdd } = counted(newContext());
    rdd.cache();
    expect(rdd.cache().persist()).toBe(rdd);
    expect(() => rdd.persist(StorageLevel.DISK_ONLY)).toThrow(
      "the storage level of map is MEMORY_ONLY and cannot be changed to DISK_ONLY; unpersist() it first",
    );
  });

  test("of the levels that Spark has for copies and for bytes is the same as without", () => {
    expect(StorageLevel.MEMORY_ONLY_SER_2).toBe(StorageLevel.MEMORY_ONLY);
    expect(StorageLevel.OFF_HEAP).toBe(StorageLevel.MEMORY_AND_DISK);
    expect(`${StorageLevel.OFF_HEAP}, ${StorageLevel.NONE}`).toBe(
      "StorageLevel(disk, memory), StorageLevel()",
    );
  });
});

describe("with less memory than is persisted", () => {
  const BIG = 300_000;
  const big = (sc: SparkContext, base: number) => {
    const computed = sc.longAccumulator();
    const rdd = sc.range(0, BIG, 1, 2).map((n) => {
      computed.add(1);
      return n + base + 0.5;
    });
    return { rdd, computed };
  };

  test("a partition that had to go is computed again, and the result is the same", async () => {
    const sc = newContext(64);
    const rdds = [0, 1e6, 2e6, 3e6, 4e6, 5e6].map((base) => big(sc, base));
    for (const { rdd } of rdds) rdd.cache();
    for (const { rdd } of rdds) await rdd.count();
    expect(await rdds[0]?.rdd.sum()).toBe((BIG * BIG) / 2);
    expect(rdds[0]?.computed.value).toBeGreaterThan(BIG);
    expect(rdds.at(-1)?.computed.value).toBe(BIG);
  });

  test("a partition that may go to disk is not computed again", async () => {
    const sc = newContext(64);
    const rdds = [0, 1e6, 2e6, 3e6, 4e6, 5e6].map((base) => big(sc, base));
    for (const { rdd } of rdds) rdd.persist(StorageLevel.MEMORY_AND_DISK);
    for (const { rdd } of rdds) await rdd.count();
    expect(await rdds[0]?.rdd.sum()).toBe((BIG * BIG) / 2);
    expect(rdds.map(({ computed }) => computed.value)).toEqual(rdds.map(() => BIG));
    expect(await rdds[0]?.rdd.toDebugString()).toMatch(
      /CachedPartitions: 2; MemorySize: .*; DiskSize: [1-9].* MiB/,
    );
  });
});
