// A job on more data than its workers may hold, in a process of its own: prints what it took as one line of JSON.
// node spill-jobs.mjs JOB GIGABYTES HEAP_MB: each of two workers has HEAP_MB of heap.

import { readFileSync } from "node:fs";
import { SparkContext } from "../../dist/index.js";

const [job, gigabytes, workerMemoryMb] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const VALUE_CHARACTERS = 100;
const KEYS = 200_003;
const rows = Math.round((gigabytes * 1e9) / (VALUE_CHARACTERS + 10));

const sc = new SparkContext({ workers: 2, workerMemoryMb });
const pairs = sc
  .range(0, rows, 1, 16)
  .map((n) => [`key${(n * 7919) % KEYS}`, `value ${n} `.padEnd(VALUE_CHARACTERS, "abcdefgh")]);
const JOBS = {
  // Each gives the number of rows and of characters that came through, which are known beforehand.
  groupByKey: () => pairs.groupByKey(16).map(([, values]) => [values.length, values.join("").length]),
  sortByKey: () => pairs.sortByKey(true, 16).map(([, value]) => [1, value.length]),
};

let peakMiB = 0;
const timer = setInterval(() => {
  const kiB = readFileSync("/proc/self/status", "utf8").match(/VmRSS:\s+(\d+)/)?.[1];
  peakMiB = Math.max(peakMiB, Number(kiB) / 1024);
}, 50);
const startedMs = performance.now();
const [counted, characters] = await JOBS[job]().reduce((a, b) => [a[0] + b[0], a[1] + b[1]]);
const ms = performance.now() - startedMs;
clearInterval(timer);
await sc.stop();
if (counted !== rows || characters !== rows * VALUE_CHARACTERS)
  throw new Error(`${counted} rows of ${rows}, ${characters} characters of ${rows * VALUE_CHARACTERS}`);
console.log(JSON.stringify({ job, gigabytes, workerMemoryMb, rows, ms, peakMiB }));
