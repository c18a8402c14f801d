// Reads a topic in batches whose first is not done before it is told to go on, and says how much memory the process took: before
// anything came, and at most until all is read.

import { once } from "node:events";
import { SparkContext, StreamingContext } from "../../../../dist/index.js";

const [brokers, topic, messages] = process.argv.slice(2);
const sc = new SparkContext({ workers: 2 });
const ssc = new StreamingContext(sc, 100);
const goOn = once(process.stdin, "data");
let count = 0;
let read = () => undefined;
const allRead = new Promise((resolve) => {
  read = resolve;
});
ssc.kafkaDirectStream({ brokers, topics: topic, startingOffsets: "earliest" }).foreachRDD(async (rdd) => {
  count += await rdd.count();
  if (count > 0) await goOn;
  if (count === Number(messages)) read();
});
await ssc.start();
await ssc.awaitBatches(3);
const residentMb = () => Math.round(process.memoryUsage.rss() / 2 ** 20);
const before = residentMb();
let most = before;
const watch = setInterval(() => {
  most = Math.max(most, residentMb());
}, 20);
process.stdout.write("ready\n");
await allRead;
clearInterval(watch);
process.stdout.write(`${JSON.stringify({ before, most })}\n`);
await ssc.stop(true);
