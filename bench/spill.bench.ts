import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Benchmark } from "./benchmark.js";

const GIGABYTES = 2;
const HEAP_MB = 256;

interface Taken {
  job: string;
  rows: number;
  ms: number;
  peakMiB: number;
}

/** Jobs on more data than their workers may hold. */
const spill: Benchmark = {
  name: "spill",
  summary: `${GIGABYTES} GB of pairs (a key of 9 characters, a value of 100) through a shuffle with two workers of ${HEAP_MB} MB of heap each, in a process of its own: what does not fit goes to disk. Memory is the most the process had resident, with all threads`,
  async run() {
    const taken = ["groupByKey", "sortByKey"].map(inProcess);
    const rows = taken.map(({ job, rows, ms, peakMiB }) => [
      job,
      `${(ms / 1000).toFixed(1)} s`,
      `${(rows / ms / 1000).toFixed(2)} M pairs/s`,
      `${peakMiB.toFixed(0)} MiB`,
    ]);
    return { columns: ["", "time", "pairs", "memory"], rows, data: taken };
  },
};

export default spill;

function inProcess(job: string): Taken {
  const path = fileURLToPath(new URL("rdd/spill-jobs.mjs", import.meta.url));
  const args = [path, job, String(GIGABYTES), String(HEAP_MB)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as Taken;
}
