import { onlyFunction, partitionOperator } from "./narrow.js";

/**
 * `mapPartitions(f)`: the elements of the iterable that `f` gives for the iterator over a partition. Records are computed
 * as `f` asks for them.
 */
export const mapPartitions = partitionOperator("mapPartitions", (loop, node) => {
  const f = onlyFunction(loop, node);
  loop.iterate((rows) => `${f}(${rows})`);
});

/** `mapPartitionsWithIndex(f)`: the same, with the partition's number before its iterator. */
export const mapPartitionsWithIndex = partitionOperator(
  "mapPartitionsWithIndex",
  (loop, node) => {
    const f = onlyFunction(loop, node);
    const index = loop.argument();
    loop.iterate((rows) => `${f}(${index}, ${rows})`);
  },
  { argument: (_node, partition) => partition },
);
