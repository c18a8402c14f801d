import type { PortableFunction } from "../closure/portable-function.js";
import { partitionCount } from "../plan/counts.js";
import { type RddNode, rddNode } from "../plan/rdd-node.js";
import type { Merged } from "../pool/reader.js";
import type { PairColumns } from "../rows/column-batch.js";
import { KeyTable } from "../rows/key-table.js";
import { emitCombine } from "./combine.js";
import { onlyFunction } from "./narrow.js";
import type { Operator } from "./operator.js";

/** `reduceByKey(f)`: one pair per key, its values merged by an associative and commutative `f`. */
export const reduceByKey: Operator = {
  name: "reduceByKey",
  rdd: {
    kind: "wide",
    head: "pairs",
    mapOutput: "combine",
    emitMapSide: (loop, node) => emitCombine(loop, "reduceByKey", onlyFunction(loop, node)),
    reader: (buckets, { functions: [reduce] }) => asPairs(mergeBuckets(buckets, reduce as Merge)),
    readCall: (node) => ({ functions: node.functions.map((fn) => fn.id), params: null }),
  },
  stream: {
    rddAt(node, batch) {
      const parent = batch.parent(0);
      return (
        parent && reduceByKeyNode(parent, node.functions, (node.params as { partitions: number }).partitions)
      );
    },
  },
};

/** @throws StreamError RT_PARTITIONS */
export function reduceByKeyNode(parent: RddNode, functions: PortableFunction[], partitions: number): RddNode {
  return rddNode("reduceByKey", [parent], functions, null, partitionCount(partitions));
}

export type Merge = (a: unknown, b: unknown) => unknown;

/** All buckets of one partition as one table. Values of a key are merged in the order of the buckets. */
export function mergeBuckets(buckets: readonly PairColumns[], merge: Merge): KeyTable {
  const table = new KeyTable();
  for (const { keys, values, length } of buckets) {
    for (let row = 0; row < length; row++) table.merge(keys[row], values[row], merge);
  }
  return table;
}

/** A table's columns in place, without its index. */
function asPairs(table: KeyTable): Merged {
  return { keys: table.keys, values: table.values, length: table.size };
}
