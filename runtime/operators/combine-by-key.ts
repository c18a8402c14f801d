import type { RddNode } from "../plan/rdd-node.js";
import { KeyTable } from "../rows/key-table.js";
import { emitCombine, emitPairs } from "./combine.js";
import { functionAt } from "./narrow.js";
import { asPairs, type Merge, mergeBuckets } from "./reduce-by-key.js";
import { type Spread, wideOperator } from "./wide.js";

export interface CombineSpread extends Spread {
  /** False: values are sent as they are, and combined only where they arrive. */
  mapSide: boolean;
}

/**
 * `combineByKey(createCombiner, mergeValue, mergeCombiners)`: one pair per key. A key's first value in a partition goes
 * through the first function, further ones are merged in by the second, and what partitions give is merged by the third.
 */
export const combineByKey = wideOperator("combineByKey", {
  head: "pairs",
  emitMapSide(loop, node) {
    if (!(node as RddNode<CombineSpread>).params.mapSide) {
      emitPairs(loop, "combineByKey");
      return;
    }
    const create = functionAt(loop, node, 0);
    const mergeValue = functionAt(loop, node, 1);
    emitCombine(loop, "combineByKey", {
      create: (value) => `${create}(${value})`,
      merge: (combined, value) => `${mergeValue}(${combined}, ${value})`,
    });
  },
  reader(buckets, { functions: [create, mergeValue, mergeCombiners], params }) {
    if ((params as CombineSpread).mapSide) return asPairs(mergeBuckets(buckets, mergeCombiners as Merge));
    const table = new KeyTable();
    for (const { keys, values, length } of buckets) {
      for (let i = 0; i < length; i++) {
        const row = table.row(keys[i]);
        if (row === undefined) table.insert(keys[i], create?.(values[i]));
        else table.values[row] = mergeValue?.(table.values[row], values[i]);
      }
    }
    return asPairs(table);
  },
});
