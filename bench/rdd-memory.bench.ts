import type { Benchmark } from "./benchmark.js";
import { wordsFile } from "./rdd/data.js";
import { inProcess } from "./rdd/in-process.js";

const WORDS = 300_000_000;

/** Memory of a process that does nothing else. */
const memory: Benchmark = {
  name: "rdd-memory",
  summary:
    "Memory (resident set, with all threads) of a process of its own: the most there was in a word count of a 2 GB file",
  async run() {
    const count = inProcess<{ peakMiB: number; ms: number; distinct: number }>(
      "count-words",
      wordsFile(WORDS),
    );
    const rows = [
      [
        "word count of 2 GB",
        `${count.peakMiB.toFixed(0)} MiB`,
        `${(count.ms / 1000).toFixed(1)} s`,
        "≤ 700 MB",
      ],
    ];
    return { columns: ["", "memory", "", "to reach"], rows, data: count };
  },
};

export default memory;
