import { partitionCount } from "../plan/counts.js";
import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { dealBlocks, type LineBlock } from "../rows/lines.js";
import type { Operator } from "./operator.js";

/** Lines of text that are still bytes: decoded and cut in the task that reads them. */
export const lines: Operator = {
  name: "lines",
  rdd: {
    kind: "source",
    head: "lines",
    input: (node, partition) => ({ kind: "lines", blocks: (node.params as LineBlock[][])[partition] ?? [] }),
  },
};

/** Blocks dealt, in order, to at most `slices` partitions of about equal bytes; no partition for no blocks. @throws StreamError RT_PARTITIONS */
export function linesNode(blocks: readonly LineBlock[], slices: number): RddNode<LineBlock[][]> {
  const partitions = dealBlocks(blocks, partitionCount(slices));
  return rddNode("lines", [], [], partitions, partitions.length);
}
