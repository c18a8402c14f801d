import { afterAll, describe, expect, test } from "vitest";
import type { BatchInfo } from "./batch-info.js";
import { Receiver } from "./receiver.js";
import { SparkContext } from "./spark-context.js";
import { StreamingContext } from "./streaming-context.js";
import type { StreamingListener } from "./streaming-listener.js";
import type { StreamingOptions } from "./streaming-options.js";

/** What Apache Spark's StreamingListenerSuite asks: what is told, of what, in which order. */
const sc = new SparkContext({ workers: 2, threads: false });
afterAll(() => sc.stop());

/** Events as "batchStarted 1000" or "outputOperationCompleted 1000 name", with " failed: why" where one did. */
function listening(events: string[]): StreamingListener {
  const batch =
    (kind: string) =>
    ({ batchInfo }: { batchInfo: BatchInfo }) =>
      events.push(`${kind} ${batchInfo.batchTime.ms}`);
  return {
    onBatchSubmitted: batch("batchSubmitted"),
    onBatchStarted: batch("batchStarted"),
    onBatchCompleted: batch("batchCompleted"),
    onOutputOperationStarted: ({ outputOperationInfo: { batchTime, name } }) =>
      events.push(`started ${batchTime.ms} ${name}`),
    onOutputOperationCompleted: ({ outputOperationInfo: { batchTime, name, failureReason } }) =>
      events.push(
        `completed ${batchTime.ms} ${name}${failureReason === undefined ? "" : `: ${failureReason}`}`,
      ),
    onReceiverStarted: ({ receiverInfo: { name, active } }) =>
      events.push(`receiverStarted ${name} ${active}`),
    onReceiverError: ({ receiverInfo: { lastErrorMessage, lastError } }) =>
      events.push(`receiverError ${lastErrorMessage}; ${lastError.split("\n")[0]}`),
    onReceiverStopped: ({ receiverInfo: { lastErrorMessage, active } }) =>
      events.push(`receiverStopped ${lastErrorMessage} ${active}`),
  };
}

function newContext(options: StreamingOptions = {}): { ssc: StreamingContext; events: string[] } {
  const ssc = new StreamingContext(sc, 1000, { clock: "manual", ...options });
  const events: string[] = [];
  ssc.addStreamingListener(listening(events));
  return { ssc, events };
}

describe("outputs are told of one after the other", () => {
  test.each<[string, StreamingOptions]>([
    ["where batches go on while the program is busy", { onFailure: "stop" }],
    ["where they wait for it", { onFailure: "skip" }],
  ])("%s", async (_title, options) => {
    const { ssc, events } = newContext(options);
    const numbers = ssc.queueStream([[1], [2]]);
    numbers.foreachRDD(async (rdd) => void (await rdd.collect()), { name: "first" });
    numbers.foreachRDD(() => undefined, { name: "second" });
    numbers.map((n) => n + 1).foreachRDD((rdd) => rdd.count(), { name: "third" });
    await ssc.start();
    await ssc.advance(2000);
    await ssc.stop();
    const ofBatch = (time: number) => [
      `batchSubmitted ${time}`,
      `batchStarted ${time}`,
      ...["first", "second", "third"].flatMap((name) => [
        `started ${time} ${name}`,
        `completed ${time} ${name}`,
      ]),
      `batchCompleted ${time}`,
    ];
    expect(events).toEqual([...ofBatch(1000), ...ofBatch(2000)]);
  });

  test("and batches too, though later ones run while the program is busy with an earlier one", async () => {
    const { ssc, events } = newContext();
    const numbers = ssc.queueStream([[1], [2], [3]]);
    const release: (() => void)[] = [];
    const free = new Promise<void>((resolve) => release.push(resolve));
    numbers.foreachRDD(() => free, { name: "slow" });
    await ssc.start();
    const advanced = ssc.advance(3000);
    await expect.poll(async () => (await ssc.status())?.lag).toBe(1);
    release[0]?.();
    await advanced;
    await ssc.stop();
    const running = events.filter((event) => !event.startsWith("batchSubmitted"));
    expect(running).toEqual(
      [1000, 2000, 3000].flatMap((time) => [
        `batchStarted ${time}`,
        `started ${time} slow`,
        `completed ${time} slow`,
        `batchCompleted ${time}`,
      ]),
    );
  });
});

describe("a batch that fails", () => {
  const fails = (what: string) => () => {
    throw new Error(what);
  };

  test.each<[string, [name: string, fails: boolean][], string[]]>([
    ["one output, which fails", [["a", true]], ["a"]],
    [
      "several, one of which fails",
      [
        ["a", false],
        ["b", true],
        ["c", false],
      ],
      ["b"],
    ],
    [
      "several that fail",
      [
        ["a", true],
        ["b", true],
        ["c", false],
      ],
      ["a", "b"],
    ],
  ])("is told of as completed, with the reasons: %s", async (_title, outputs, failed) => {
    for (const kind of ["body", "task"]) {
      const { ssc, events } = newContext();
      const numbers = ssc.queueStream([[1]]);
      for (const [name, isBad] of outputs) {
        if (kind === "body") numbers.foreachRDD(isBad ? fails(`no ${name}`) : () => undefined, { name });
        else
          numbers
            .map((n) => {
              if (isBad) throw new Error(`no ${name}`);
              return n;
            })
            .foreachRDD((rdd) => rdd.collect(), { name });
      }
      const infos: BatchInfo[] = [];
      ssc.addStreamingListener({ onBatchCompleted: ({ batchInfo }) => infos.push(batchInfo) });
      await ssc.start();
      const end = ssc.awaitTermination();
      await Promise.all([ssc.advance(1000), expect(end).rejects.toThrow(`no ${failed[0]}`)]);
      const reasons = [...(infos[0]?.outputOperationInfos.values() ?? [])].flatMap(
        ({ name, failureReason }) => (failureReason === undefined ? [] : [[name, failureReason]]),
      );
      expect(reasons.map(([name]) => name).sort()).toEqual(failed);
      for (const [name, reason] of reasons) expect(reason).toContain(`no ${name}`);
      expect(infos[0]?.outputOperationInfos.size).toBe(outputs.length);
      expect(events.at(-1)).toBe("batchCompleted 1000");
    }
  });

  test("and is left out runs no output after the one that failed", async () => {
    const { ssc, events } = newContext({ onFailure: "skip" });
    const numbers = ssc.queueStream([[1], [2]]);
    let batches = 0;
    numbers.foreachRDD(
      () => {
        batches += 1;
        if (batches === 1) throw new Error("no");
      },
      { name: "a" },
    );
    numbers.foreachRDD(() => undefined, { name: "b" });
    await ssc.start();
    await ssc.advance(2000);
    await ssc.stop();
    expect(events.filter((event) => event.startsWith("completed"))).toEqual([
      "completed 1000 a: no",
      "completed 2000 a",
      "completed 2000 b",
    ]);
  });
});

describe("receivers", () => {
  class Failing extends Receiver<number> {
    onStart(): void {
      setImmediate(() => {
        this.reportError("test report error", new Error("test report exception"));
        setImmediate(() => this.stop("test stop error"));
      });
    }
    onStop(): void {
      // nothing was opened
    }
  }

  test("are told of with their errors", async () => {
    const { ssc, events } = newContext();
    ssc.receiverStream(new Failing()).foreachRDD(() => undefined);
    await ssc.start();
    await expect
      .poll(() => events)
      .toEqual([
        "receiverStarted receiver Failing true",
        "receiverError test report error; Error: test report exception",
        "receiverStopped test stop error false",
      ]);
    await ssc.stop();
  });

  test("are not what queues and rates are", async () => {
    const { ssc, events } = newContext();
    ssc.queueStream([[1]]).foreachRDD(() => undefined);
    ssc.rateStream(10).foreachRDD(() => undefined);
    await ssc.start();
    await ssc.stop();
    expect(events.filter((event) => event.startsWith("receiver"))).toEqual([]);
  });
});
