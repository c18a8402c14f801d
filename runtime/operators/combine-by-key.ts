import type { RddNode } from "../plan/rdd-node.js";
import type { Reader } from "../pool/reader.js";
import { KeyTable } from "../rows/key-table.js";
import { emitCombine, emitPairs } from "./combine.js";
import { combining, type Merge, pairsChunk } from "./combining-reader.js";
import { functionAt } from "./narrow.js";
import { perKeyOnce } from "./per-key-reader.js";
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
  mapSideForm: (node) => (isCombinedFirst(node) ? "combined" : "as they are"),
  emitMapSide(loop, node) {
    if (!isCombinedFirst(node)) {
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
  reader: combineReader(
    combining(({ functions: [, , mergeCombiners] }) => mergeCombiners as Merge),
    perKeyOnce((pairs, { functions: [create, mergeValue] }) => {
      const table = new KeyTable();
      for (const { keys, values, length } of pairs) {
        for (let i = 0; i < length; i++) {
          const row = table.row(keys[i]);
          if (row === undefined) table.insert(keys[i], create?.(values[i]));
          else table.values[row] = mergeValue?.(table.values[row], values[i]);
        }
      }
      return [pairsChunk(table)];
    }),
  ),
});

function isCombinedFirst(node: RddNode): boolean {
  return (node as RddNode<CombineSpread>).params.mapSide;
}

function combineReader(combined: Reader, asTheyAre: Reader): Reader {
  return {
    keyed: true,
    read: (buckets, call) =>
      ((call.params as CombineSpread).mapSide ? combined : asTheyAre).read(buckets, call),
  };
}
