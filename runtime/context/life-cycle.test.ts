import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { StorageLevel } from "../rows/storage-level.js";
import { PLAIN_HOST } from "./program-host.js";
import { Receiver } from "./receiver.js";
import { SparkContext } from "./spark-context.js";
import { StreamingContext } from "./streaming-context.js";
import type { StreamingOptions } from "./streaming-options.js";

/** What Apache Spark's StreamingContextSuite asks of a context with its rules. */
const contexts: StreamingContext[] = [];
afterEach(async () => {
  for (const ssc of contexts.splice(0)) await ssc.stop(true);
});

function strictContext(options: StreamingOptions = {}): StreamingContext {
  const sc = new SparkContext({ workers: 2, threads: false });
  const ssc = new StreamingContext(sc, 1000, { clock: "manual", strict: true, ...options });
  contexts.push(ssc);
  return ssc;
}

function withOutput(options?: StreamingOptions): StreamingContext {
  const ssc = strictContext(options);
  ssc.queueStream([[1]]).foreachRDD(() => undefined);
  return ssc;
}

describe("states", () => {
  test("INITIALIZED, ACTIVE, STOPPED; and getActive is the one that runs", async () => {
    const ssc = withOutput();
    expect([ssc.getState(), StreamingContext.getActive()]).toEqual(["INITIALIZED", undefined]);
    await ssc.start();
    expect([ssc.getState(), StreamingContext.getActive()]).toEqual(["ACTIVE", ssc]);
    await ssc.stop(false);
    expect([ssc.getState(), StreamingContext.getActive()]).toEqual(["STOPPED", undefined]);
  });

  test("a second start warns, and changes nothing", async () => {
    const ssc = withOutput();
    const warned: string[] = [];
    const listen = (warning: Error) => warned.push(warning.message);
    process.on("warning", listen);
    await ssc.start();
    await ssc.start();
    await expect.poll(() => warned).toContain("StreamingContext has already been started");
    process.off("warning", listen);
    expect(ssc.getState()).toBe("ACTIVE");
  });

  test.each<[string, (ssc: StreamingContext) => void, string]>([
    ["without an output", () => undefined, "No output operations registered, so nothing to execute"],
    [
      "without a folder for its checkpoint",
      (ssc) =>
        ssc
          .queueStream([[1]])
          .countByWindow(1000)
          .print(),
      "The checkpoint directory has not been set. Please set it by StreamingContext.checkpoint().",
    ],
  ])("a start that fails stops the context: %s", async (_title, declare, words) => {
    const ssc = strictContext();
    declare(ssc);
    await expect(ssc.start()).rejects.toThrow(words);
    expect([ssc.getState(), StreamingContext.getActive()]).toEqual(["STOPPED", undefined]);
    await expect(ssc.start()).rejects.toThrow("StreamingContext has already been stopped");
  });

  test("it may be stopped several times", async () => {
    const ssc = withOutput();
    await ssc.start();
    await ssc.stop();
    await ssc.stop();
    expect(ssc.getState()).toBe("STOPPED");
  });

  test("a batch duration is needed", () => {
    const sc = new SparkContext({ workers: 1, threads: false });
    expect(() => new StreamingContext(sc, null as unknown as number)).toThrow(
      "Batch duration for StreamingContext cannot be null",
    );
  });
});

describe("the SparkContext", () => {
  test("goes on after stop(false), and ends with a later stop(true)", async () => {
    const ssc = withOutput();
    const { sparkContext } = ssc;
    await ssc.start();
    await ssc.stop(false);
    expect(await sparkContext.range(100).count()).toBe(100);
    await ssc.stop(true);
    expect(sparkContext.isStopped).toBe(true);
  });

  test("ends with the context by default", async () => {
    const ssc = withOutput();
    await ssc.start();
    await ssc.stop();
    expect(ssc.sparkContext.isStopped).toBe(true);
  });
});

describe("awaitTermination", () => {
  test("resolves at once after a stop", async () => {
    const ssc = withOutput();
    await ssc.start();
    await ssc.stop();
    await ssc.awaitTermination();
    expect(await ssc.awaitTerminationOrTimeout(10_000)).toBe(true);
  });

  test.each<[string, (ssc: StreamingContext) => void, string]>([
    [
      "a task",
      (ssc) =>
        ssc
          .queueStream([[1]])
          .map(() => {
            throw new Error("error in map task");
          })
          .foreachRDD((rdd) => rdd.count()),
      "error in map task",
    ],
    [
      "the making of a batch",
      (ssc) =>
        ssc
          .queueStream([[1]])
          .transform(() => {
            throw new Error("error in transform");
          })
          .foreachRDD(() => undefined),
      "error in transform",
    ],
  ])("rejects with an error of %s, and so does awaitTerminationOrTimeout", async (_title, declare, words) => {
    const ssc = strictContext();
    declare(ssc);
    await ssc.start();
    const ends = [ssc.awaitTermination(), ssc.awaitTerminationOrTimeout(60_000)].map((end) =>
      expect(end).rejects.toThrow(words),
    );
    await Promise.all([ssc.advance(1000), ...ends]);
  });

  test("awaitTerminationOrTimeout is false while it runs", async () => {
    const ssc = withOutput();
    await ssc.start();
    expect(await ssc.awaitTerminationOrTimeout(1)).toBe(false);
  });
});

describe("inputs", () => {
  class Silent extends Receiver<string> {
    onStart(): void {
      this.storageLevel satisfies StorageLevel;
    }
    onStop(): void {
      // nothing was opened
    }
  }

  test("take storage levels where Spark's do", () => {
    const ssc = strictContext();
    const level = StorageLevel.MEMORY_AND_DISK_SER_2;
    const streams = [
      ssc.socketTextStream("localhost", 9999, level),
      ssc.socketTextStream("localhost", 9999, level, { maxLineBytes: 10 }),
      ssc.socketStream("localhost", 9999, (bytes) => bytes, level),
      ssc.rawSocketStream("localhost", 9999, level),
      ssc.receiverStream(new Silent(level)),
    ];
    expect(streams.map((stream) => stream.slideDuration.ms)).toEqual([1000, 1000, 1000, 1000, 1000]);
  });

  test("that no output reads do no harm", async () => {
    const ssc = withOutput();
    ssc.queueStream([[2]]);
    ssc.receiverStream(new Silent());
    await ssc.start();
    await ssc.advance(2000);
    expect(await ssc.batches()).toHaveLength(2);
  });
});

test("a strict context with a queue and a checkpoint starts, with Spark's warning; another one has no reason to warn", async () => {
  const folder = mkdtempSync(join(tmpdir(), "strict-queue-"));
  const warnings: string[] = [];
  const host = { ...PLAIN_HOST, warn: (text: string) => warnings.push(text) };
  const sc = new SparkContext({ workers: 1, threads: false }, host);
  try {
    for (const strict of [false, true]) {
      const ssc = new StreamingContext(sc, 1000, { clock: "manual", strict });
      ssc.checkpoint(folder);
      ssc.queueStream([[1]]).foreachRDD(() => undefined);
      await ssc.start();
      expect(warnings, strict ? "strict" : "not strict").toEqual(
        strict ? ["queueStream doesn't support checkpointing"] : [],
      );
      await ssc.stop(false);
    }
  } finally {
    await sc.stop();
    rmSync(folder, { recursive: true });
  }
});

test("a strict context with a queue does not go on from a checkpoint: queueStream doesn't support checkpointing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "strict-queue-"));
  const create = () => {
    const ssc = strictContext();
    ssc.checkpoint(folder);
    ssc
      .queueStream([[1]])
      .map((n) => n + 1)
      .foreachRDD(() => undefined);
    return ssc;
  };
  try {
    const ssc = await StreamingContext.getOrCreate(folder, create);
    await ssc.start();
    await ssc.advance(1000);
    await ssc.stop(true);
    const next = await StreamingContext.getOrCreate(folder, create);
    await expect(next.start()).rejects.toMatchObject({
      code: "RT_CHECKPOINT_QUEUE",
      message:
        "queueStream doesn't support checkpointing. Please don't use queueStream when checkpointing is enabled.",
    });
    expect(next.getState()).toBe("STOPPED");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
