import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Benchmark } from "./benchmark.js";
import { median } from "./measure.js";

const KEYS = 4_000_000;
const STATE_MB = 32;
/** Heap of each worker: enough for all keys, and what is left when the states may take less of it. */
const ROOMY_MB = 2048;
const HEAP_MB = 384;
const BATCHES = 10;

interface Taken {
  operator: string;
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
  summary: `A state of ${KEYS.toLocaleString("en")} keys of which each batch touches 10,000, spread over all, with two workers: of which it is all in memory, and of which each may hold ${STATE_MB} MiB, the rest on disk. updateStateByKey calls its function for all keys in each batch. Each in a process of its own; the median of ${BATCHES} batches; memory is the most the process had resident, with all threads`,
  async run() {
    const taken = ["mapWithState", "updateStateByKey"].flatMap((operator) => [
      inProcess(operator, 0, ROOMY_MB),
      inProcess(operator, STATE_MB, HEAP_MB),
    ]);
    const rows = taken.map(({ operator, stateMb, loadMs, takenMs, peakMiB }) => [
      `${operator}, ${stateMb === 0 ? "in memory" : `${stateMb} MiB a worker`}`,
      `${median(takenMs).toFixed(0)} ms`,
      `${(loadMs.reduce((a, b) => a + b) / 1000).toFixed(1)} s`,
      `${peakMiB} MiB`,
    ]);
    return { columns: ["", "a batch", "all keys coming", "memory"], rows, data: taken };
  },
};

export default stateSpill;

function inProcess(operator: string, stateMb: number, heapMb: number): Taken {
  const path = fileURLToPath(new URL("state/large-state.mjs", import.meta.url));
  const args = [path, operator, KEYS, stateMb, heapMb, BATCHES].map(String);
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as Taken;
}
