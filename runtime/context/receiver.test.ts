import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ReceiverInfo } from "../engine/stream-event.js";
import type { BatchInfo } from "./batch-info.js";
import { Receiver } from "./receiver.js";
import { SparkContext } from "./spark-context.js";
import { StreamingContext } from "./streaming-context.js";
import type { StreamingListener } from "./streaming-listener.js";
import type { StreamingOptions } from "./streaming-options.js";

let sc: SparkContext;

beforeEach(() => {
  sc = new SparkContext({ workers: 2, threads: false });
});
afterEach(() => sc.stop());

/** A receiver that does what the test says, and what was asked of it. */
class Told extends Receiver<number> {
  readonly calls: string[] = [];

  constructor(private readonly start: (receiver: Told) => void | Promise<void> = () => undefined) {
    super();
  }

  onStart(): void | Promise<void> {
    this.calls.push("onStart");
    return this.start(this);
  }

  onStop(): void {
    this.calls.push("onStop");
  }
}

function received(receiver: Told, options: StreamingOptions = {}) {
  const ssc = new StreamingContext(sc, 1000, { clock: "manual", ...options });
  const seen: number[][] = [];
  ssc.receiverStream(receiver).foreachRDD(async (rdd) => {
    seen.push(await rdd.collect());
  });
  return { ssc, seen };
}

/** Waits until it is so; the test's own time limit is the deadline. */
async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fact())) await new Promise((resolve) => setImmediate(resolve));
}

const told = ({ lastErrorMessage, lastError }: ReceiverInfo) =>
  `${lastErrorMessage}, ${lastError.split("\n")[0]}`;

describe("a receiver", () => {
  test("is started with its context and stopped with it; what it stores is in the next batch", async () => {
    const receiver = new Told();
    const { ssc, seen } = received(receiver);
    expect([receiver.isStarted(), receiver.isStopped()]).toEqual([false, false]);
    await ssc.start();
    expect([receiver.isStarted(), receiver.calls]).toEqual([true, ["onStart"]]);
    receiver.store(1);
    await receiver.storeAll([2, 3]);
    await ssc.advance(1000);
    receiver.store(4);
    await ssc.advance(1000);
    expect((await ssc.status())?.inputs[0]).toMatchObject({
      what: "receiver Told",
      state: "connected",
      records: 4,
    });
    await ssc.stop(false, true);
    expect(seen).toEqual([[1, 2, 3], [4], []]);
    expect([receiver.isStopped(), receiver.calls]).toEqual([true, ["onStart", "onStop"]]);
  });

  test("what it stored before a graceful stop is processed, all of it", async () => {
    const receiver = new Told();
    const { ssc, seen } = received(receiver);
    await ssc.start();
    const numbers = Array.from({ length: 25_000 }, (_, i) => i);
    for (const number of numbers) void receiver.store(number);
    await ssc.stop(false, true);
    expect(seen.flat()).toEqual(numbers);
  });

  test("brings no more in a batch than its rate, and what is left by it is processed at a graceful stop", async () => {
    const receiver = new Told();
    const { ssc, seen } = received(receiver, { maxRate: 2 });
    await ssc.start();
    for (let number = 1; number <= 7; number++) void receiver.store(number);
    await ssc.advance(1000);
    await ssc.stop(false, true);
    expect(seen).toEqual([
      [1, 2],
      [3, 4, 5, 6, 7],
    ]);
  });

  test("may store what comes asynchronously", async () => {
    const receiver = new Told((self) =>
      self.storeAll(
        (async function* () {
          yield 1;
          await Promise.resolve();
          yield 2;
        })(),
      ),
    );
    const { ssc, seen } = received(receiver);
    await ssc.start();
    await until(async () => ((await ssc.status())?.inputs[0]?.records ?? 0) === 2);
    await ssc.advance(1000);
    expect(seen).toEqual([[1, 2]]);
  });

  test("that awaits store is held up when the engine has no room, until batches take what is there", async () => {
    let stored = 0;
    const all = 3_000_000;
    const receiver = new Told(async (self) => {
      for (; stored < all && !self.isStopped(); stored++) await self.store(stored);
    });
    const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
    let counted = 0;
    ssc.receiverStream(receiver).foreachRDD(async (rdd) => {
      counted += await rdd.count();
    });
    await ssc.start();
    const pending = async () => (await ssc.status())?.inputs[0]?.pending ?? 0;
    await until(async () => (await pending()) >= 1_000_000);
    const atFull = stored;
    expect(atFull).toBeLessThan(1_050_000);
    await ssc.advance(1000);
    await until(() => stored > atFull);
    await ssc.stop(false, true);
    expect(counted).toBe(stored);
  });

  test("is started again after it asked for it, or could not be started", async () => {
    let starts = 0;
    const receiver = new Told((self) => {
      starts += 1;
      if (starts === 1) self.restart("the line was cut", new Error("EPIPE"), 1);
      if (starts === 2) self.restart("once more", undefined, 1);
    });
    const { ssc } = received(receiver);
    const events: string[] = [];
    ssc.addStreamingListener({
      onReceiverStarted: () => events.push("started"),
      onReceiverError: ({ receiverInfo }) => events.push(`error ${told(receiverInfo)}`),
      onReceiverStopped: ({ receiverInfo }) => events.push(`stopped ${told(receiverInfo)}`),
    });
    await ssc.start();
    await until(() => receiver.calls.length === 5);
    expect(receiver.calls).toEqual(["onStart", "onStop", "onStart", "onStop", "onStart"]);
    await until(() => events.length === 5);
    expect(events, "as by Spark's tracker").toEqual([
      "started",
      "stopped Restarting receiver with delay 1ms: the line was cut, Error: EPIPE",
      "started",
      "stopped Restarting receiver with delay 1ms: once more, ",
      "started",
    ]);
  });

  test("that ends itself is shown with its reason, and its stream goes on without it", async () => {
    const receiver = new Told((self) => {
      void self.store(1);
      self.stop("there is no more", new Error("end of tape"));
    });
    const { ssc, seen } = received(receiver);
    const ends: string[] = [];
    ssc.addStreamingListener({
      onReceiverStopped: ({ receiverInfo }) => ends.push(told(receiverInfo)),
    });
    await ssc.start();
    await ssc.advance(2000);
    expect(seen).toEqual([[1], []]);
    expect((await ssc.status())?.inputs[0]).toMatchObject({
      state: "stopped",
      reason: "there is no more: end of tape",
    });
    expect(receiver.isStopped()).toBe(true);
    await ssc.stop();
    expect(ends).toEqual(["there is no more, Error: end of tape"]);
  });

  test("is the source of one stream only, and of one at least", () => {
    const receiver = new Told();
    expect(() => receiver.store(1)).toThrow(/give it to ssc.receiverStream\(\) first/);
    const { ssc } = received(receiver);
    expect(() => ssc.receiverStream(receiver)).toThrow(/the source of one stream only/);
  });
});

describe("listeners are told what happens", () => {
  const METHODS = [
    "onStreamingStarted",
    "onReceiverStarted",
    "onReceiverStopped",
    "onBatchSubmitted",
    "onBatchStarted",
    "onBatchCompleted",
    "onOutputOperationStarted",
    "onOutputOperationCompleted",
  ] as const;

  function recording() {
    const events: [method: string, event: Record<string, never>][] = [];
    const listener = Object.fromEntries(
      METHODS.map((method) => [method, (event: Record<string, never>) => events.push([method, event])]),
    ) as StreamingListener;
    return { events, listener };
  }

  test("in Spark's order, with its numbers", async () => {
    const { ssc } = received(
      new Told((self) => {
        for (const record of [1, 2]) void self.store(record);
      }),
    );
    const { events, listener } = recording();
    ssc.addStreamingListener(listener);
    await ssc.start();
    await ssc.advance(1000);
    await ssc.stop();
    expect(events.map(([method]) => method)).toEqual([
      "onStreamingStarted",
      "onReceiverStarted",
      "onBatchSubmitted",
      "onBatchStarted",
      "onOutputOperationStarted",
      "onOutputOperationCompleted",
      "onBatchCompleted",
      "onReceiverStopped",
    ]);
    const event = (method: string) => events.find(([one]) => one === method)?.[1];
    const batches = events.flatMap(([, { batchInfo }]) => batchInfo ?? []) as BatchInfo[];
    expect(batches.map((batch) => [batch.schedulingDelay, batch.processingDelay, batch.totalDelay])).toEqual([
      [undefined, undefined, undefined],
      [0, undefined, undefined],
      [0, 0, 0],
    ]);
    expect(batches.map((batch) => [batch.outputOperationInfos.size, batch.numRecords])).toEqual([
      [0, 2],
      [0, 2],
      [1, 2],
    ]);
    expect([...(batches[0]?.streamIdToInputInfo.values() ?? [])]).toMatchObject([
      { name: "receiver Told", numRecords: 2 },
    ]);
    expect(event("onBatchCompleted")).toMatchObject({
      batchInfo: {
        batchTimeMs: 1000,
        submissionTimeMs: 1000,
        processingStartTimeMs: 1000,
        processingEndTimeMs: 1000,
        records: [{ input: "receiver Told", count: 2 }],
      },
    });
    expect(event("onOutputOperationCompleted")).toMatchObject({
      outputOperationInfo: {
        batchTimeMs: 1000,
        startTimeMs: 1000,
        endTimeMs: 1000,
        failureReason: undefined,
      },
    });
  });

  test("also of an output that failed, with the reason", async () => {
    const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
    ssc.queueStream([[1]]).foreachRDD(() => {
      throw new Error("no");
    });
    const failures: (string | undefined)[] = [];
    ssc.addStreamingListener({
      onOutputOperationCompleted: ({ outputOperationInfo }) =>
        failures.push(outputOperationInfo.failureReason),
    });
    await ssc.start();
    const end = ssc.awaitTermination();
    await Promise.all([ssc.advance(1000), expect(end).rejects.toThrow("no")]);
    expect(failures).toEqual(["no"]);
  });

  test("until they are removed; one that throws keeps no other from being told", async () => {
    const warnings: string[] = [];
    const warned = ({ message }: Error) => {
      if (message.includes("of a listener threw")) warnings.push(message);
    };
    process.on("warning", warned);
    const { ssc } = received(new Told());
    let told = 0;
    const counting = {
      onBatchCompleted: () => {
        told += 1;
      },
    };
    ssc.addStreamingListener({
      onBatchCompleted: () => {
        throw new Error("bad listener");
      },
    });
    ssc.addStreamingListener(counting);
    await ssc.start();
    await ssc.advance(2000);
    ssc.removeStreamingListener(counting);
    await ssc.advance(1000);
    expect(told).toBe(2);
    await until(() => warnings.length === 3);
    process.off("warning", warned);
    expect(warnings[0]).toContain("onBatchCompleted of a listener threw: Error: bad listener");
  });
});
