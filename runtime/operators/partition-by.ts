import type { PairColumns } from "../rows/column-batch.js";
import { emitPairs } from "./combine.js";
import { wideOperator } from "./wide.js";

/** `partitionBy(partitioner)`: the same pairs, each in the partition of its key, in the order in which they came. */
export const partitionBy = wideOperator("partitionBy", {
  head: "pairs",
  emitMapSide: (loop) => emitPairs(loop, "partitionBy"),
  reader: (buckets) => [joinBuckets(buckets)],
});

/** All buckets of one partition, one after the other. */
export function joinBuckets(buckets: readonly PairColumns[]) {
  const keys: unknown[] = [];
  const values: unknown[] = [];
  for (const bucket of buckets) {
    for (let i = 0; i < bucket.length; i++) {
      keys.push(bucket.keys[i]);
      values.push(bucket.values[i]);
    }
  }
  return { keys, values, length: keys.length };
}
