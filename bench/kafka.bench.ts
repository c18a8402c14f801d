import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { Kafka } from "kafkajs";
import { KafkaBroker } from "../kernelspec/dev/kafka-broker.js";
import { packageRoot } from "../kernelspec/package-root.js";
import type { Benchmark, BenchmarkRow } from "./benchmark.js";
import { produceBare, values } from "./kafka/fill.js";
import { median } from "./measure.js";

const { SparkContext, StreamingContext }: typeof import("../runtime/index.js") = await import(
  "../dist/index.js" as string
);
type Context = InstanceType<typeof SparkContext>;
type Stream = InstanceType<typeof StreamingContext>;

const READ = 2_000_000;
const WRITTEN = 500_000;
const MESSAGE_BYTES = 100;
const RUNS = 3;
const WARMUPS = 1;
/** With transactions the broker runs code that nothing before has had compiled: its CPU time for one halves within a hundred or so. */
const TRANSACTION_WARMUPS = 3;

/** What is measured, and in which unit; the first of two is the yardstick. */
interface Pair {
  work: number;
  unit: string;
  bare: { name: string; run(): Promise<number> };
  ours: { name: string; run(): Promise<number> };
  /** Runs of both before those that count; default {@link WARMUPS}. */
  warmups?: number;
}

/** A real broker on the same machine, beside its own client in the same run. */
const kafka: Benchmark = {
  name: "kafka",
  summary: `Kafka in and out against a real broker of one node on the same machine, beside kafkajs in the same run: ${READ.toLocaleString("en")} messages of ${MESSAGE_BYTES} B in 2 partitions read, ${WRITTEN.toLocaleString("en")} written`,
  async run() {
    const command = await commandUntilReady();
    const broker = await KafkaBroker.start({
      topics: { arrived: 1, left: 1 },
      properties: { "log.message.timestamp.type": "LogAppendTime" },
      say: console.error,
    });
    const sc = new SparkContext();
    try {
      const read = await inPairs(await reading(sc, broker));
      const written = await inPairs(await writing(sc, broker));
      const counts = [];
      for (const pair of await exactlyOnce(sc, broker)) counts.push(await inPairs(pair));
      const latencies = await latency(sc, broker);
      const rows = [read, written, ...counts].flatMap(({ rows }) => rows);
      const once = counts.map(({ data }) => data);
      return {
        rows: [...rows, ...latencyRows(latencies), ...command.rows],
        data: { read: read.data, written: written.data, once, latencies, command: command.data },
      };
    } finally {
      await sc.stop();
      await broker.stop();
    }
  },
};

export default kafka;

async function inPairs({ work, unit, bare, ours, warmups = WARMUPS }: Pair) {
  const taken = { bare: [] as number[], ours: [] as number[] };
  for (let round = 0; round < warmups + RUNS; round++) {
    const [bareMs, oursMs] = [await bare.run(), await ours.run()];
    if (round < warmups) continue;
    taken.bare.push(bareMs);
    taken.ours.push(oursMs);
  }
  const perSecond = (ms: number) => `${((work / ms) | 0).toLocaleString("en")} k ${unit}/s`;
  const [bareMs, oursMs] = [median(taken.bare), median(taken.ours)];
  const rows: BenchmarkRow[] = [
    { what: bare.name, value: perSecond(bareMs), ratio: "" },
    { what: ours.name, value: perSecond(oursMs), ratio: `${(bareMs / oursMs).toFixed(2)} ×` },
  ];
  return { rows, data: taken };
}

/** Count of a topic: a direct stream's batch of all of it, and a thread of kafkajs for each partition. */
async function reading(sc: Context, broker: KafkaBroker): Promise<Pair> {
  const partitions = [0, 1];
  await broker.createTopics({ read: partitions.length });
  await produceBare(plain(broker), "read", partitions.length, values(READ, MESSAGE_BYTES));
  const threads = partitions.map(
    (partition) =>
      new Worker(join(packageRoot, "bench/kafka/bare-fetch.mjs"), {
        workerData: { brokers: broker.address, topic: "read", partition },
      }),
  );
  await Promise.all(threads.map((thread) => once(thread, "message")));
  return {
    work: READ,
    unit: "messages",
    bare: {
      name: "count of a topic: kafkajs's range fetch, a thread for each partition",
      run: () =>
        timed(async () => {
          const counts = threads.map((thread) => {
            thread.postMessage(READ / partitions.length);
            return once(thread, "message");
          });
          const all = (await Promise.all(counts)).reduce((sum, [count]) => sum + count, 0);
          if (all !== READ) throw new Error(`${all} were counted`);
        }),
    },
    ours: {
      name: "count of a topic: direct stream",
      run: async () => {
        let count = 0;
        const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
        const stream = ssc.kafkaDirectStream({
          brokers: broker.address,
          topics: "read",
          startingOffsets: "earliest",
        });
        stream.count().foreachRDD(async (rdd) => {
          count += await rdd.first();
        });
        await ssc.start();
        await untilPending(ssc, READ);
        const ms = await timed(() => ssc.advance(1000));
        await ssc.stop();
        if (count !== READ) throw new Error(`${count} were counted`);
        return ms;
      },
    },
  };
}

async function writing(sc: Context, broker: KafkaBroker): Promise<Pair> {
  await broker.createTopics({ written: 2 });
  const rows = values(WRITTEN, MESSAGE_BYTES);
  const rdd = sc.parallelize(rows, sc.defaultParallelism).cache();
  await rdd.count();
  return {
    work: WRITTEN,
    unit: "messages",
    bare: {
      name: "write: one producer of kafkajs, batches of 2,000, four on their way",
      run: () => timed(() => produceBare(plain(broker), "written", 2, rows)),
    },
    ours: {
      name: "write: saveToKafka",
      run: async () => {
        const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
        ssc.queueStream([rdd]).saveToKafka({ brokers: broker.address, topic: "written" });
        await ssc.start();
        const ms = await timed(() => ssc.advance(1000));
        await ssc.stop();
        return ms;
      },
    },
  };
}

const LINES = 600_000;
const WORDS_PER_LINE = 8;

/** Lines of a batch: about what a batch of a second takes at full load, and a twentieth. What a transaction costs is the same in both. */
const LINES_PER_BATCH = [300_000, 20_000];

/** Word counts from a topic into a topic, in batches: at least once is the yardstick. */
async function exactlyOnce(sc: Context, broker: KafkaBroker): Promise<Pair[]> {
  await broker.createTopics({ lines: 2, counts: 2 });
  const line = (i: number) =>
    Array.from({ length: WORDS_PER_LINE }, (_, word) => `w${(i * 7919 + word * 104_729) % 5000}`).join(" ");
  await produceBare(
    plain(broker),
    "lines",
    2,
    Array.from({ length: LINES }, (_, i) => line(i)),
  );
  return LINES_PER_BATCH.map((lines) => wordCount(sc, broker, lines));
}

function wordCount(sc: Context, broker: KafkaBroker, lines: number): Pair {
  const batches = LINES / lines;
  const run = async (transactionalId?: string) => {
    const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
    const options = { brokers: broker.address, topics: "lines", startingOffsets: "earliest" } as const;
    ssc
      .kafkaDirectStream({ ...options, maxRatePerPartition: lines / 2 })
      .flatMap(({ value }) => (value ?? "").split(" "))
      .map((word) => [word, 1] as [string, number])
      .reduceByKey((a, b) => a + b)
      .saveToKafka({ brokers: broker.address, topic: "counts", ...(transactionalId && { transactionalId }) });
    await ssc.start();
    await untilPending(ssc, LINES);
    const ms = await timed(() => ssc.advance(1000 * batches));
    await ssc.stop();
    return ms;
  };
  const what = `word count in and out, batches of ${lines.toLocaleString("en")} lines`;
  return {
    work: LINES * WORDS_PER_LINE,
    unit: "words",
    warmups: TRANSACTION_WARMUPS,
    bare: { name: `${what}: at least once`, run: () => run() },
    ours: { name: `${what}: exactly once`, run: () => run("bench") },
  };
}

const RATE = 1000;
const SECONDS = 15;
const WARM_SECONDS = 3;

/** From when the broker has a message to when it has what the stream made of it, by the broker's clock, in ms. */
async function latency(sc: Context, broker: KafkaBroker): Promise<number[]> {
  const ssc = new StreamingContext(sc, 100);
  ssc
    .kafkaDirectStream({ brokers: broker.address, topics: "arrived", startingOffsets: "earliest" })
    .map(({ timestamp }) => timestamp)
    .saveToKafka({ brokers: broker.address, topic: "left" });
  await ssc.start();
  const producer = plain(broker).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const startedMs = performance.now();
  for (let sent = 0; sent < RATE * SECONDS; ) {
    const due = Math.min(RATE * SECONDS, Math.floor(((performance.now() - startedMs) * RATE) / 1000));
    const messages = Array.from({ length: due - sent }, () => ({ value: "x".repeat(MESSAGE_BYTES) }));
    if (messages.length > 0) await producer.send({ topic: "arrived", messages });
    sent = due;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await producer.disconnect();
  await untilPending(ssc, 0);
  await ssc.stop(false, true);
  const latencies: number[] = [];
  const reader = new StreamingContext(sc, 1000, { clock: "manual" });
  reader
    .kafkaDirectStream({
      brokers: broker.address,
      topics: "left",
      startingOffsets: "earliest",
      value: "json",
    })
    .map(({ timestamp, value }) => timestamp - (value as number))
    .foreachRDD(async (rdd) => {
      latencies.push(...(await rdd.collect()));
    });
  await reader.start();
  await untilPending(reader, RATE * SECONDS);
  await reader.advance(1000);
  await reader.stop();
  return latencies.slice(RATE * WARM_SECONDS);
}

function latencyRows(latencies: readonly number[]): BenchmarkRow[] {
  const sorted = [...latencies].sort((a, b) => a - b);
  const at = (part: number) => `${sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN} ms`;
  return [
    {
      what: `from the broker to the broker, ${RATE.toLocaleString("en")} messages a second, batches of 100 ms: median`,
      value: at(0.5),
      ratio: "",
    },
    { what: "the same: 99th percentile", value: at(0.99), ratio: "" },
  ];
}

/** `millrace dev kafka` with its jars in the cache, from the call to the line that says where it is. */
async function commandUntilReady() {
  const warm = await KafkaBroker.start({ say: console.error });
  await warm.stop();
  const readyMs: number[] = [];
  let memoryMb = 0;
  for (let run = 0; run < RUNS; run++) {
    const startedMs = performance.now();
    const command = spawn(
      process.execPath,
      [join(packageRoot, "dist/cli.js"), "dev", "kafka", "--port", "0"],
      {
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    await once(command.stdout, "data");
    readyMs.push(performance.now() - startedMs);
    const children = readFileSync(`/proc/${command.pid}/task/${command.pid}/children`, "utf8")
      .trim()
      .split(" ");
    const all = [Number(command.pid), ...children.map(Number)];
    memoryMb = Math.max(
      memoryMb,
      all.map(residentMb).reduce((sum, mb) => sum + mb, 0),
    );
    command.kill("SIGINT");
    await once(command, "exit");
  }
  const rows: BenchmarkRow[] = [
    {
      what: "`millrace dev kafka` until it is ready",
      value: `${(median(readyMs) / 1000).toFixed(1)} s`,
      ratio: "",
    },
    { what: "memory then, of command and broker", value: `${memoryMb.toFixed(0)} MB`, ratio: "" },
  ];
  return { rows, data: { readyMs, memoryMb } };
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

/** Waits until the stream knows of so many records that no batch has taken; 0: of none. */
async function untilPending(ssc: Stream, records: number): Promise<void> {
  for (;;) {
    const [input] = (await ssc.status())?.inputs ?? [];
    const isSo = records === 0 ? input?.pending === 0 : (input?.pending ?? 0) >= records;
    if (isSo) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function plain(broker: KafkaBroker): Kafka {
  return new Kafka({ brokers: [broker.address], logCreator: () => () => undefined });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
