import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DStream, RDD, State } from "../index.js";

// The built library, as a program would import it: workers are threads with heaps of their own.
const { SparkContext, StateSpec, StreamingContext }: typeof import("../index.js") = await import(
  "../../dist/index.js" as string
);

let localDir: string;
beforeEach(() => {
  localDir = mkdtempSync(join(tmpdir(), "spilled-states-"));
});
afterEach(() => rmSync(localDir, { recursive: true }));

const KEYS = 40_000;
const TOUCHED = 3000;
const BATCHES = 6;

type Pairs = DStream<[string, number]>;
type Operate = (pairs: Pairs, left: Int32Array) => DStream<[string, number]>;

/** Each ends its worker as often as `left` says, in the midst of its keys. */
const STREAMS: [string, Operate][] = [
  [
    "updateStateByKey",
    (pairs, left) =>
      pairs.updateStateByKey((values: number[], sum: number | undefined) => {
        if (sum === 3 && Atomics.sub(left, 0, 1) > 0) process.exit(9);
        return (sum ?? 0) + values.length;
      }),
  ],
  [
    "mapWithState",
    (pairs, left) =>
      pairs
        .mapWithState(
          StateSpec.function((_key: string, value: number | undefined, state: State<number>) => {
            if (state.getOption() === 3 && Atomics.sub(left, 0, 1) > 0) process.exit(9);
            state.update((state.getOption() ?? 0) + (value ?? 0));
            return 1;
          }),
        )
        .stateSnapshots(),
  ],
];

describe.each(STREAMS)("a state of %s that is mostly on disk", (_name, operate) => {
  test.each([
    ["is what it would be in memory", 0],
    ["goes on when a worker is killed in the midst of it", 1],
    ["goes on when workers are killed again and again", 3],
  ])("%s, and leaves no file behind", async (_what, deaths) => {
    const left = new Int32Array(new SharedArrayBuffer(4));
    left[0] = deaths;
    const sc = new SparkContext({ workers: 2, workerMemoryMb: 64, localDir, stateBytes: 200_000 });
    const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
    const batch = (from: number, to: number) =>
      sc.range(from, to, 1, 2).map((n): [string, number] => [`the key ${n}`, 1]);
    const queue: RDD<[string, number]>[] = [batch(0, KEYS)];
    for (let i = 1; i < BATCHES; i++) queue.push(batch(0, TOUCHED));
    const sums: number[][] = [];
    let files: string[] = [];
    operate(ssc.queueStream(queue), left).foreachRDD(async (rdd) => {
      sums.push(
        await rdd.values().aggregate([0, 0], ([n = 0, sum = 0], value) => [n + 1, sum + value], plus),
      );
      files = chunksIn(localDir);
    });
    await ssc.start();
    await ssc.advance(1000 * BATCHES);
    expect(sums).toEqual(Array.from({ length: BATCHES }, (_, i) => [KEYS, KEYS + i * TOUCHED]));
    expect(files.length).toBeGreaterThan(0);
    expect(left[0]).toBeLessThanOrEqual(0);
    await ssc.stop(false);
    await sc.parallelize([1], 1).count();
    await sc.stop();
    expect(readdirSync(localDir)).toEqual([]);
  });
});

/** Some of the keys of a batch that comes after all have come: those of every hundredth, with another value. */
const LARGE: [string, (pairs: DStream<[string, string]>) => DStream<[string, number]>][] = [
  [
    "updateStateByKey",
    (pairs) =>
      pairs
        .updateStateByKey((values: string[], text: string | undefined) => values.at(-1) ?? text)
        .mapValues((text) => text.length),
  ],
  [
    "mapWithState",
    (pairs) =>
      pairs
        .mapWithState(
          StateSpec.function((_key: string, value: string | undefined, state: State<string>) => {
            if (value !== undefined) state.update(value);
            return 1;
          }),
        )
        .stateSnapshots()
        .mapValues((text) => text.length),
  ],
];

describe.each(LARGE)("a state of %s that no worker has the memory for", (_name, operate) => {
  /** A text of five thousand letters for each: 80 MB in a heap of 64. */
  const MANY = 16_000;
  const COMING = 2000;

  async function sumsOf(stateBytes: number) {
    const sc = new SparkContext({ workers: 1, workerMemoryMb: 64, localDir, stateBytes });
    const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
    const texts = (from: number, to: number, step: number, length: number) =>
      sc.range(from, to, step, 1).map((n): [string, string] => [`key ${n}`, `${n}`.padStart(length)]);
    const queue: RDD<[string, string]>[] = [];
    for (let from = 0; from < MANY; from += COMING) queue.push(texts(from, from + COMING, 1, 5000));
    for (let batch = 0; batch < 3; batch++) queue.push(texts(batch, MANY, 100, 4900));
    const batches = queue.length;
    const sums: number[][] = [];
    operate(ssc.queueStream(queue)).foreachRDD(async (rdd) => {
      sums.push(
        await rdd.values().aggregate([0, 0], ([n = 0, sum = 0], value) => [n + 1, sum + value], plus),
      );
    });
    const ended = ssc.awaitTermination().catch((error: Error) => error.message);
    try {
      await ssc.start();
      await ssc.advance(1000 * batches);
    } finally {
      await ssc.stop(false);
      await sc.stop();
    }
    return { sums, ended: await ended };
  }

  test("is kept all the same, and is what it would be", async () => {
    const { sums } = await sumsOf(4 * 2 ** 20);
    const expected = Array.from({ length: MANY / COMING }, (_, i) => [
      COMING * (i + 1),
      5000 * COMING * (i + 1),
    ]);
    for (let batch = 1; batch <= 3; batch++) expected.push([MANY, 5000 * MANY - batch * 100 * (MANY / 100)]);
    expect(sums).toEqual(expected);
  });

  test("ends the streams where it is to be in memory", async () => {
    expect((await sumsOf(2 ** 30)).ended).toMatch(
      /worker thread 0 was lost: it needed more than the 64 MB of heap/,
    );
  });
});

/** The second batch brings more than files may hold here; the third is small. */
const FULL_DISK = `(async () => {
  const { SparkContext, StreamingContext } = await import("./dist/index.js");
  const [, localDir, onFailure] = process.argv;
  const sc = new SparkContext({ workers: 2, localDir, stateBytes: 20_000 });
  const ssc = new StreamingContext(sc, 1000, { clock: "manual", onFailure });
  const batch = (n) => sc.range(0, n, 1, 2).map((i) => ["the key " + i, 1]);
  const sums = [];
  ssc
    .queueStream([batch(5000), batch(200_000), batch(5001)])
    .updateStateByKey((values, sum) => (sum ?? 0) + values.length)
    .foreachRDD(async (rdd) => { sums.push([await rdd.count(), await rdd.values().sum()]); });
  const ended = ssc.awaitTermination().then(() => "", ({ code, message }) => ({ code, message }));
  await ssc.start();
  await ssc.advance(3000).catch(() => undefined);
  await ssc.stop(false);
  const error = await ended;
  await sc.stop();
  console.log(JSON.stringify({ sums, error }));
})()`;

describe.skipIf(process.platform === "win32")("a disk that is full", () => {
  const MESSAGE =
    /cannot write .*\.chunks, which holds rows that do not fit in memory: the file is larger than files may be \(EFBIG\); make room there, or set `localDir` to a folder with room/;

  async function run(onFailure: string) {
    // No file may be larger than a megabyte: the same to a writer as a disk that is full.
    const args = [
      "-c",
      'ulimit -f 1024; exec "$0" -e "$@"',
      process.execPath,
      FULL_DISK,
      localDir,
      onFailure,
    ];
    const child = spawn("bash", args, { cwd: new URL("../../", import.meta.url) });
    const [stdout, stderr, exit] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit"),
    ]);
    expect({ exit, left: readdirSync(localDir) }).toEqual({ exit: [0, null], left: [] });
    return { ...(JSON.parse(stdout) as { sums: number[][]; error: unknown }), stderr };
  }

  test("ends the streams with a sentence", async () => {
    const { sums, error } = await run("stop");
    expect(sums).toEqual([[5000, 5000]]);
    expect(error).toEqual({ code: "RT_BATCH_FAILED", message: expect.stringMatching(MESSAGE) });
  });

  test("costs a batch where batches are skipped, and the state is as it was before it", async () => {
    const { sums, error, stderr } = await run("skip");
    expect(sums).toEqual([
      [5000, 5000],
      [5001, 10_001],
    ]);
    expect(error).toBe("");
    expect(stderr).toMatch(MESSAGE);
  });
});

function plus(a: number[], b: number[]): number[] {
  return a.map((n, i) => n + (b[i] ?? 0));
}

function chunksIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".chunks"));
}
