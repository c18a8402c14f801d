import { partitionCount } from "../plan/counts.js";
import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { type Column, packColumn } from "../rows/column-batch.js";
import type { Operator } from "./operator.js";

/** `parallelize(rows, n)`: rows of the program, cut into `n` contiguous slices: 1..4 in 2 is [1, 2], [3, 4]. */
export const parallelize: Operator = {
  name: "parallelize",
  rdd: {
    kind: "source",
    head: "rows",
    input: (node, partition) => ({ kind: "rows", rows: (node.params as Column[])[partition] ?? [] }),
  },
};

/** Rows are copied now. @throws StreamError RT_PARTITIONS */
export function parallelizeNode(rows: readonly unknown[], slices: number): RddNode<Column[]> {
  const count = partitionCount(slices);
  const edge = (i: number) => Math.floor((i * rows.length) / count);
  const columns = Array.from({ length: count }, (_, i) => packColumn(rows.slice(edge(i), edge(i + 1))));
  return rddNode("parallelize", [], [], columns, count);
}
