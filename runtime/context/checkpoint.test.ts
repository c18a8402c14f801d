import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { temporaryFolder } from "../connect/files/testing/temporary-folder.js";
import { StorageLevel } from "../rows/storage-level.js";
import { SparkContext } from "./spark-context.js";

const folder = temporaryFolder();
const open: SparkContext[] = [];

function newContext(checkpointDir?: string) {
  const sc = new SparkContext({ workers: 2, threads: false });
  if (checkpointDir !== undefined) sc.setCheckpointDir(folder.in(checkpointDir));
  open.push(sc);
  return sc;
}

afterEach(async () => {
  for (const sc of open.splice(0)) await sc.stop();
});

/** Numbers in 3 partitions, and how often they were computed. */
function counted(sc: SparkContext) {
  const computed = sc.longAccumulator();
  const rdd = sc.parallelize([1, 2, 3, 4, 5, 6], 3).map((n) => {
    computed.add(1);
    return n * 10;
  });
  return { rdd, computed };
}

const TENS = [10, 20, 30, 40, 50, 60];

/** Operators of a lineage, newest first, by what toDebugString says. */
const operators = (text: string) => text.split("\n").flatMap((line) => /(\w+)\[\d+\]/.exec(line)?.[1] ?? []);

describe("an RDD that is to be checkpointed", () => {
  test("is marked at first, and written when an action has computed it, by a job of its own", async () => {
    const { rdd, computed } = counted(newContext("marked"));
    rdd.checkpoint();
    expect(rdd.isCheckpointed()).toBe(false);
    expect(rdd.getCheckpointFile()).toBeUndefined();
    expect(operators(await rdd.toDebugString())).toEqual(["map", "parallelize"]);
    expect(await rdd.collect()).toEqual(TENS);
    expect(rdd.isCheckpointed()).toBe(true);
    expect(computed.value, "computed once for the action, and once to be written").toBe(12);
    expect(operators(await rdd.toDebugString())).toEqual(["map", "checkpoint"]);
    expect(rdd.dependencies.map(({ kind, rdd: { node } }) => [kind, node.op])).toEqual([
      ["oneToOne", "checkpoint"],
    ]);
    const file = rdd.getCheckpointFile() ?? "";
    expect(file).toMatch(/\/marked\/[-0-9a-f]{36}\/rdd-\d+$/);
    expect(readdirSync(file)).toEqual(["_SUCCESS", "part-00000", "part-00001", "part-00002"]);
  });

  test("is read from its files from then on, and so is what was made from it before and after", async () => {
    const { rdd, computed } = counted(newContext("read"));
    const before = rdd.map((n) => n + 1);
    rdd.checkpoint();
    await rdd.count();
    expect(await rdd.collect()).toEqual(TENS);
    expect(await before.collect()).toEqual(TENS.map((n) => n + 1));
    expect(
      await rdd
        .map((n) => [n % 20, n] as [number, number])
        .reduceByKey((a, b) => a + b)
        .collectAsMap(),
    ).toEqual(
      new Map([
        [0, 120],
        [10, 90],
      ]),
    );
    expect(computed.value).toBe(12);
  });

  test("is computed once when it is persisted", async () => {
    const { rdd, computed } = counted(newContext("persisted"));
    rdd.cache().checkpoint();
    await rdd.count();
    expect(computed.value).toBe(6);
    expect(rdd.getStorageLevel()).toBe(StorageLevel.MEMORY_ONLY);
    rdd.unpersist();
    expect(await rdd.collect()).toEqual(TENS);
    expect(computed.value).toBe(6);
  });

  test("is checkpointed by an action on what is made from it, through shuffles and joins", async () => {
    const { rdd, computed } = counted(newContext("descendant"));
    rdd.checkpoint();
    const pairs = rdd.keyBy((n) => n % 20);
    await pairs.join(pairs).count();
    expect(rdd.isCheckpointed()).toBe(true);
    const at = computed.value;
    expect(await rdd.collect()).toEqual(TENS);
    expect(computed.value).toBe(at);
  });

  test("is the last marked one of a lineage: what it is made from is forgotten, not written", async () => {
    const { rdd } = counted(newContext("nearest"));
    const next = rdd.map((n) => n + 1);
    rdd.checkpoint();
    next.checkpoint();
    await next.count();
    expect([next.isCheckpointed(), rdd.isCheckpointed()]).toEqual([true, false]);
    await rdd.count();
    expect(rdd.isCheckpointed()).toBe(true);
  });

  test("may be made by a shuffle, keeps its partitioner, and is not shuffled again", async () => {
    const { rdd, computed } = counted(newContext("wide"));
    const sums = rdd.map((n) => [n % 20, n] as [number, number]).reduceByKey((a, b) => a + b, 2);
    sums.checkpoint();
    await sums.count();
    const at = computed.value;
    const joined = sums.join(sums.mapValues((n) => -n));
    expect((await joined.collect()).sort()).toEqual([
      [0, [120, -120]],
      [10, [90, -90]],
    ]);
    expect(operators(await sums.toDebugString())).toEqual(["reduceByKey", "checkpoint"]);
    expect(computed.value).toBe(at);
  });

  test("may descend from a sort whose ranges a later operation means", async () => {
    const sc = newContext("sorted");
    const rows = Array.from({ length: 40 }, (_, i) => [(i * 7) % 40, i] as [number, number]);
    const sorted = sc.parallelize(rows, 4).sortByKey(true, 4);
    const twice = sorted.mapValues((n) => n * 2);
    twice.checkpoint();
    await twice.count();
    const joined = twice.join(sc.parallelize(rows, 3));
    expect(await joined.count()).toBe(40);
    expect((await joined.collect()).every(([, [a, b]]) => a === 2 * b)).toBe(true);
  });

  test("is read from what was written, though what came after the writing failed the first time", async () => {
    const sc = newContext("again");
    const pairs = TENS.map((n) => [n, n] as [number, number]);
    const sorted = sc.parallelize(pairs, 2).sortByKey(false, 2);
    sorted.checkpoint();
    const call = sc.engine.call.bind(sc.engine);
    const asked = vi.spyOn(sc.engine, "call").mockImplementation((name, args) => {
      if (name !== "ranges") return call(name, args);
      asked.mockRestore();
      return Promise.reject(new Error("no ranges now"));
    });
    await expect(sorted.count()).rejects.toThrow("no ranges now");
    expect(sorted.isCheckpointed()).toBe(false);
    expect(await sorted.collect()).toEqual([...pairs].reverse());
    expect(sorted.isCheckpointed()).toBe(true);
    expect(await sorted.collect()).toEqual([...pairs].reverse());
  });

  test("is written once for actions that run at a time", async () => {
    const { rdd, computed } = counted(newContext("concurrent"));
    rdd.cache().checkpoint();
    await Promise.all([rdd.count(), rdd.collect(), rdd.map((n) => n + 1).count()]);
    expect(rdd.isCheckpointed()).toBe(true);
    expect(readdirSync(`${rdd.getCheckpointFile()}/..`)).toHaveLength(1);
    expect(await rdd.collect()).toEqual(TENS);
    expect(computed.value).toBeLessThanOrEqual(18);
  });

  test("may have no partition, or an empty one", async () => {
    const sc = newContext("empty");
    for (const rdd of [sc.emptyRDD<number>(), sc.parallelize<number>([], 2)]) {
      rdd.checkpoint();
      expect(await rdd.collect()).toEqual([]);
      expect(rdd.isCheckpointed()).toBe(true);
      expect(await rdd.collect()).toEqual([]);
    }
  });

  test("keeps a lineage short that grows by iteration", async () => {
    const sc = newContext("iteration");
    let rdd = sc.parallelize([1, 2, 3], 2);
    for (let i = 0; i < 30; i++) {
      rdd = rdd.map((n) => n + 1);
      if (i % 10 === 9) {
        rdd.checkpoint();
        await rdd.count();
      }
    }
    expect(await rdd.collect()).toEqual([31, 32, 33]);
    expect(operators(await rdd.toDebugString())).toHaveLength(2);
  });

  test("goes on after the context was stopped and used again", async () => {
    const { rdd, computed } = counted(newContext("restart"));
    rdd.checkpoint();
    await rdd.count();
    await rdd.context.stop();
    expect(await rdd.map((n) => n / 10).collect()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(computed.value).toBe(12);
  });

  test("is refused without a folder, with the way out", () => {
    const { rdd } = counted(newContext());
    expect(() => rdd.checkpoint()).toThrow(
      /^Checkpoint directory has not been set in the SparkContext, and map\[\d+\] is to be checkpointed; call sc.setCheckpointDir\(path\) first/,
    );
  });

  test("of which the writing fails fails the action, and is written by the next one", async () => {
    const sc = newContext("unwritable");
    const rdd = sc.parallelize<unknown>([1], 1).map(() => () => 1);
    rdd.checkpoint();
    await expect(rdd.count()).rejects.toThrow(/could not be cloned/);
    expect(rdd.isCheckpointed()).toBe(false);
    expect(readdirSync(sc.getCheckpointDir() ?? "")).toEqual([]);
    await expect(rdd.count()).rejects.toThrow(/could not be cloned/);
  });

  test.each([
    ["is cut short", (path: string) => truncateSync(path, 20), /has changed since it was listed/],
    [
      "has other bytes",
      (path: string) => {
        const bytes = readFileSync(path);
        bytes[30] = (bytes[30] ?? 0) ^ 1;
        writeFileSync(path, bytes);
      },
      /cannot be read, and its lineage is cut: /,
    ],
  ])("is not read from a file that %s", async (_what, damage, message) => {
    const { rdd } = counted(newContext("damaged"));
    rdd.checkpoint();
    await rdd.count();
    damage(`${rdd.getCheckpointFile()}/part-00001`);
    const failed = expect(rdd.collect()).rejects;
    await failed.toMatchObject({ code: "RT_CHECKPOINT" });
    await expect(rdd.collect()).rejects.toThrow(message);
    expect(await rdd.take(2)).toEqual([10, 20]);
  });
});

describe("an RDD that is checkpointed locally", () => {
  test("is kept with the workers, all of it, and made from nothing else", async () => {
    const { rdd, computed } = counted(newContext());
    expect(rdd.localCheckpoint()).toBe(rdd);
    expect(rdd.getStorageLevel()).toBe(StorageLevel.MEMORY_AND_DISK);
    expect(rdd.isCheckpointed()).toBe(false);
    expect(await rdd.take(1)).toEqual([10]);
    expect(computed.value, "the partitions that the action did not ask for are computed too").toBe(6);
    expect(rdd.isCheckpointed()).toBe(true);
    expect(rdd.getCheckpointFile()).toBeUndefined();
    expect(operators(await rdd.toDebugString())).toEqual(["map", "localCheckpoint"]);
    expect(await rdd.map((n) => n + 1).collect()).toEqual(TENS.map((n) => n + 1));
    expect(computed.value).toBe(6);
  });

  test.each([StorageLevel.DISK_ONLY, StorageLevel.MEMORY_AND_DISK])("stays at $name", async (level) => {
    const { rdd } = counted(newContext());
    rdd.persist(level).localCheckpoint();
    expect(rdd.getStorageLevel()).toBe(level);
    await rdd.count();
    expect(await rdd.collect()).toEqual(TENS);
  });

  test("is kept on disk too when it was in memory only", async () => {
    const { rdd } = counted(newContext());
    await rdd.cache().count();
    await rdd.localCheckpoint().count();
    expect(rdd.getStorageLevel()).toBe(StorageLevel.MEMORY_AND_DISK);
    expect(await rdd.collect()).toEqual(TENS);
  });

  test("is lost when it is persisted no more: the action says so, as Spark's does", async () => {
    const { rdd } = counted(newContext());
    await rdd.localCheckpoint().count();
    rdd.unpersist();
    await expect(rdd.collect()).rejects.toMatchObject({
      code: "RT_CHECKPOINT",
      message: expect.stringMatching(
        /^Checkpoint block of partition \d of map\[\d+\] not found! Either the worker thread that originally/,
      ),
    });
  });

  test("takes the place of a mark for files", async () => {
    const { rdd } = counted(newContext("both"));
    rdd.checkpoint();
    rdd.localCheckpoint();
    await rdd.count();
    expect([rdd.isCheckpointed(), rdd.getCheckpointFile()]).toEqual([true, undefined]);
  });
});
