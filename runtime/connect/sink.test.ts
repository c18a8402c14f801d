import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SparkContext } from "../context/spark-context.js";
import { StreamingContext } from "../context/streaming-context.js";
import type { Sink } from "./sink.js";

/** What sinks did, in the order in which they did it. They run in this thread. */
const told: string[] = [];
const tell = (text: string) => told.push(text);
Object.assign(globalThis, { tellSink: tell });

/** A sink that tells of all that is asked of it. */
function telling(delivery: Sink<number>["delivery"]): Sink<number> {
  const sink: Sink<number> = {
    what: "list",
    delivery,
    open: async (batch, partition) => {
      const tellSink = Reflect.get(globalThis, "tellSink") as (text: string) => void;
      const name = `batch ${batch.timeMs} ${partition.index}/${partition.count}`;
      return {
        write: async (rows: readonly number[]) => {
          tellSink(`${name} writes ${rows.join()}`);
          if (rows.includes(13)) throw new Error("thirteen");
        },
        commit: () => `prepared ${partition.index}`,
        abort: () => tellSink(`${name} aborts`),
      };
    },
  };
  if (delivery !== "transactional") return sink;
  return {
    ...sink,
    commit: (batch, prepared) => {
      const tellSink = Reflect.get(globalThis, "tellSink") as (text: string) => void;
      tellSink(`batch ${batch.timeMs} commits ${prepared.join()}`);
    },
  };
}

async function written(
  batches: number[][],
  sink: Sink<number>,
): Promise<{ told: string[]; failure: string }> {
  told.length = 0;
  const sc = new SparkContext({ workers: 2, threads: false });
  const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
  ssc.queueStream(batches.map((batch) => sc.parallelize(batch, 2))).writeTo(sink);
  const ended = ssc.awaitTermination().then(
    () => "",
    (error: Error) => error.message,
  );
  await ssc.start();
  await Promise.race([ssc.advance(1000 * batches.length), ended]);
  await ssc.stop(true);
  return { told: [...told], failure: await ended };
}

test("each partition of each batch is opened, written and committed in its task", async () => {
  const { told } = await written([[1, 2, 3, 4], [5]], telling("idempotent"));
  expect(told.sort()).toEqual([
    "batch 1000 0/2 writes 1,2",
    "batch 1000 1/2 writes 3,4",
    "batch 2000 1/2 writes 5",
  ]);
});

test("a transactional sink is asked to commit when all partitions are prepared, in order of the batches", async () => {
  const { told } = await written([[1, 2], [], [3, 4]], telling("transactional"));
  expect(told.filter((text) => text.includes("commits"))).toEqual([
    "batch 1000 commits prepared 0,prepared 1",
    "batch 2000 commits prepared 0,prepared 1",
    "batch 3000 commits prepared 0,prepared 1",
  ]);
});

test("a writer that throws is aborted, its batch is not committed, and the operator is told with its error", async () => {
  const { told, failure } = await written([[1, 2, 12, 13]], telling("transactional"));
  expect(failure).toContain("the function of `writeTo` failed: Error: thirteen");
  expect(told).toContain("batch 1000 1/2 aborts");
  expect(told.some((text) => text.includes("commits"))).toBe(false);
});

test("a transactional sink without a commit is refused where it is declared", () => {
  const ssc = new StreamingContext(new SparkContext({ workers: 1, threads: false }), 1000);
  const { commit: _left, ...sink } = telling("transactional");
  expect(() => ssc.queueStream<number>([]).writeTo(sink)).toThrow(
    "the sink list is transactional, and has no `commit` by which a batch is seen",
  );
});

test("a sink whose commit never ends does not keep a context from stopping", async () => {
  told.length = 0;
  const sc = new SparkContext({ workers: 2, threads: false });
  const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
  ssc.queueStream([[1]]).writeTo({ ...telling("transactional"), commit: () => new Promise(() => undefined) });
  await ssc.start();
  void ssc.advance(1000);
  while (told.length === 0) await new Promise(setImmediate);
  await ssc.stop();
  expect(ssc.getState()).toBe("STOPPED");
  await sc.stop();
});

test("a batch that was begun with another number of workers is not written again by another number of partitions", async () => {
  const checkpoint = mkdtempSync(join(tmpdir(), "sink-workers-"));
  const start = async (workers: number, row: number) => {
    const sc = new SparkContext({ workers, threads: false });
    const ssc = await StreamingContext.getOrCreate(checkpoint, () => {
      const made = new StreamingContext(sc, 1000, { clock: "manual" });
      made.checkpoint(checkpoint);
      made.queueStream([[row]]).writeTo(telling("idempotent"), { name: "list" });
      return made;
    });
    const ended = ssc.awaitTermination().catch((error: Error) => error);
    try {
      await ssc.start();
      await Promise.race([ssc.advance(1000), ended]);
    } finally {
      await ssc.stop(true);
    }
  };
  // It throws, so that the batch is begun and not done.
  await start(2, 13);
  await expect(start(3, 1)).rejects.toThrow(
    /was begun with 2 workers, and there are 3 now: some of it may be written by `list`, whose partitions would be others; start the program with 2 workers/,
  );
  rmSync(checkpoint, { recursive: true, force: true, maxRetries: 10 });
});

test("two outputs do not write under one transactionalId", () => {
  const ssc = new StreamingContext(new SparkContext({ workers: 1, threads: false }), 1000);
  const numbers = ssc.queueStream<number>([]);
  const to = { brokers: "localhost:9092", transactionalId: "mine" };
  numbers.saveToKafka({ ...to, topic: "a" });
  expect(() => numbers.saveToKafka({ ...to, topic: "b" })).toThrow(
    /writes under the transactionalId mine already: give each output its own/,
  );
  numbers.saveToKafka({ ...to, topic: "b", transactionalId: "other" });
});
