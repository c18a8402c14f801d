import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../connect/files/testing/temporary-folder.js";
import type { SparkContext as SparkContextType } from "../index.js";

// The built library, as a program would import it: its threads are dist/engine.js and dist/task.js.
const { SparkContext }: typeof import("../index.js") = await import("../../dist/index.js" as string);

const open: SparkContextType[] = [];

function newContext(): SparkContextType {
  const sc = new SparkContext({ workers: 2 });
  open.push(sc);
  return sc;
}

afterEach(async () => {
  for (const sc of open.splice(0)) await sc.stop();
});

/** Memory that all threads share: how many more workers a function is to end, by the stage it stands in. */
const deaths = () => new Int32Array(new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT));

/**
 * Two shuffles with a function in each of the three stages, each of which ends its worker as often as `left` says. All
 * its functions count the times they run to the end.
 */
function threeStages(sc: SparkContextType, left: Int32Array) {
  const seen = sc.longAccumulator("seen");
  const rdd = sc
    .parallelize(
      Array.from({ length: 1000 }, (_, i) => i),
      5,
    )
    .map((i) => {
      if (i === 500 && Atomics.sub(left, 0, 1) > 0) process.exit(9);
      return [i % 100, i] as [number, number];
    })
    .reduceByKey((a, b) => a + b, 4)
    .map(([key, sum]) => {
      if (key === 50 && Atomics.sub(left, 1, 1) > 0) process.exit(9);
      return [key % 10, sum] as [number, number];
    })
    .reduceByKey((a, b) => a + b, 3)
    .map(([key, sum]) => {
      if (key === 5 && Atomics.sub(left, 2, 1) > 0) process.exit(9);
      seen.add(1);
      return [key, sum] as [number, number];
    });
  return { rdd, seen };
}

const undisturbed = Array.from({ length: 10 }, (_, key) => [key, 49_500 + 100 * key]);
const byKey = (rows: [number, number][]) => rows.sort(([a], [b]) => a - b);

describe("a worker that is killed does not change a result", () => {
  test.each([
    ["in the first stage", [1, 0, 0]],
    ["in the second stage", [0, 1, 0]],
    ["in the last stage", [0, 0, 1]],
    ["twice in the first stage", [2, 0, 0]],
    ["three times in the last stage", [0, 0, 3]],
    ["once in each stage", [1, 1, 1]],
    ["twice in each stage", [2, 2, 2]],
  ])("%s", async (_where, counts) => {
    const left = deaths();
    left.set(counts);
    const { rdd, seen } = threeStages(newContext(), left);
    expect(byKey(await rdd.collect())).toEqual(undisturbed);
    expect(
      [...left.subarray(0, 3)].every((n) => n < 0),
      "all of them were killed",
    ).toBe(true);
    expect(seen.value, "what the last stage adds up counts once").toBe(10);
  });

  test("while it is idle between two jobs on one shuffle", async () => {
    const sc = newContext();
    const { rdd } = threeStages(sc, deaths());
    await rdd.count();
    const left = deaths();
    left.set([1]);
    await sc
      .parallelize([1, 2], 2)
      .map((x) => {
        if (Atomics.sub(left, 0, 1) > 0) process.exit(9);
        return x;
      })
      .count();
    expect(byKey(await rdd.collect())).toEqual(undisturbed);
  });

  test("with both workers at once", async () => {
    const sc = newContext();
    const { rdd } = threeStages(sc, deaths());
    await rdd.count();
    const left = deaths();
    left.set([2]);
    const both = sc
      .parallelize([1, 2], 2)
      .map((x) => {
        // Each waits for the other, so that both are running when they end.
        if (Atomics.sub(left, 0, 1) > 0) {
          Atomics.add(left, 1, 1);
          while (Atomics.load(left, 1) < 2);
          process.exit(9);
        }
        return x;
      })
      .count();
    const [counted, rows] = await Promise.all([both, rdd.collect()]);
    expect(counted).toBe(2);
    expect(byKey(rows)).toEqual(undisturbed);
  });

  test("when another job ends it: a job that runs beside comes to its result", async () => {
    const sc = newContext();
    const { rdd } = threeStages(sc, deaths());
    const suicidal = sc
      .parallelize([1, 2, 3, 4], 4)
      .map((x) => (x === 3 ? process.exit(3) : x))
      .collect();
    const [failed, rows] = await Promise.allSettled([suicidal, rdd.collect()]);
    expect(failed).toMatchObject({ status: "rejected", reason: { code: "RT_WORKER_LOST" } });
    expect(rows.status === "fulfilled" && byKey(rows.value)).toEqual(undisturbed);
  });
});

describe("a persisted RDD", () => {
  test.each(["MEMORY_ONLY", "DISK_ONLY"] as const)(
    "at %s computes what it lost with a worker, and reads the rest where it is",
    async (level) => {
      const { StorageLevel }: typeof import("../index.js") = await import("../../dist/index.js" as string);
      const sc = newContext();
      const computed = sc.longAccumulator();
      const cached = sc
        .range(0, 400, 1, 4)
        .map((n) => {
          computed.add(1);
          return [n % 4, n] as [number, number];
        })
        .persist(StorageLevel[level]);
      const sums = () => cached.reduceByKey((a, b) => a + b, 2).reduceByKey((a, b) => a + b, 3);
      const before = byKey(await sums().collect());
      expect(computed.value).toBe(400);
      const left = deaths();
      left.set([1]);
      const disturbed = await sums()
        .map((pair) => {
          if (Atomics.sub(left, 0, 1) > 0) process.exit(9);
          return pair;
        })
        .collect();
      expect(byKey(disturbed)).toEqual(before);
      expect(byKey(await sums().collect())).toEqual(before);
      expect(computed.value).toBeGreaterThan(400);
      expect(computed.value).toBeLessThanOrEqual(800);
      expect(await cached.toDebugString()).toMatch(/CachedPartitions: 4;/);
    },
  );
});

describe("a checkpointed RDD", () => {
  const folder = temporaryFolder();

  /** Ends both workers, one after the other. */
  async function killWorkers(sc: SparkContextType): Promise<void> {
    const left = deaths();
    left.set([1, 1]);
    const killing = sc.parallelize([0, 1], 2).map((i) => {
      if (Atomics.sub(left, i, 1) > 0) process.exit(9);
      return i;
    });
    await killing.count();
  }

  test("is read from its files when all workers were killed, and nothing that it was made from runs again", async () => {
    const sc = newContext();
    sc.setCheckpointDir(folder.path);
    const { rdd, seen } = threeStages(sc, deaths());
    rdd.cache().checkpoint();
    const before = byKey(await rdd.collect());
    await killWorkers(sc);
    expect(byKey(await rdd.collect())).toEqual(before);
    expect(before).toEqual(undisturbed);
    expect(seen.value).toBe(10);
  });

  test("is written whole when workers are killed while it is", async () => {
    const sc = newContext();
    sc.setCheckpointDir(folder.path);
    const left = deaths();
    const { rdd } = threeStages(sc, left);
    rdd.checkpoint();
    left.set([2, 2, 2]);
    await rdd.count();
    expect(rdd.isCheckpointed()).toBe(true);
    expect(byKey(await rdd.collect())).toEqual(undisturbed);
  });

  test("by the workers only is lost with them, which the action says", async () => {
    const sc = newContext();
    const { rdd } = threeStages(sc, deaths());
    await rdd.localCheckpoint().count();
    expect(byKey(await rdd.collect())).toEqual(undisturbed);
    await killWorkers(sc);
    await expect(rdd.collect()).rejects.toMatchObject({
      code: "RT_CHECKPOINT",
      message: expect.stringMatching(
        /^Checkpoint block of partition \d of map\[\d+\] not found! Either the worker/,
      ),
    });
  });
});

test("bad lines are counted once each, whichever tasks were tried again", async () => {
  const folder = temporaryFolder();
  folder.write({
    "lines.jsonl": Array.from({ length: 500 }, (_, i) => (i % 5 === 0 ? "{" : String(i))).join("\n"),
  });
  const left = deaths();
  left.set([1, 1]);
  const numbers = newContext().jsonLines<number>(folder.in("lines.jsonl"), {
    badLines: "skip",
    minPartitions: 5,
  });
  const sums = numbers
    .map((n) => {
      if (n === 251 && Atomics.sub(left, 0, 1) > 0) process.exit(9);
      return [n % 5, 1] as [number, number];
    })
    .reduceByKey((a, b) => a + b, 3)
    .map(([key, n]) => {
      if (key === 1 && Atomics.sub(left, 1, 1) > 0) process.exit(9);
      return [key, n] as [number, number];
    });
  expect(byKey(await sums.collect())).toEqual([1, 2, 3, 4].map((key) => [key, 100]));
  expect(
    [...left.subarray(0, 2)].every((n) => n < 0),
    "both were killed",
  ).toBe(true);
  expect(numbers.badLines).toBe(100);
});

describe("a function that always ends its worker", () => {
  test("on the way to a shuffle is given up after four attempts, with a sentence", async () => {
    const left = deaths();
    left.set([100]);
    const { rdd } = threeStages(newContext(), left);
    await expect(rdd.collect()).rejects.toMatchObject({
      code: "RT_WORKER_LOST",
      message: expect.stringMatching(
        /^the shuffle of reduceByKey was tried 4 times, and each time its worker/,
      ),
    });
    expect(100 - (left[0] ?? 0)).toBe(4);
  });
});

test("a job fails, and the program ends, where no task thread comes up", async () => {
  const folder = temporaryFolder();
  folder.write({
    "full-machine.cjs": `const { workerData } = require("node:worker_threads");
      if (workerData?.cancellation) throw new Error("no memory left");`,
    "job.mjs": `import { SparkContext } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
      const sc = new SparkContext({ workers: 2 });
      const pairs = sc.range(9).map((n) => [n % 2, n]);
      for (const job of [() => pairs.count(), () => pairs.reduceByKey((a, b) => a + b).collect()])
        console.log(await job().then(() => "done", ({ code, message }) => code + " " + message.split(". ")[0]));
      await sc.stop();`,
  });
  const args = ["--require", folder.in("full-machine.cjs"), folder.in("job.mjs")];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toMatch(
    /^(RT_WORKER_START worker thread [01] ended as it started, 4 times one after the other; the last time: no memory left\n){2}$/,
  );
});

describe("a stream without state", () => {
  test("goes on when a worker is killed in a batch", async () => {
    const { StreamingContext }: typeof import("../index.js") = await import("../../dist/index.js" as string);
    const ssc = new StreamingContext(newContext(), 100, { clock: "manual" });
    const left = deaths();
    left.set([1]);
    const counts = ssc
      .queueStream([["a", "b", "a"], ["c"]])
      .map((word) => {
        if (Atomics.sub(left, 0, 1) > 0) process.exit(9);
        return [word, 1] as [string, number];
      })
      .reduceByKey((a, b) => a + b);
    const batches: [string, number][][] = [];
    counts.foreachRDD(async (rdd) => {
      batches.push((await rdd.collect()).sort());
    });
    await ssc.start();
    await ssc.advance(200);
    await ssc.stop(true);
    expect(batches).toEqual([
      [
        ["a", 2],
        ["b", 1],
      ],
      [["c", 1]],
    ]);
  });
});

test("a job goes on that shares a shuffle with one that is cancelled while it is written", async () => {
  const sc = newContext();
  const controller = new AbortController();
  const begun = deaths();
  const { PLAIN_HOST } = await import("../context/program-host.js");
  const cancellable: SparkContextType = new SparkContext(
    { workers: 2 },
    { ...PLAIN_HOST, signal: () => (Atomics.load(begun, 1) === 0 ? controller.signal : undefined) },
  );
  open.push(sc, cancellable);
  const shared = cancellable
    .parallelize([1, 2, 3, 4], 2)
    .map((x) => {
      Atomics.store(begun, 0, 1);
      while (x === 4 && Atomics.load(begun, 2) === 0);
      return [x % 2, x] as [number, number];
    })
    .reduceByKey((a, b) => a + b);
  const first = shared.collect();
  await expect.poll(() => Atomics.load(begun, 0)).toBe(1);
  Atomics.store(begun, 1, 1);
  const second = shared.count();
  controller.abort();
  await expect(first).rejects.toMatchObject({ code: "RT_CANCELLED" });
  Atomics.store(begun, 2, 1);
  expect(await second).toBe(2);
});
