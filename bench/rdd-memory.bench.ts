import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Benchmark } from "./benchmark.js";
import { wordsFile } from "./rdd/data.js";

const WORDS = 300_000_000;

/** Memory of processes that do nothing else. */
const memory: Benchmark = {
  name: "rdd-memory",
  summary:
    "Memory (resident set, with all threads) of a process of its own: the most there was in a word count of a 2 GB file; and after jobs of a few elements, each with a closure of its own",
  async run() {
    const count = inProcess<{ peakMiB: number; ms: number; distinct: number }>(
      "count-words",
      wordsFile(WORDS),
    );
    const jobs = inProcess<{ afterMiB: number[]; jobMs: number[]; every: number }>("many-jobs");
    const first = jobs.afterMiB[0] ?? Number.NaN;
    const rows = [
      [
        "word count of 2 GB",
        `${count.peakMiB.toFixed(0)} MiB`,
        `${(count.ms / 1000).toFixed(1)} s`,
        "≤ 700 MB",
      ],
      ...jobs.afterMiB.map((mib, i) => [
        `after ${((i + 1) * jobs.every).toLocaleString("en")} jobs`,
        `${mib.toFixed(0)} MiB`,
        `${(mib / first).toFixed(2)} × the first; ${jobs.jobMs[i]?.toFixed(2)} ms a job`,
        i === 0 ? "" : "flat",
      ]),
    ];
    return { columns: ["", "memory", "", "to reach"], rows, data: { count, jobs } };
  },
};

export default memory;

/** Runs bench/rdd/<script>.mjs, which prints one line of JSON. */
function inProcess<T>(script: string, ...args: string[]): T {
  const path = fileURLToPath(new URL(`rdd/${script}.mjs`, import.meta.url));
  const printed = execFileSync(process.execPath, [path, ...args], { encoding: "utf8" });
  return JSON.parse(printed) as T;
}
