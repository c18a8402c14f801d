import type { SidedPairs } from "../rows/column-batch.js";
import { KeyTable } from "../rows/key-table.js";
import { emitPairs } from "./combine.js";
import { asPairs } from "./reduce-by-key.js";
import { type Spread, wideOperator } from "./wide.js";

export interface CogroupSpread extends Spread {
  /** How many RDDs are grouped together. */
  sides: number;
}

/** `cogroup(others)`: one pair per key of any RDD, with a list of values for each of them: empty where the key is not. */
export const cogroup = wideOperator("cogroup", {
  head: "pairs",
  emitMapSide: (loop) => emitPairs(loop, "cogroup"),
  reader: (buckets, { params }) => asPairs(groupSides(buckets, (params as CogroupSpread).sides)),
});

function groupSides(buckets: readonly SidedPairs[], sides: number): KeyTable {
  const table = new KeyTable<unknown[][]>();
  for (const { side, keys, values, length } of buckets) {
    for (let i = 0; i < length; i++) {
      let groups = table.get(keys[i]);
      if (groups === undefined) {
        groups = Array.from({ length: sides }, () => []);
        table.insert(keys[i], groups);
      }
      groups[side]?.push(values[i]);
    }
  }
  return table as KeyTable;
}
