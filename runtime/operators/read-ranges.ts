import type { PortableFunction } from "../closure/portable-function.js";
import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { isAsync, onlyFunction, partitionOperator } from "./narrow.js";
import { parallelizeNode } from "./parallelize.js";

/** The rows of a source of one's own: what its function gives for each range, which is the only record of its partition. */
export const readRanges = partitionOperator(
  "readRanges",
  (loop, node) => {
    const read = onlyFunction(loop, node);
    if (isAsync(node))
      loop.iterateAwaiting(
        (rows) => `library.awaited(() => library.readRange(${rows}, ${read}), cancellation)`,
      );
    else loop.iterate((rows) => `library.readRange(${rows}, ${read})`);
  },
  { awaits: true },
);

/** @param ranges plain data, one partition for each */
export function readRangesNode(ranges: readonly unknown[], read: PortableFunction): RddNode {
  const count = Math.max(1, ranges.length);
  const rows = parallelizeNode(ranges, count);
  return rddNode("readRanges", [rows], [read], null, count);
}
