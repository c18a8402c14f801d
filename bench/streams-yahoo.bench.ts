import { readFileSync } from "node:fs";
import type { Benchmark } from "./benchmark.js";
import { inTurn } from "./measure.js";
import { adCampaigns, eventsFile } from "./rdd/data.js";
import { forEachLine } from "./rdd/text-lines.js";

const { SparkContext, StreamingContext }: typeof import("../runtime/index.js") = await import(
  "../dist/index.js" as string
);

const EVENTS = 1_000_000;
const BATCHES = 10;
const WINDOW_MS = 10_000;
const NEWLINE = 0x0a;

interface AdEvent {
  ad_id: string;
  event_type: string;
  event_time: string;
}

/** The Yahoo streaming benchmark without its servers: what a stream does of it between Kafka and the store. */
const yahoo: Benchmark = {
  name: "streams-yahoo",
  summary: `${(EVENTS / 1e6).toLocaleString("en")} M events of the Yahoo streaming benchmark (254 bytes of JSON each) in ${BATCHES} batches on the manual clock, bytes in shared memory as source: parsed in the closure, filtered, joined with a broadcast map, counted by campaign and window of 10 s in a state; against a loop over the same file on one thread`,
  async run() {
    const sc = new SparkContext();
    const file = eventsFile(EVENTS);
    const batches = pieces(inSharedMemory(readFileSync(file)), BATCHES);
    const campaigns = adCampaigns();
    const shared = sc.broadcast(campaigns);
    const stream = async () => {
      const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
      let counted = 0;
      ssc
        .queueStream(batches.map((bytes) => sc.textBytes(bytes)))
        .map((line) => JSON.parse(line) as AdEvent)
        .filter((event) => event.event_type === "view")
        .map((event): [string, number] => {
          const window = Math.floor(Number(event.event_time) / WINDOW_MS);
          return [`${shared.value.get(event.ad_id)} ${window}`, 1];
        })
        .reduceByKey((a, b) => a + b)
        .updateStateByKey((counts: number[], sum?: number) => counts.reduce((a, b) => a + b, sum ?? 0))
        .count()
        .foreachRDD(async (rdd) => {
          counted = await rdd.first();
        });
      await ssc.start();
      await ssc.advance(1000 * BATCHES);
      await ssc.stop();
      if (counted === 0) throw new Error("nothing was counted");
      return EVENTS;
    };
    const byHand = () => {
      const counts = new Map<string, number>();
      forEachLine(file, (line) => {
        const event = JSON.parse(line) as AdEvent;
        if (event.event_type !== "view") return;
        const window = Math.floor(Number(event.event_time) / WINDOW_MS);
        const key = `${campaigns.get(event.ad_id)} ${window}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      });
      if (counts.size === 0) throw new Error("nothing was counted");
      return EVENTS;
    };
    const measured = await inTurn(
      [
        { name: "Yahoo events, loop on one thread", run: byHand },
        { name: "Yahoo events, DStream", run: stream },
      ],
      5,
      2,
    );
    await sc.stop();
    const [loop] = measured;
    return {
      rows: measured.map((one) => ({
        what: one.name,
        value: `${(one.perSecond / 1e6).toFixed(2)} M events/s`,
        ratio: one === loop ? "" : `${(one.perSecond / (loop?.perSecond ?? Number.NaN)).toFixed(2)} ×`,
      })),
      data: { measured },
    };
  },
};

export default yahoo;

/** As a source has what it received. */
function inSharedMemory(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}

/** About equal pieces that end with a line. */
function pieces(bytes: Uint8Array, count: number): Uint8Array[] {
  const ends = Array.from({ length: count }, (_, i) => {
    if (i === count - 1) return bytes.length;
    return bytes.indexOf(NEWLINE, Math.floor(((i + 1) * bytes.length) / count)) + 1;
  });
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}
