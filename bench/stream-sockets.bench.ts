import { Worker } from "node:worker_threads";
import type { Benchmark, BenchmarkRow } from "./benchmark.js";
import { median } from "./measure.js";

const { SparkContext, StreamingContext }: typeof import("../runtime/index.js") = await import(
  "../dist/index.js" as string
);

const RATE = 10_000;
const BATCH_MS = 100;
const LATENCY_SECONDS = 10;
const BUSY_MS = 200;
const INTERVAL_SECONDS = 60;

/** Streams on the system's clock: how late records are, how fast a socket is read, how well a short interval is kept. */
const sockets: Benchmark = {
  name: "stream-sockets",
  summary: `Lines from a TCP server in a thread of its own: ${RATE.toLocaleString("en")} a second in batches of ${BATCH_MS} ms, from their sending to the task that takes them; as fast as they go; and batches of 10 ms for ${INTERVAL_SECONDS} s`,
  async run() {
    const idle = await latencies(0);
    const busy = await latencies(BUSY_MS);
    const throughput = await bytesPerSecond();
    const interval = await shortInterval();
    return {
      rows: [
        latencyRow("the program idle", idle),
        latencyRow(`the program busy for ${BUSY_MS} ms each second`, busy),
        {
          what: "lines counted, as fast as they come",
          value: `${(throughput.bytesPerSecond / 1e6).toFixed(0)} MB/s`,
          ratio: `resident memory ${throughput.memoryMb.map((mb) => mb.toFixed(0)).join(", ")} MB`,
        },
        {
          what: `batches of 10 ms for ${INTERVAL_SECONDS} s`,
          value: `${interval.batches} batches`,
          ratio: `start late by ${quantile(interval.lateMs, 0.5)} ms, p99 ${quantile(interval.lateMs, 0.99)}, at most ${quantile(interval.lateMs, 1)}`,
        },
      ],
      data: { idle: summary(idle), busy: summary(busy), throughput, interval: summary(interval.lateMs) },
    };
  },
};

export default sockets;

/** How old each record was when a task took it, in ms. */
async function latencies(busyMs: number): Promise<number[]> {
  const server = await sender({ kind: "paced", perSecond: RATE });
  const sc = new SparkContext();
  const ssc = new StreamingContext(sc, BATCH_MS);
  const ages = sc.collectionAccumulator<number>();
  ssc
    .socketTextStream("127.0.0.1", server.port)
    .map((line) => {
      ages.add(Date.now() - Number(line));
      return line;
    })
    .count()
    .foreachRDD(() => undefined);
  await ssc.start();
  // The first second is the compiler's.
  await ssc.awaitBatches(1000 / BATCH_MS);
  const before = ages.value.length;
  for (let second = 0; second < LATENCY_SECONDS; second++) {
    const untilMs = performance.now() + busyMs;
    while (performance.now() < untilMs);
    await ssc.awaitBatches(1000 / BATCH_MS);
  }
  const measured = ages.value.slice(before);
  await ssc.stop(true);
  await server.stop();
  return measured;
}

async function bytesPerSecond(): Promise<{ bytesPerSecond: number; memoryMb: number[] }> {
  const server = await sender({ kind: "fast" });
  const sc = new SparkContext();
  const ssc = new StreamingContext(sc, 200);
  let lines = 0;
  ssc
    .socketTextStream("127.0.0.1", server.port)
    .count()
    .foreachRDD(async (rdd) => {
      lines += (await rdd.first()) as number;
    });
  await ssc.start();
  await ssc.awaitBatches(10);
  const memoryMb: number[] = [];
  const rates: number[] = [];
  for (let second = 0; second < 10; second++) {
    const [startedMs, before] = [performance.now(), lines];
    await ssc.awaitBatches(5);
    rates.push(((lines - before) * FAST_LINE.length * 1000) / (performance.now() - startedMs));
    memoryMb.push(process.memoryUsage.rss() / 2 ** 20);
  }
  await ssc.stop(true);
  await server.stop();
  return { bytesPerSecond: median(rates), memoryMb };
}

/** How long after its time each batch began, in ms. */
async function shortInterval(): Promise<{ batches: number; lateMs: number[] }> {
  const sc = new SparkContext();
  const ssc = new StreamingContext(sc, 10);
  ssc
    .rateStream(10_000)
    .map(({ value }) => [value % 100, 1] as [number, number])
    .reduceByKey((a, b) => a + b)
    .foreachRDD(() => undefined);
  const lateMs: number[] = [];
  ssc.addStreamingListener({
    onBatchStarted: ({ batchInfo }) =>
      lateMs.push((batchInfo.processingStartTimeMs ?? 0) - batchInfo.batchTimeMs),
  });
  await ssc.start();
  await ssc.awaitBatches(100);
  const before = lateMs.length;
  await ssc.awaitBatches(INTERVAL_SECONDS * 100);
  const measured = lateMs.slice(before);
  await ssc.stop(true);
  return { batches: measured.length, lateMs: measured };
}

const FAST_LINE = `${"the quick brown fox jumps over the lazy dog ".repeat(2).trimEnd()}\n`;

type Sending = { kind: "paced"; perSecond: number } | { kind: "fast" };

/** A TCP server in a thread: it sends the time as lines, so many a second; or the same line, as fast as it is read. */
async function sender(sending: Sending): Promise<{ port: number; stop(): Promise<void> }> {
  const worker = new Worker(SENDER, { eval: true, workerData: { ...sending, line: FAST_LINE } });
  const port = await new Promise<number>((resolve) => worker.once("message", resolve));
  return {
    port,
    stop: async () => {
      await worker.terminate();
    },
  };
}

const SENDER = `
const { createServer } = require("node:net");
const { parentPort, workerData } = require("node:worker_threads");
const block = Buffer.from(workerData.line.repeat(2000));
const server = createServer((socket) => {
  socket.on("error", () => undefined);
  // Otherwise TCP holds small writes back until those before are acknowledged, up to 40 ms.
  socket.setNoDelay(true);
  if (workerData.kind === "fast") {
    const send = () => { while (socket.write(block)); socket.once("drain", send); };
    send();
    return;
  }
  const startMs = Date.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((Date.now() - startMs) * workerData.perSecond) / 1000);
    if (due > sent) socket.write(\`\${Date.now()}\\n\`.repeat(due - sent));
    sent = due;
  }, 5);
  socket.on("close", () => clearInterval(timer));
});
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

function latencyRow(what: string, ages: readonly number[]): BenchmarkRow {
  return {
    what: `${RATE.toLocaleString("en")} records/s, ${what}`,
    value: `p99 ${quantile(ages, 0.99)} ms`,
    ratio: `median ${quantile(ages, 0.5)} ms, at most ${quantile(ages, 1)} ms, ${ages.length.toLocaleString("en")} records`,
  };
}

function summary(values: readonly number[]): Record<string, number> {
  const at = (q: number) => quantile(values, q);
  return { count: values.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
