import type { RddNode } from "../plan/rdd-node.js";
import { emitCombine } from "./combine.js";
import { combining, type Merge } from "./combining-reader.js";
import { functionAt } from "./narrow.js";
import type { Operator } from "./operator.js";
import { type Spread, wideOperator } from "./wide.js";

export interface ZeroSpread extends Spread {
  /** What each key begins with in each partition: every one gets a copy of its own. */
  zero: unknown;
}

/**
 * `aggregateByKey(zero)(seqOp, combOp)`: one pair per key. In each partition the key's values are merged into a zero by
 * `seqOp`; what partitions give is merged by `combOp`.
 */
export const aggregateByKey = fromZero("aggregateByKey", 1);

/** `foldByKey(zero)(f)`: the same with one function for both. */
export const foldByKey = fromZero("foldByKey", 0);

function fromZero(name: string, combine: 0 | 1): Operator {
  return wideOperator(name, {
    head: "pairs",
    argument: (node) => (node as RddNode<ZeroSpread>).params.zero,
    emitMapSide(loop, node) {
      const merge = functionAt(loop, node, 0);
      const zero = loop.argument();
      emitCombine(loop, name, {
        create: (value) => `${merge}(library.fresh(${zero}), ${value})`,
        merge: (combined, value) => `${merge}(${combined}, ${value})`,
      });
    },
    reader: combining(({ functions }) => functions[combine] as Merge),
  });
}
