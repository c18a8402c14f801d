// Runs ten thousand small jobs and prints as JSON the memory after each thousand and the median time of a job in it.
// Argument: "same" for the same closure in all jobs, "fresh" for no two with the same.

import { SparkContext } from "../../dist/index.js";

const EVERY = 1000;
const JOBS = 10_000;

const isFresh = process.argv[2] === "fresh";
const sc = new SparkContext();
const afterMiB = [];
const jobMs = [];
let runsMs = [];
for (let i = 1; i <= JOBS; i++) {
  const started = performance.now();
  const added = isFresh ? i : 1;
  const pairs = sc.parallelize([1, 2, 3, 4]).map((x) => [x % 2, x + added]);
  await pairs.reduceByKey((a, b) => a + b).collect();
  runsMs.push(performance.now() - started);
  if (i % EVERY > 0) continue;
  afterMiB.push(process.memoryUsage().rss / 2 ** 20);
  jobMs.push(runsMs.sort((a, b) => a - b)[EVERY >> 1]);
  runsMs = [];
}
await sc.stop();
console.log(JSON.stringify({ every: EVERY, afterMiB, jobMs }));
