// Counts the words of the file that is named, and prints as JSON how long it took and the most memory there was.

import { SparkContext } from "../../dist/index.js";

const file = process.argv[2];
const sc = new SparkContext();
const started = performance.now();
const distinct = await sc
  .textFile(file)
  .flatMap((line) => line.split(" "))
  .map((word) => [word, 1])
  .reduceByKey((a, b) => a + b)
  .count();
const ms = performance.now() - started;
await sc.stop();
const peakMiB = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ peakMiB, ms, distinct }));
