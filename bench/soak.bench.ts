import type { Benchmark } from "./benchmark.js";
import { median } from "./measure.js";
import { treeMemoryMiB } from "./process-tree.js";

const { SparkContext, StateSpec, StreamingContext }: typeof import("../runtime/index.js") = await import(
  "../dist/index.js" as string
);
type State = import("../runtime/index.js").State<number>;

const RATE = 100_000;
const KEYS = 100_000;
const TOUCHED = 10_000;
/** `SOAK_MINUTES=2 npm run bench soak` for less. */
const MINUTES = Number(process.env.SOAK_MINUTES ?? 10);

/** One minute of the run. */
interface Minute {
  batches: number;
  records: number;
  /** Median and largest delay of its batches, from when each was due until its outputs were done. */
  delayMs: { median: number; worst: number };
  /** Batches that waited for an earlier one when it ended. */
  waiting: number;
  /** Median of one look a second. */
  memoryMiB: number;
}

/** Streams that go on for long: neither their memory nor their delay may grow. */
const soak: Benchmark = {
  name: "soak",
  summary: `${RATE.toLocaleString("en")} synthetic records a second on the system's clock for ${MINUTES} minutes, in batches of a second: a window of a minute over ${TOUCHED.toLocaleString("en")} keys, with inverse, and a state of ${KEYS.toLocaleString("en")} keys with a timeout. Memory is that of the process, with MALLOC_MMAP_THRESHOLD_=131072 as in the kernel; ratios are to the second minute`,
  async run() {
    if (!(MINUTES >= 2)) throw new Error(`SOAK_MINUTES is at least 2, not ${process.env.SOAK_MINUTES}`);
    const minutes = await run();
    return {
      columns: ["minute", "memory", "ratio", "delay, median and worst", "waiting"],
      rows: rowsOf(minutes),
      data: { minutes },
    };
  },
};

export default soak;

async function run(): Promise<Minute[]> {
  const sc = new SparkContext();
  const ssc = new StreamingContext(sc, 1000);
  const rows = ssc.rateStream(RATE);
  const seen = { window: 0, state: 0 };
  rows
    .map(({ value }): [string, number] => [`w${value % TOUCHED}`, 1])
    .reduceByKeyAndWindow(
      (a, b) => a + b,
      (a, b) => a - b,
      "60 s",
      "1 s",
    )
    .count()
    .foreachRDD(async (rdd) => {
      seen.window = await rdd.first();
    });
  rows
    .filter(({ value }) => value % 10 === 0)
    .map(({ value }): [string, number] => [`k${(Math.imul(value, 0x9e3779b1) >>> 0) % KEYS}`, value])
    .mapWithState(
      StateSpec.function((_key: string, value: number | undefined, state: State) => {
        if (!state.isTimingOut()) state.update((state.getOption() ?? 0) + (value ?? 0));
        return value;
      }).timeout("90 s"),
    )
    .stateSnapshots()
    .count()
    .foreachRDD(async (rdd) => {
      seen.state = await rdd.first();
    });
  await ssc.start();
  const minutes: Minute[] = [];
  for (let minute = 0; minute < MINUTES; minute++) minutes.push(await one(ssc));
  await ssc.stop(true);
  if (seen.window < TOUCHED || seen.state < KEYS / 2)
    throw new Error(`the window has ${seen.window} keys, and the state ${seen.state}`);
  return minutes;
}

async function one(ssc: InstanceType<typeof StreamingContext>): Promise<Minute> {
  const untilMs = performance.now() + 60_000;
  const memoryMiB: number[] = [];
  while (performance.now() < untilMs) {
    await ssc.awaitBatches(1);
    memoryMiB.push(treeMemoryMiB(process.pid));
  }
  const batches = await ssc.batches(memoryMiB.length);
  const delays = batches.map((batch) => (batch.processingEndTimeMs ?? Number.NaN) - batch.batchTimeMs);
  return {
    batches: batches.length,
    records: batches.flatMap((batch) => batch.records).reduce((sum, { count }) => sum + count, 0),
    delayMs: { median: median(delays), worst: Math.max(...delays) },
    waiting: (await ssc.status())?.waiting ?? 0,
    memoryMiB: median(memoryMiB),
  };
}

function rowsOf(minutes: readonly Minute[]): string[][] {
  const second = minutes[1]?.memoryMiB ?? Number.NaN;
  return minutes.map(({ memoryMiB, delayMs, waiting }, i) => [
    `${i + 1}`,
    `${memoryMiB.toFixed(0)} MiB`,
    `${(memoryMiB / second).toFixed(3)}`,
    `${delayMs.median.toFixed(0)} ms, ${delayMs.worst.toFixed(0)} ms`,
    `${waiting}`,
  ]);
}
