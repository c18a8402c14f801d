import type { Benchmark } from "./benchmark.js";
import { inProcess } from "./rdd/in-process.js";

interface Jobs {
  every: number;
  /** After each `every` jobs. */
  afterMiB: number[];
  jobMs: number[];
}

/** Whether a program that runs small jobs for long stays as large, and as fast, as it was. */
const jobs: Benchmark = {
  name: "rdd-jobs",
  summary:
    "Memory (resident set, with all threads) of a process of its own while it runs 10,000 jobs of four elements with a shuffle, and the median time of a job; with the same closure in all jobs, and with a new one in each",
  async run() {
    const same = inProcess<Jobs>("many-jobs", "same");
    const fresh = inProcess<Jobs>("many-jobs", "fresh");
    const told = [1_000, 5_000, 10_000].map((jobs) => [
      `after ${jobs.toLocaleString("en")} jobs`,
      ...[same, fresh].flatMap(({ every, afterMiB, jobMs }) => {
        const at = jobs / every - 1;
        return [`${afterMiB[at]?.toFixed(0)} MiB`, `${jobMs[at]?.toFixed(2)} ms`];
      }),
    ]);
    const columns = ["", "same closure", "a job", "new closures", "a job"];
    return { columns, rows: told, data: { same, fresh } };
  },
};

export default jobs;
