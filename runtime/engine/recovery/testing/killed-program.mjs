// A program that is killed at any moment and started again, on a folder: it reads the files of `in` and a queue that it fills
// itself, up to a number of items, and writes what came in each batch and what became of it. See kills.ts.

import { join } from "node:path";
import { SparkContext, StateSpec, StreamingContext } from "../../../../dist/index.js";

const [root, items] = [process.argv[2], Number(process.argv[3])];
const checkpoint = join(root, "checkpoint");
const add = (a, b) => a + b;
const subtract = (a, b) => a - b;

/** Filled below: what was queued before is in the checkpoint. */
const queue = [];

const ssc = await StreamingContext.getOrCreate(checkpoint, () => {
  const made = new StreamingContext(new SparkContext({ workers: 2 }), 250);
  made.checkpoint(checkpoint);
  const lines = made.textFileStream(join(root, "in")).union(made.queueStream(queue, false));
  const words = lines.map((line) => [line.split(" ")[0], 1]);
  const sums = words.updateStateByKey((values, sum) => values.reduce(add, sum ?? 0), 2);
  const running = words.mapWithState(
    StateSpec.function((_word, _one, state) => {
      state.update((state.getOption() ?? 0) + 1);
      return state.get();
    }),
  );
  const outputs = {
    lines,
    sums: asText(sums),
    snapshots: asText(running.stateSnapshots()),
    window: asText(words.reduceByKeyAndWindow(add, "1250 ms")),
    inverse: asText(words.reduceByKeyAndWindow(add, subtract, "1250 ms", "250 ms", 2, ([, n]) => n !== 0)),
    sumsOfWindow: asText(sums.window("750 ms").reduceByKey(add)),
  };
  for (const [name, stream] of Object.entries(outputs)) stream.saveAsTextFiles(join(root, "out", name));
  return made;
});
await ssc.start();
const { inputs } = await ssc.status();
const queued = inputs.find(({ what }) => what === "queue").records;
for (let item = queued; item < items; item++) {
  queue.push([`w${item % 7} q${item}`]);
  await new Promise((resolve) => setTimeout(resolve, 5));
}
await ssc.awaitTermination();

function asText(pairs) {
  return pairs.map(([key, n]) => `${key} ${n}`);
}
