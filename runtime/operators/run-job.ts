import { isAsync, onlyFunction, partitionOperator } from "./narrow.js";

/** `sc.runJob(rdd, f)`: what `f` gives for the iterator over a partition and its number, as the partition's one record. */
export const runJob = partitionOperator(
  "runJob",
  (loop, node) => {
    const f = onlyFunction(loop, node);
    const partition = loop.argument();
    if (isAsync(node))
      loop.iterateAwaiting(
        (rows) => `library.awaited(async () => [await ${f}(${rows}, ${partition})], cancellation)`,
      );
    else loop.iterate((rows) => `[${f}(${rows}, ${partition})]`);
  },
  { argument: (_node, partition) => partition, awaits: true },
);
