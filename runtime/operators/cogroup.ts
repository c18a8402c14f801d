import type { PairChunk } from "../pool/reader.js";
import { SideGroups } from "../rows/side-groups.js";
import { emitPairs } from "./combine.js";
import { perKey } from "./per-key-reader.js";
import { type Spread, wideOperator } from "./wide.js";

export interface CogroupSpread extends Spread {
  /** How many RDDs are grouped together. */
  sides: number;
}

/** `cogroup(others)`: one pair per key of any RDD, with a list of values for each of them: empty where the key is not. */
export const cogroup = wideOperator("cogroup", {
  head: "pairs",
  emitMapSide: (loop) => emitPairs(loop, "cogroup"),
  reader: perKey((pairs, { params }) => {
    const { sides } = params as CogroupSpread;
    return [grouped(new SideGroups(pairs, sides), sides)];
  }),
});

function grouped(groups: SideGroups, sides: number): PairChunk {
  const values = groups.keys.map((_, row) =>
    Array.from({ length: sides }, (_, side) => groups.group(side, row)),
  );
  return { keys: groups.keys, values, length: values.length };
}
