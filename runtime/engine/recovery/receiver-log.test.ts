import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../connect/files/testing/temporary-folder.js";
import { PLAIN_HOST } from "../../context/program-host.js";
import { Receiver } from "../../context/receiver.js";
import { SparkContext } from "../../context/spark-context.js";
import { StreamingContext } from "../../context/streaming-context.js";
import { ReceiverLog } from "./receiver-log.js";

const folder = temporaryFolder();

describe("a log of received records", () => {
  test("numbers them in the order in which they were added, also those of an earlier process", async () => {
    const before = new ReceiverLog(folder.in("numbers"));
    await Promise.all([before.add(["a"]), before.add(["b", "c"])]);
    await before.add([{ d: 1 }]);
    const now = new ReceiverLog(folder.in("numbers"));
    expect([now.first, now.next]).toEqual([0, 4]);
    await now.add(["e"]);
    expect(now.read(1, 5)).toEqual(["b", "c", { d: 1 }, "e"]);
    expect(now.read(2, 2)).toEqual([]);
  });

  test("writes together what comes while it writes", async () => {
    const log = new ReceiverLog(folder.in("together"));
    await Promise.all(Array.from({ length: 50 }, (_, i) => log.add([i])));
    expect(readdirSync(folder.in("together")).length).toBeLessThan(10);
    expect(log.read(0, 50)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  test("forgets files whose records are all before one, and goes on with its numbers", async () => {
    const log = new ReceiverLog(folder.in("forgets"));
    for (const records of [["a", "b"], ["c"], ["d"]]) await log.add(records);
    log.forget(1);
    expect(log.first).toBe(0);
    log.forget(4);
    expect([log.first, log.next, readdirSync(folder.in("forgets"))]).toEqual([4, 4, []]);
    const later = new ReceiverLog(folder.in("forgets"));
    later.goOnAt(4);
    await later.add(["e"]);
    expect(later.read(4, 5)).toEqual(["e"]);
  });

  test("says which record is lost, and why", async () => {
    const log = new ReceiverLog(folder.in("lost"));
    await log.add(["a"]);
    await log.add(["b"]);
    truncateSync(folder.in("lost/0+1.records"), 40);
    rmSync(folder.in("lost/1+1.records"));
    expect(() => log.read(0, 1)).toThrow(/record 0 .* is not as it was written: it is lost/);
    expect(() => log.read(1, 2)).toThrow(/record 1 .* is not as it was written: it is lost/);
    expect(() => log.read(2, 3)).toThrow(/record 2 .* is not there any more: it is lost/);
  });
});

/** Stores what it is told to. */
class Told extends Receiver<string> {
  onStart(): void {
    // The test stores.
  }
  onStop(): void {
    // Nothing was begun.
  }
}

interface Life {
  /** Stored, and waited for, before the batch of this number. */
  stores?: string[][];
  batches: number;
  diesAt?: number;
  onFailure?: "stop" | "skip";
  warnings?: string[];
}

/** A process that goes on with the checkpoint. @returns the rows of each batch whose output was done */
async function live(name: string, { stores = [], batches, diesAt, onFailure = "stop", warnings = [] }: Life) {
  const out: [timeMs: number, rows: string[]][] = [];
  const host = { ...PLAIN_HOST, warn: (text: string) => warnings.push(text), streamFailed: () => undefined };
  const sc = new SparkContext({ workers: 2, threads: false }, host);
  const receiver = new Told();
  try {
    const ssc = await StreamingContext.getOrCreate(folder.in(name), () => {
      const made = new StreamingContext(sc, 1000, { clock: "manual", onFailure });
      made.checkpoint(folder.in(name));
      made.receiverStream(receiver).foreachRDD(async (rdd, time) => {
        const rows = await rdd.collect();
        if (time.ms === diesAt) throw new Error("the process ends here");
        out.push([time.ms, rows]);
      });
      return made;
    });
    await ssc.start();
    const ended = ssc.awaitTermination().catch(() => undefined);
    for (let batch = 0; batch < Math.max(batches, stores.length); batch++) {
      await receiver.storeAll(stores[batch] ?? []);
      if (batch < batches) await Promise.race([ssc.advance(1000), ended]);
    }
    await ssc.stop();
  } finally {
    await sc.stop();
  }
  return out;
}

describe("what a receiver was told is stored", () => {
  test("is in the same batch again after a process that ended in it", async () => {
    expect(await live("in-batch", { stores: [["a", "b"], ["c"]], batches: 2, diesAt: 2000 })).toEqual([
      [1000, ["a", "b"]],
    ]);
    expect(await live("in-batch", { stores: [["d"]], batches: 1 })).toEqual([
      [2000, ["c"]],
      [3000, ["d"]],
    ]);
  });

  test("is in the next batch after a process that ended before it was in any", async () => {
    await live("before-batch", { stores: [["a"], ["b", "c"]], batches: 1 });
    expect(await live("before-batch", { stores: [["d"]], batches: 2 })).toEqual([
      [2000, ["b", "c", "d"]],
      [3000, []],
    ]);
  });

  test("is there after a process that ended before its first batch", async () => {
    await live("first-batch", { stores: [["a"]], batches: 0 });
    expect(await live("first-batch", { batches: 1 })).toEqual([[1000, ["a"]]]);
  });

  test("goes when no batch is to be run on it again", async () => {
    const stores = Array.from({ length: 20 }, (_, i) => [`r${i}`]);
    await live("goes", { stores, batches: 20 });
    const names = readdirSync(folder.in("goes/receivers/receiver%201"));
    expect(names.length).toBeLessThan(15);
    expect((await live("goes", { batches: 1 })).at(-1)).toEqual([21_000, []]);
  });

  test.each([
    ["ends the program before it goes on without it", "stop" as const],
    ["is left out and told of, where what fails is to be skipped", "skip" as const],
  ])("and is damaged %s", async (_what, onFailure) => {
    const name = `damaged-${onFailure}`;
    await live(name, { stores: [["a"], ["b"]], batches: 1 });
    const path = folder.in(`${name}/receivers/receiver%201/1+1.records`);
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const warnings: string[] = [];
    const later = live(name, { stores: [["c"]], batches: 1, onFailure, warnings });
    if (onFailure === "stop") await expect(later).rejects.toMatchObject({ code: "RT_CHECKPOINT_READ" });
    else {
      expect(await later).toEqual([[2000, ["c"]]]);
      expect(warnings).toEqual([expect.stringMatching(/record 1 of a receiver.* is not as it was written/)]);
    }
  });
});
