import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { SparkContext } from "../context/spark-context.js";
import { StreamingContext } from "../context/streaming-context.js";
import { parallelizeNode } from "../operators/parallelize.js";
import { rddNode } from "../plan/rdd-node.js";
import { temporaryFolder } from "./files/testing/temporary-folder.js";
import { type QueueItem, QueueSource } from "./queue.js";
import { QueueLog } from "./queue-log.js";

const sc = new SparkContext({ workers: 2, threads: false });

afterEach(() => sc.stop());

/** A queue stream on a manual clock with batches of a second, and what its batches were. */
function queued<T extends string | number>(
  queue: Parameters<typeof StreamingContext.prototype.queueStream<T>>[0],
) {
  const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
  const seen: [number, T[]][] = [];
  const stream = ssc.queueStream<T>(queue);
  stream.foreachRDD(async (rdd, time) => {
    seen.push([time.ms, await rdd.collect()]);
  });
  return { ssc, stream, seen };
}

describe("an RDD in a queue stays the program's", () => {
  test("it can be used after its batch, and queued again", async () => {
    const numbers = sc.parallelize([1, 2, 3]);
    const queue = [numbers];
    const { ssc, seen } = queued(queue);
    await ssc.start();
    await ssc.advance(3000);
    expect(await numbers.map((n) => n * 2).collect()).toEqual([2, 4, 6]);
    queue.push(numbers);
    await ssc.advance(1000);
    expect(seen.filter(([, rows]) => rows.length > 0)).toEqual([
      [1000, [1, 2, 3]],
      [4000, [1, 2, 3]],
    ]);
  });
});

test("what a queue has at the start stays in it, what is pushed later is taken out, and nothing comes twice", async () => {
  const queue = [[1], [2]];
  const { ssc, seen } = queued<number>(queue);
  await ssc.start();
  await ssc.advance(2000);
  expect(queue).toEqual([[1], [2]]);
  queue.push([3]);
  await ssc.advance(1000);
  expect(queue).toEqual([[1], [2]]);
  await ssc.stop();
  await ssc.start();
  queue.splice(0);
  queue.push([4]);
  await ssc.advance(1000);
  expect(queue).toEqual([]);
  expect(seen.map(([, rows]) => rows)).toEqual([[1], [2], [3], [4]]);
});

test("an RDD that the engine has let go of ends its context with that reason", async () => {
  const queue = [sc.parallelize([1])];
  const { ssc, stream } = queued(queue);
  const kept: typeof queue = [];
  stream.foreachRDD((rdd) => {
    kept.push(rdd);
  });
  await ssc.start();
  await ssc.advance(3000);
  queue.push(...kept.slice(0, 1));
  const end = ssc.awaitTermination();
  await Promise.all([ssc.advance(1000), expect(end).rejects.toMatchObject({ code: "RT_LET_GO" })]);
  expect(ssc.getState()).toBe("STOPPED");
  expect((await ssc.status())?.state).toBe("STOPPED");
});

describe("a batch for which a queue has nothing", () => {
  test.each<
    [
      what: string,
      otherwise: ((sc: SparkContext) => ReturnType<typeof sc.parallelize<number>>) | null | undefined,
      batches: unknown,
    ]
  >([
    ["is empty", undefined, [[1], [], []]],
    ["has no RDD when null is the default", null, [[1]]],
    ["is the default RDD, again and again", (context) => context.parallelize([7]), [[1], [7], [7]]],
  ])("%s", async (_what, otherwise, batches) => {
    const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
    const seen: number[][] = [];
    const rdd = typeof otherwise === "function" ? otherwise(sc) : otherwise;
    ssc.queueStream([[1]], true, rdd).foreachRDD(async (batch) => {
      seen.push(await batch.collect());
    });
    await ssc.start();
    await ssc.advance(3000);
    expect(seen).toEqual(batches);
  });
});

test("all that is queued is one batch when it is not taken one at a time", async () => {
  const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
  const seen: number[][] = [];
  ssc.queueStream([[1], [2], [3]], false).foreachRDD(async (batch) => {
    seen.push(await batch.collect());
  });
  await ssc.start();
  await ssc.advance(2000);
  expect(seen).toEqual([[1, 2, 3], []]);
});

describe("the items of a queue with a log", () => {
  const folder = temporaryFolder();
  const lost: string[] = [];
  const item = (row: string) => parallelizeNode([row], 1);
  const sourceIn = (name: string, queue: QueueItem[]) =>
    new QueueSource({
      queue,
      oneAtATime: true,
      otherwise: () => undefined,
      join: ([first]) => first as NonNullable<QueueItem>,
      log: new QueueLog(folder.in(name)),
      lost: (error) => lost.push(error.message),
    });
  const sourceOf = (...queue: QueueItem[]) => sourceIn("queue", queue);

  test("are read again as they were taken, also after items of an earlier process that have no file", () => {
    const before = sourceOf(item("a"), rddNode("map", [item("yet to be computed")], [], null, 1));
    before.take();
    expect(before.take().range).toBeUndefined();
    const now = sourceOf(item("b"), item("c"));
    now.resume(before.position());
    const taken = now.take();
    expect(taken.rdd?.params).toEqual([["b"]]);
    expect(sourceOf().replay(taken.range).rdd?.params).toEqual([["b"]]);
  });

  test("are told of when they are not as they were written, or not there any more", () => {
    const before = sourceIn("damaged", [item("a"), item("b"), item("c")]);
    const [first, second] = [before.take(), before.take()];
    for (const index of [0, 2]) {
      const path = folder.in(`damaged/${index}.item`);
      const bytes = readFileSync(path);
      bytes[bytes.length - 1] = 0xff;
      writeFileSync(path, bytes);
    }
    rmSync(folder.in("damaged/1.item"));
    const now = sourceIn("damaged", []);
    now.resume(before.position());
    expect(now.take().rdd).toBeUndefined();
    expect([first, second].map(({ range }) => now.replay(range).rdd)).toEqual([undefined, undefined]);
    expect(lost.map((text) => /(\d.item is .*?): .*onFailure: "skip"/.exec(text)?.[1])).toEqual([
      "2.item is not as it was written",
      "0.item is not as it was written",
      "1.item is not there any more",
    ]);
  });

  test("are not taken for missing when they cannot be read", () => {
    folder.write({ "a file": "" });
    expect(() => new QueueLog(folder.in("a file"))).toThrow(
      /cannot read .*a file, where the items of a queue/,
    );
    const log = new QueueLog(folder.in("other"));
    folder.write({ "other/0.item/inside": "" });
    expect(() => log.read(0)).toThrow(/cannot read .*0\.item, .*EISDIR/);
    expect(log.read(1)).toBeUndefined();
  });
});
