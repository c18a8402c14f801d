import type { RddNode } from "../plan/rdd-node.js";
import type { Loop } from "./loop.js";
import { isAsync, onlyFunction, partitionOperator } from "./narrow.js";

/**
 * `mapPartitions(f)`: the elements of the iterable that `f` gives for the iterator over a partition. Records are computed
 * as `f` asks for them. An async `f` is waited for, and so are the elements of an async iterable.
 */
export const mapPartitions = partitionOperator(
  "mapPartitions",
  (loop, node) => iterateBy(loop, node, (f, rows) => `${f}(${rows})`),
  { awaits: true },
);

/** `mapPartitionsWithIndex(f)`: the same, with the partition's number before its iterator. */
export const mapPartitionsWithIndex = partitionOperator(
  "mapPartitionsWithIndex",
  (loop, node) => {
    const index = loop.argument();
    iterateBy(loop, node, (f, rows) => `${f}(${index}, ${rows})`);
  },
  { argument: (_node, partition) => partition, awaits: true },
);

function iterateBy(loop: Loop, node: RddNode, call: (f: string, rows: string) => string): void {
  const f = onlyFunction(loop, node);
  if (!isAsync(node)) loop.iterate((rows) => call(f, rows));
  else loop.iterateAwaiting((rows) => `library.awaited(() => ${call(f, rows)}, cancellation)`);
}
