import { seededRandom } from "../magics/source/seeded-random.js";
import type { Benchmark, BenchmarkRow } from "./benchmark.js";
import { inTurn, type Measured, median } from "./measure.js";

const { SparkContext, StreamingContext }: typeof import("../runtime/index.js") = await import(
  "../dist/index.js" as string
);
type Context = InstanceType<typeof SparkContext>;
type Stream = InstanceType<typeof StreamingContext>;

const BATCHES = 120;
const LINES = 2500;
const WORDS_PER_LINE = 10;
const WORDS = BATCHES * LINES * WORDS_PER_LINE;
const DISTINCT = 20_000;
const RUNS = 5;
const WARMUPS = 2;

/** So often a late stream's batches fall due: each takes longer than that. */
const LATE_MS = 5;

/** Batches of words on the manual clock: one after the other, as fast as they go, or all of them waiting from the start. */
const streams: Benchmark = {
  name: "streams",
  summary: `${BATCHES} batches of ${(LINES * WORDS_PER_LINE).toLocaleString("en")} words (${DISTINCT.toLocaleString("en")} distinct) through the public DStream API with ordinary closures, bytes in memory as source, against the same by hand in one thread; on the manual clock, where a batch falls due when the one before is done, or late: one falls due every ${LATE_MS} ms, so that others wait behind the one that is run`,
  async run() {
    const sc = new SparkContext();
    const batches = Array.from({ length: BATCHES }, (_, seed) => text(seed));
    const measured = [
      ...(await counts(sc, batches)),
      ...(await windows(sc, batches)),
      ...(await slides(sc, batches)),
    ];
    const emptyMs = await emptyBatch(sc);
    await sc.stop();
    return { rows: [...rowsOf(measured), emptyRow(emptyMs)], data: { measured, emptyMs } };
  },
};

export default streams;

async function counts(sc: Context, batches: Uint8Array[]): Promise<Measured[]> {
  return inTurn(
    [
      { name: "reduceByKey per batch: by hand", run: () => byHand(batches) },
      {
        name: "reduceByKey per batch: DStream",
        run: () => run(sc, batches, (pairs) => pairs.reduceByKey((a, b) => a + b)),
      },
      {
        name: "reduceByKey per batch: DStream, late",
        run: () => runLate(sc, batches, (pairs) => pairs.reduceByKey((a, b) => a + b)),
      },
    ],
    RUNS,
    WARMUPS,
  );
}

/** Windows of 30 batches, each batch. */
async function windows(sc: Context, batches: Uint8Array[]): Promise<Measured[]> {
  return inTurn(
    [
      { name: "window of 30 batches: by hand, all of it each time", run: () => windowByHand(batches, 30) },
      {
        name: "window of 30 batches: without inverse",
        run: () => run(sc, batches, (pairs) => pairs.reduceByKeyAndWindow((a, b) => a + b, "30 s", "1 s")),
      },
      {
        name: "window of 30 batches: with inverse",
        run: () =>
          run(sc, batches, (pairs) =>
            pairs.reduceByKeyAndWindow(
              (a, b) => a + b,
              (a, b) => a - b,
              "30 s",
              "1 s",
            ),
          ),
      },
    ],
    3,
    1,
  );
}

/** A window that is longer than all batches: what a slide costs must not depend on how long it is. */
async function slides(sc: Context, batches: Uint8Array[]): Promise<Measured[]> {
  return inTurn(
    (["60 s", "1 s"] as const).map((slide) => ({
      name: `window of 10 minutes, slide ${slide}`,
      run: () =>
        run(sc, batches, (pairs) => pairs.reduceByKeyAndWindow((a, b) => a + b, "10 minutes", slide)),
    })),
    3,
    1,
  );
}

type Pairs = import("../runtime/index.js").DStream<[string, number]>;

/** @returns the number of words */
async function run(sc: Context, batches: Uint8Array[], operate: (pairs: Pairs) => Pairs): Promise<number> {
  const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
  const counted = count(ssc, batches, operate);
  await ssc.start();
  await ssc.advance(1000 * batches.length);
  await ssc.stop();
  return check(counted);
}

/** The same where batches wait. */
async function runLate(
  sc: Context,
  batches: Uint8Array[],
  operate: (pairs: Pairs) => Pairs,
): Promise<number> {
  const ssc = new StreamingContext(sc, LATE_MS);
  const counted = count(ssc, batches, operate);
  await ssc.start();
  await counted.all;
  await ssc.stop(false, false);
  return check(counted);
}

/** Counts the distinct words of each batch; `all` resolves when those of as many batches are known. */
function count(ssc: Stream, batches: Uint8Array[], operate: (pairs: Pairs) => Pairs) {
  const distinct: number[] = [];
  let resolve: () => void;
  const all = new Promise<void>((done) => {
    resolve = done;
  });
  const pairs: Pairs = ssc
    .queueStream(batches.map((bytes) => ssc.sparkContext.textBytes(bytes)))
    .flatMap((line) => line.split(" "))
    .map((word) => [word, 1]);
  operate(pairs)
    .count()
    .foreachRDD(async (rdd) => {
      distinct.push(await rdd.first());
      if (distinct.length === batches.length) resolve();
    });
  return { distinct, all };
}

/** Of the batches that had words, however many came after them. */
function check({ distinct }: { distinct: readonly number[] }): number {
  if (distinct.length === 0 || distinct.slice(0, BATCHES).includes(0)) throw new Error("nothing was counted");
  return WORDS;
}

/** Work of a batch without records, in ms: the median of a thousand. */
async function emptyBatch(sc: Context): Promise<number> {
  const ssc = new StreamingContext(sc, 10, { clock: "manual" });
  ssc
    .queueStream<string>([])
    .map((word) => [word, 1])
    .reduceByKey((a, b) => a + b)
    .foreachRDD(() => undefined);
  await ssc.start();
  const takenMs: number[] = [];
  for (let i = 0; i < 1200; i++) {
    const startedMs = performance.now();
    await ssc.advance(10);
    if (i >= 200) takenMs.push(performance.now() - startedMs);
  }
  await ssc.stop();
  return median(takenMs);
}

function rowsOf(measured: readonly Measured[]): BenchmarkRow[] {
  let yardstick: Measured | undefined;
  return measured.map((one, i) => {
    const group = one.name.split(/[:,]/)[0];
    if (i === 0 || measured[i - 1]?.name.split(/[:,]/)[0] !== group) yardstick = one;
    const ratio = one.perSecond / (yardstick?.perSecond ?? Number.NaN);
    return {
      what: one.name,
      value: `${(one.perSecond / 1e6).toFixed(2)} M words/s`,
      ratio: one === yardstick ? "" : `${ratio.toFixed(2)} ×`,
    };
  });
}

function emptyRow(ms: number): BenchmarkRow {
  return {
    what: "an empty batch of reduceByKey, from the program and back",
    value: `${ms.toFixed(2)} ms`,
    ratio: "",
  };
}

function text(seed: number): Uint8Array {
  const random = seededRandom(seed + 1);
  const line = () =>
    Array.from({ length: WORDS_PER_LINE }, () => `w${Math.floor(random() * DISTINCT)}`).join(" ");
  return Buffer.from(`${Array.from({ length: LINES }, line).join("\n")}\n`);
}

function byHand(batches: readonly Uint8Array[]): number {
  for (const bytes of batches) if (countWords(bytes).size === 0) throw new Error("nothing was counted");
  return WORDS;
}

/** What one would write without a library, made fast: one string, one Map. */
function countWords(bytes: Uint8Array): Map<string, number> {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const counted = new Map<string, number>();
  for (let start = 0; start < all.length; ) {
    const newline = all.indexOf("\n", start);
    const end = newline < 0 ? all.length : newline;
    for (const word of all.slice(start, end).split(" ")) counted.set(word, (counted.get(word) ?? 0) + 1);
    start = end + 1;
  }
  return counted;
}

/** Each slide merges the counts of all batches in its window. */
function windowByHand(batches: readonly Uint8Array[], length: number): number {
  const window: Map<string, number>[] = [];
  for (const bytes of batches) {
    window.push(countWords(bytes));
    if (window.length > length) window.shift();
    const merged = new Map<string, number>();
    for (const counted of window)
      for (const [word, n] of counted) merged.set(word, (merged.get(word) ?? 0) + n);
    if (merged.size === 0) throw new Error("nothing was counted");
  }
  return WORDS;
}
