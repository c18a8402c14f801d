import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Benchmark } from "./benchmark.js";
import { median } from "./measure.js";

/** Beyond the first, all of them are more than the workers may hold. */
const KEYS = [500_000, 1_000_000, 2_000_000];
const MOST_KEYS = 2_000_000;
const STATE_MB = 32;
/** Heap of each worker: enough for all keys, and what is left when the states may take less of it. */
const ROOMY_MB = 2048;
const HEAP_MB = 384;
const BATCHES = 6;

interface Taken {
  operator: string;
  keys: number;
  stateMb: number;
  /** Of the batches that brought the keys, and of those after them. */
  loadMs: number[];
  takenMs: number[];
  /** The most the process had resident. */
  peakMiB: number;
}

/** States of more keys than their workers may hold. */
const stateSpill: Benchmark = {
  name: "state-spill",
  summary: `States of ever more keys of which each batch touches 10,000, spread over all, with two workers: of which each may hold ${STATE_MB} MiB, the rest on disk, and for comparison all in memory. updateStateByKey calls its function for all keys in each batch. Each in a process of its own; the median of ${BATCHES} batches; memory is the most the process had resident, with all threads`,
  async run() {
    const taken = ["mapWithState", "updateStateByKey"].flatMap((operator) => [
      ...KEYS.map((keys) => inProcess(operator, keys, STATE_MB, HEAP_MB)),
      inProcess(operator, MOST_KEYS, 0, ROOMY_MB),
    ]);
    const rows = taken.map(({ operator, keys, stateMb, loadMs, takenMs, peakMiB }) => [
      `${operator}, ${keys.toLocaleString("en")} keys, ${stateMb === 0 ? "in memory" : `${stateMb} MiB a worker`}`,
      `${median(takenMs).toFixed(0)} ms`,
      `${(loadMs.reduce((a, b) => a + b) / 1000).toFixed(1)} s`,
      `${peakMiB} MiB`,
    ]);
    return { columns: ["", "a batch", "all keys coming", "memory"], rows, data: taken };
  },
};

export default stateSpill;

function inProcess(operator: string, keys: number, stateMb: number, heapMb: number): Taken {
  const path = fileURLToPath(new URL("state/large-state.mjs", import.meta.url));
  const args = [path, operator, keys, stateMb, heapMb, BATCHES].map(String);
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as Taken;
}
