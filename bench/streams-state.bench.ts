import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../magics/source/seeded-random.js";
import type { Benchmark, BenchmarkRow } from "./benchmark.js";
import { inTurn, type Measured, median } from "./measure.js";

const { SparkContext, StateSpec, StreamingContext }: typeof import("../runtime/index.js") = await import(
  "../dist/index.js" as string
);
type Context = InstanceType<typeof SparkContext>;
type Pairs = import("../runtime/index.js").DStream<[string, number]>;

const BATCHES = 120;
const LINES = 2500;
const WORDS_PER_LINE = 10;
const WORDS = BATCHES * LINES * WORDS_PER_LINE;
const KEYS = 100_000;
const HELD = 1_000_000;
const TOUCHED = 10_000;
const RUNS = 3;
const WARMUPS = 1;

/** Spark 4.1 DStreams in Java, local[2], manual clock, warm, on a quiet machine with two cores: seconds for the same batches. */
const SPARK_UPDATE_S = 15;

/** B6: states by key. */
const state: Benchmark = {
  name: "streams-state",
  summary: `B6: ${BATCHES} batches of ${(LINES * WORDS_PER_LINE).toLocaleString("en")} words of ${KEYS.toLocaleString("en")}, whose counts are kept by updateStateByKey and counted in each batch; and a state of ${HELD.toLocaleString("en")} keys of which each batch touches ${TOUCHED.toLocaleString("en")}; public DStream API, ordinary closures, manual clock. Spark's times are those of a quiet machine of this kind`,
  async run() {
    const sc = new SparkContext();
    const batches = Array.from({ length: BATCHES }, (_, seed) => text(seed));
    const folder = mkdtempSync(join(tmpdir(), "state-bench-"));
    const updates = await inTurn(
      [
        { name: "updateStateByKey: by hand, one thread", run: () => byHand(batches) },
        { name: "updateStateByKey", run: () => update(sc, batches) },
        { name: "updateStateByKey, checkpoint every batch", run: () => update(sc, batches, folder) },
      ],
      RUNS,
      WARMUPS,
    );
    const touchMs = await touch(sc);
    await sc.stop();
    rmSync(folder, { recursive: true });
    return { rows: [...rowsOf(updates), touchRow(touchMs)], data: { updates, touchMs } };
  },
};

export default state;

/** @param folder of a checkpoint @returns the number of words */
async function update(sc: Context, batches: Uint8Array[], folder?: string): Promise<number> {
  const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
  if (folder !== undefined) ssc.checkpoint(folder);
  let keys = 0;
  ssc
    .queueStream(batches.map((bytes) => sc.textBytes(bytes)))
    .flatMap((line) => line.split(" "))
    .map((word) => [word, 1])
    .updateStateByKey((values: number[], sum: number | undefined) => {
      let total = sum ?? 0;
      for (const value of values) total += value;
      return total;
    })
    .foreachRDD(async (rdd) => {
      keys = await rdd.count();
    });
  await ssc.start();
  await ssc.advance(1000 * batches.length);
  await ssc.stop();
  if (keys !== KEYS) throw new Error(`there are ${keys} keys, not ${KEYS}`);
  return WORDS;
}

/** A batch that touches some of many keys, in ms: the median of a hundred. */
async function touch(sc: Context): Promise<number> {
  const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
  const queue: import("../runtime/index.js").RDD<string>[] = [];
  let touched = 0;
  const pairs: Pairs = ssc
    .queueStream(queue)
    .flatMap((line) => line.split(" "))
    .map((word) => [word, 1]);
  pairs
    .mapWithState(
      StateSpec.function(
        (_key: string, value: number | undefined, held: import("../runtime/index.js").State<number>) => {
          held.update((held.getOption() ?? 0) + (value ?? 0));
          return held.get();
        },
      ),
    )
    .foreachRDD(async (rdd) => {
      touched = await rdd.count();
    });
  await ssc.start();
  const takenMs: number[] = [];
  const batch = async (keys: string[]) => {
    queue.push(sc.textBytes(Buffer.from(`${keys.join(" ").replaceAll(/((?:\S+ ){10})/g, "$1\n")}\n`)));
    const startedMs = performance.now();
    await ssc.advance(1000);
    takenMs.push(performance.now() - startedMs);
  };
  for (let from = 0; from < HELD; from += HELD / 10)
    await batch(Array.from({ length: HELD / 10 }, (_, i) => `key${from + i}`));
  takenMs.length = 0;
  const random = seededRandom(5);
  for (let i = 0; i < 100; i++) {
    await batch(Array.from({ length: TOUCHED }, () => `key${Math.floor(random() * HELD)}`));
    if (touched < TOUCHED) throw new Error(`${touched} keys were touched, not ${TOUCHED}`);
  }
  await ssc.stop();
  return median(takenMs);
}

function rowsOf([byHand, plain, checkpoint]: readonly Measured[]): BenchmarkRow[] {
  if (byHand === undefined || plain === undefined || checkpoint === undefined)
    throw new Error("nothing was measured");
  const seconds = ({ medianMs }: Measured) => `${(medianMs / 1000).toFixed(2)} s`;
  const spark = ({ medianMs }: Measured) => ((1000 * SPARK_UPDATE_S) / medianMs).toFixed(1);
  return [
    { what: byHand.name, value: seconds(byHand), ratio: "" },
    { what: plain.name, value: seconds(plain), ratio: `${spark(plain)} × Spark` },
    {
      what: checkpoint.name,
      value: seconds(checkpoint),
      ratio: `${(checkpoint.medianMs / plain.medianMs).toFixed(2)} × as long as without`,
    },
  ];
}

function touchRow(ms: number): BenchmarkRow {
  return {
    what: `mapWithState: a batch that touches ${TOUCHED.toLocaleString("en")} of ${HELD.toLocaleString("en")} keys`,
    value: `${ms.toFixed(1)} ms`,
    ratio: "",
  };
}

function text(seed: number): Uint8Array {
  const random = seededRandom(seed + 1);
  // The first batches have every key once.
  let word = seed * LINES * WORDS_PER_LINE;
  const next = () => {
    word += 1;
    return `w${word <= KEYS ? word - 1 : Math.floor(random() * KEYS)}`;
  };
  const line = () => Array.from({ length: WORDS_PER_LINE }, next).join(" ");
  return Buffer.from(`${Array.from({ length: LINES }, line).join("\n")}\n`);
}

/** What one would write without a library: each batch calls the function for every key. */
function byHand(batches: readonly Uint8Array[]): number {
  const states = new Map<string, number>();
  for (const bytes of batches) {
    const groups = groupsOf(bytes);
    for (const [word, sum] of states) {
      let total = sum;
      for (const value of groups.get(word) ?? []) total += value;
      states.set(word, total);
    }
    for (const [word, values] of groups) if (!states.has(word)) states.set(word, values.length);
  }
  if (states.size !== KEYS) throw new Error(`there are ${states.size} keys, not ${KEYS}`);
  return WORDS;
}

function groupsOf(bytes: Uint8Array): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  for (const word of all.split(/[ \n]/)) {
    if (word === "") continue;
    const group = groups.get(word);
    if (group === undefined) groups.set(word, [1]);
    else group.push(1);
  }
  return groups;
}
