import { rowChunk } from "../pool/reader.js";
import type { SidedPairs } from "../rows/column-batch.js";
import { KeyTable } from "../rows/key-table.js";
import { emitCombine, emitPairs, rowAsKey } from "./combine.js";
import { perKey } from "./per-key-reader.js";
import { wideOperator } from "./wide.js";

/** `subtract(other)`: the records that the other RDD has not, compared by value. Duplicates stay. */
export const subtract = wideOperator("subtract", {
  head: "rows",
  emitMapSide: (loop) => emitPairs(loop, "subtract", () => rowAsKey(loop)),
  reader: perKey((pairs) => [rowChunk(pairsWithout(pairs).keys)]),
});

/** `subtractByKey(other)`: the pairs whose key the other RDD has not. Duplicates stay. */
export const subtractByKey = wideOperator("subtractByKey", {
  head: "pairs",
  emitMapSide: (loop) => emitPairs(loop, "subtractByKey"),
  reader: perKey((pairs) => [pairsWithout(pairs)]),
});

/** `intersection(other)`: one record of each value that both RDDs have. */
export const intersection = wideOperator("intersection", {
  head: "rows",
  emitMapSide: (loop) => emitCombine(loop, "intersection", { merge: () => "0" }, () => rowAsKey(loop)),
  reader: perKey((pairs) => {
    const left = keysOf(pairs, 0);
    return [rowChunk(keysOf(pairs, 1).keys.filter((key) => left.row(key) !== undefined))];
  }),
});

function keysOf(buckets: readonly SidedPairs[], side: number): KeyTable {
  const table = new KeyTable();
  for (const { keys, length } of buckets.filter((bucket) => bucket.side === side)) {
    for (let i = 0; i < length; i++) if (table.row(keys[i]) === undefined) table.insert(keys[i], 0);
  }
  return table;
}

/** Pairs of the first side whose key the second has not, in their order. */
function pairsWithout(buckets: readonly SidedPairs[]) {
  const right = keysOf(buckets, 1);
  const keys: unknown[] = [];
  const values: unknown[] = [];
  for (const left of buckets.filter((bucket) => bucket.side === 0)) {
    for (let i = 0; i < left.length; i++) {
      if (right.row(left.keys[i]) !== undefined) continue;
      keys.push(left.keys[i]);
      values.push(left.values[i]);
    }
  }
  return { keys, values, length: keys.length };
}
