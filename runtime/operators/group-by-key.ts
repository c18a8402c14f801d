import type { PairColumns } from "../rows/column-batch.js";
import { KeyTable } from "../rows/key-table.js";
import { emitPairs } from "./combine.js";
import { pairsChunk } from "./combining-reader.js";
import { perKey } from "./per-key-reader.js";
import { wideOperator } from "./wide.js";

/** `groupByKey()`: one pair per key with the list of its values, in the order of the partitions they came from. */
export const groupByKey = wideOperator("groupByKey", {
  head: "pairs",
  emitMapSide: (loop) => emitPairs(loop, "groupByKey"),
  reader: perKey((pairs) => [pairsChunk(groups(pairs))]),
});

function groups(buckets: readonly PairColumns[]): KeyTable {
  const table = new KeyTable<unknown[]>();
  for (const { keys, values, length } of buckets) {
    for (let i = 0; i < length; i++) {
      const group = table.get(keys[i]);
      if (group === undefined) table.insert(keys[i], [values[i]]);
      else group.push(values[i]);
    }
  }
  return table as KeyTable;
}
