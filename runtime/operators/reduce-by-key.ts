import type { Merged } from "../pool/reader.js";
import type { PairColumns } from "../rows/column-batch.js";
import { KeyTable } from "../rows/key-table.js";
import { emitCombine } from "./combine.js";
import { onlyFunction } from "./narrow.js";
import { wideOperator } from "./wide.js";

/** `reduceByKey(f)`: one pair per key, its values merged by an associative and commutative `f`. */
export const reduceByKey = wideOperator("reduceByKey", {
  head: "pairs",
  emitMapSide: (loop, node) => {
    const reduce = onlyFunction(loop, node);
    emitCombine(loop, "reduceByKey", { merge: (a, b) => `${reduce}(${a}, ${b})` });
  },
  reader: (buckets, { functions: [reduce] }) => asPairs(mergeBuckets(buckets, reduce as Merge)),
});

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
export function asPairs(table: KeyTable): Merged {
  return [{ keys: table.keys, values: table.values, length: table.size }];
}
