import { afterEach, expect, test } from "vitest";
import type { DStream, SparkContext as SparkContextType } from "../index.js";

// The built library, as a program would import it.
const { SparkContext, StreamingContext }: typeof import("../index.js") = await import(
  "../../dist/index.js" as string
);

const open: SparkContextType[] = [];

afterEach(async () => {
  for (const sc of open.splice(0)) await sc.stop();
});

test("a function that takes more than its worker's memory fails its job with a sentence that names it, and nothing else", async () => {
  const sc = new SparkContext({ workers: 2, workerMemoryMb: 64 });
  open.push(sc);
  const cached = sc.parallelize(["a", "b", "a"], 2).map((word) => [word, 1]);
  const greedy = sc
    .parallelize([1, 2, 3, 4], 4)
    .filter((x) => x > 1)
    .map((x) => {
      const held: string[] = [];
      while (x === 3) held.push(`${held.length}`.repeat(100));
      return x;
    });
  const error: Error & { code?: string } = await greedy.collect().then(
    () => expect.unreachable(),
    (reason) => reason,
  );
  expect(error.code).toBe("RT_OUT_OF_MEMORY");
  expect(error.message).toMatch(
    /^worker thread \d was lost: it needed more than the 64 MB of heap it may use, in the stage parallelize → filter → map \(with `\(x\) => x > 1`, `\(x\) => \{.*`\); use more partitions, hold less in a function, or give each worker more: new SparkContext\(\{ workerMemoryMb \}\)$/,
  );
  expect(error.stack).toMatch(/at filter \(.*out-of-memory\.process\.test\.ts:\d+:\d+\)\n/);
  expect(await cached.reduceByKey((a, b) => a + b).count()).toBe(2);
});

type Pairs = DStream<[string, number]>;

test.each<[string, (pairs: Pairs) => Pairs, RegExp]>([
  [
    "a window",
    (pairs) => pairs.reduceByKeyAndWindow((a, b) => a + b, "1 hour"),
    /; a window has all of its keys in memory: take a shorter one, or fewer keys into it, or give each worker more/,
  ],
  [
    "a state of whole partitions",
    (pairs) =>
      pairs.updateStateByKey<string, number, number>(
        (keys: IterableIterator<[string, number[], number | undefined]>) =>
          [...keys].map(([key, values, state]): [string, number] => [key, (state ?? 0) + values.length]),
        2,
        true,
      ),
    /; a function of whole partitions has all of their keys in memory: of one key at a time the others lie on disk, or give/,
  ],
])(
  "%s that outgrows its workers ends its streams with what to do, and leaves the context as it is",
  async (_what, operate, sentence) => {
    const sc = new SparkContext({ workers: 2, workerMemoryMb: 64 });
    open.push(sc);
    const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
    const keys = 400_000;
    const batches = Array.from({ length: 20 }, (_, batch) =>
      sc.range(batch * keys, (batch + 1) * keys, 1, 4),
    );
    operate(ssc.queueStream(batches).map((n): [string, number] => [`key ${n}`, 1])).foreachRDD(
      async (rdd) => {
        await rdd.count();
      },
    );
    const ended = ssc.awaitTermination();
    await ssc.start();
    void ssc.advance(20_000);
    await expect(ended).rejects.toMatchObject({
      code: "RT_BATCH_FAILED",
      message: expect.stringMatching(sentence),
      cause: expect.objectContaining({ code: "RT_OUT_OF_MEMORY" }),
    });
    expect(await sc.range(0, 1000).count()).toBe(1000);
  },
);
