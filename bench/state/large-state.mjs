// A state of many keys under a limit of memory, in a process of its own: prints what it took as one line of JSON.
// node large-state.mjs OPERATOR KEYS STATE_MB HEAP_MB BATCHES: each of two workers has HEAP_MB of heap, of which its states
// may take STATE_MB; 0 for what the library decides. After its keys have come, BATCHES batches touch some of them.

import { readFileSync } from "node:fs";
import { SparkContext, StateSpec, StreamingContext } from "../../dist/index.js";

const [operator, ...numbers] = process.argv.slice(2);
const [keys, stateMb, workerMemoryMb, batches] = numbers.map(Number);
const TOUCHED = 10_000;
const PER_BATCH = 500_000;

const sc = new SparkContext({
  workers: 2,
  workerMemoryMb,
  ...(stateMb > 0 && { stateBytes: stateMb * 2 ** 20 }),
});
const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
const queue = [];
const pairs = ssc.queueStream(queue);
let given = [0, 0];
const OPERATORS = {
  // Each gives rows whose number, and the sum of whose numbers, are known beforehand.
  mapWithState: () =>
    pairs.mapWithState(
      StateSpec.function((_key, value, state) => {
        state.update((state.getOption() ?? 0) + value);
        return state.get();
      }),
    ),
  updateStateByKey: () =>
    pairs.updateStateByKey((values, sum) => (sum ?? 0) + values.length).map(([, sum]) => sum),
};
OPERATORS[operator]()
  .map((n) => [1, n])
  .foreachRDD(async (rdd) => {
    given = await rdd.fold([0, 0], (a, b) => [a[0] + b[0], a[1] + b[1]]);
  });

let peakMiB = 0;
const timer = setInterval(() => {
  const kiB = readFileSync("/proc/self/status", "utf8").match(/VmRSS:\s+(\d+)/)?.[1];
  peakMiB = Math.max(peakMiB, Number(kiB) / 1024);
}, 50);

const takenMs = [];
async function batch(rdd) {
  queue.push(rdd);
  const startedMs = performance.now();
  await ssc.advance(1000);
  takenMs.push(Math.round(performance.now() - startedMs));
}

await ssc.start();
for (let from = 0; from < keys; from += PER_BATCH)
  await batch(sc.range(from, Math.min(from + PER_BATCH, keys), 1, 4).map((n) => [`user-${n}`, 1]));
const loadMs = takenMs.splice(0);
let expected = keys;
for (let i = 0; i < batches; i++) {
  // Numbers far from each other, none twice.
  const start = (i * 7919) % Math.floor(keys / TOUCHED);
  const step = Math.floor(keys / TOUCHED);
  await batch(sc.range(start, start + step * TOUCHED, step, 4).map((n) => [`user-${n}`, 1]));
  expected += TOUCHED;
  const [rows, sum] = given;
  if (operator === "updateStateByKey" ? rows !== keys || sum !== expected : rows !== TOUCHED)
    throw new Error(`${rows} rows of sum ${sum} in batch ${i}`);
}
clearInterval(timer);
await ssc.stop();
await sc.stop();
console.log(
  JSON.stringify({ operator, keys, stateMb, workerMemoryMb, loadMs, takenMs, peakMiB: Math.round(peakMiB) }),
);
