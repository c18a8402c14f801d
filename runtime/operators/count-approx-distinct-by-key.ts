import type { RddNode } from "../plan/rdd-node.js";
import { estimateDistinct, joinSketches, type Sketch } from "../rows/hyper-log-log.js";
import { emitCombine } from "./combine.js";
import { combining, type Merge } from "./combining-reader.js";
import { type Spread, wideOperator } from "./wide.js";

export interface SketchSpread extends Spread {
  /** Bits of a register's number. */
  bits: number;
}

/** `countApproxDistinctByKey(relativeSD)`: one pair per key, with about the number of its distinct values. */
export const countApproxDistinctByKey = wideOperator("countApproxDistinctByKey", {
  head: "pairs",
  argument: (node) => (node as RddNode<SketchSpread>).params.bits,
  emitMapSide(loop) {
    const bits = loop.argument();
    emitCombine(loop, "countApproxDistinctByKey", {
      create: (value) => `library.addToSketch(library.newSketch(${bits}), ${value})`,
      merge: (sketch, value) => `library.addToSketch(${sketch}, ${value})`,
    });
  },
  reader: combining(
    () => joinSketches as Merge,
    ({ keys, values, size }) => ({
      keys,
      values: values.map((sketch) => estimateDistinct(sketch as Sketch)),
      length: size,
    }),
  ),
});
