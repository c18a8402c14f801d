import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SparkContext } from "../context/spark-context.js";
import { StreamingContext } from "../context/streaming-context.js";
import type { OwnSource } from "./own-source.js";

/** What the source was told, in order. All of it runs in this thread. */
let told: string[];
let sc: SparkContext;
beforeEach(() => {
  told = [];
  Reflect.set(globalThis, "toldSource", told);
  sc = new SparkContext({ workers: 2, threads: false });
});
afterEach(() => sc.stop());

interface Range {
  from: number;
  to: number;
}

/** Ten numbers a batch, in as many ranges as there are tasks. */
const NUMBERS: Omit<OwnSource<number, Range, number>, "read"> = {
  what: "numbers",
  open: ({ position = 0, tasks, told: problem }) => {
    const source = Reflect.get(globalThis, "toldSource") as string[];
    source.push(`opened at ${position}`);
    let at = position;
    return {
      take: (timeMs: number, limit: number) => {
        const [from, to] = [at, at + Math.min(10, limit)];
        at = to;
        if (timeMs === 2000) problem("the second batch is odd");
        const middle = Math.floor((from + to) / tasks);
        return {
          ranges: [
            { from, to: middle },
            { from: middle, to },
          ],
          records: to - from,
          position: to,
        };
      },
      committed: (position: number) => source.push(`committed ${position}`),
      status: () => ({ pending: 7, refused: 1 }),
      close: () => source.push("closed"),
    };
  },
};

const numbersIn = ({ from, to }: Range) => Array.from({ length: to - from }, (_, i) => from + i);

const READS: [string, OwnSource<number, Range, number>["read"]][] = [
  ["an array", ({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)],
  [
    "a generator",
    function* ({ from, to }) {
      for (let i = from; i < to; i++) yield i;
    },
  ],
  ["a promise", async ({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)],
  [
    "an async generator",
    async function* ({ from, to }) {
      for (let i = from; i < to; i++) yield i;
    },
  ],
];

test.each(READS)("the rows of each range come from %s, a partition for each range", async (_of, read) => {
  const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
  const batches: number[][][] = [];
  ssc.fromSource({ ...NUMBERS, read }).foreachRDD(async (rdd) => {
    batches.push((await rdd.glom().collect()) as number[][]);
  });
  await ssc.start();
  await ssc.advance(2000);
  expect((await ssc.status())?.inputs[0]).toMatchObject({
    what: "numbers",
    records: 20,
    pending: 7,
    refused: 1,
    state: "connected",
  });
  await ssc.stop();
  expect(batches).toEqual([
    [numbersIn({ from: 0, to: 5 }), numbersIn({ from: 5, to: 10 })],
    [numbersIn({ from: 10, to: 15 }), numbersIn({ from: 15, to: 20 })],
  ]);
});

test("it is told of each batch that is done, of where an earlier process ended, and of the end", async () => {
  const checkpoint = mkdtempSync(join(tmpdir(), "own-source-"));
  const read = READS[0]?.[1] as OwnSource<number, Range, number>["read"];
  const run = async (batches: number) => {
    const rows: number[] = [];
    const ssc = await StreamingContext.getOrCreate(checkpoint, () => {
      const made = new StreamingContext(sc, 1000, { clock: "manual", maxRate: 4 });
      made.checkpoint(checkpoint);
      made.fromSource({ ...NUMBERS, read }).foreachRDD(async (rdd) => {
        rows.push(...(await rdd.collect()));
      });
      return made;
    });
    await ssc.start();
    await ssc.advance(1000 * batches);
    await ssc.stop();
    return rows;
  };
  expect(await run(1)).toEqual([0, 1, 2, 3]);
  expect(await run(1)).toEqual([4, 5, 6, 7]);
  rmSync(checkpoint, { recursive: true, force: true, maxRetries: 10 });
  expect(told).toEqual(["opened at 0", "committed 4", "closed", "opened at 4", "committed 8", "closed"]);
});

test("a source whose take gives something else ends its streams with a sentence", async () => {
  const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
  const source = {
    what: "odd",
    open: () => ({ take: () => [1, 2] as never }),
    read: (range: number) => [range],
  };
  ssc.fromSource(source).foreachRDD(() => undefined);
  const ended = ssc.awaitTermination();
  await ssc.start();
  await ssc.advance(1000);
  await expect(ended).rejects.toThrow(
    "`take` of the source odd gives { ranges, records, position }, not [ 1, 2 ]",
  );
});

test("what throws or is rejected in its other functions is told of, and ends no stream", async () => {
  const warnings: string[] = [];
  const warned = ({ message }: Error) => warnings.push(message);
  process.on("warning", warned);
  const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
  const rows: number[] = [];
  ssc
    .fromSource({
      what: "faulty",
      open: () => ({
        take: () => ({ ranges: [1], records: 1, position: 0 }),
        committed: () => Promise.reject(new Error("no room")),
        status: () => {
          throw new Error("unknown");
        },
        close: () => {
          throw new Error("stuck");
        },
      }),
      read: (range: number) => [range],
    })
    .foreachRDD(async (rdd) => {
      rows.push(...(await rdd.collect()));
    });
  await ssc.start();
  await ssc.advance(2000);
  expect((await ssc.status())?.inputs[0]?.reason).toBe("`status` of it threw: Error: unknown");
  await ssc.stop();
  expect(rows).toEqual([1, 1]);
  await expect.poll(() => warnings).toContain("faulty: `committed` of it failed: Error: no room");
  expect(warnings).toContain("faulty: `close` of it failed: Error: stuck");
  process.off("warning", warned);
});

test("a source that cannot be opened ends its streams with a sentence", async () => {
  const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
  const open = (): never => {
    throw new Error("locked");
  };
  ssc.fromSource({ what: "shut", open, read: (range: number) => [range] }).foreachRDD(() => undefined);
  const ended = ssc.awaitTermination();
  await ssc.start();
  await ssc.advance(1000);
  await expect(ended).rejects.toThrow("`open` of the source shut threw: Error: locked");
});
