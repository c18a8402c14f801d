import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { narrowOperator } from "./narrow.js";
import { whole } from "./whole-reader.js";
import { type Spread, wideOperator } from "./wide.js";
import { emitRows, rowsOfSides } from "./zip.js";

/**
 * `cartesian(other)`, the part that brings partitions together: partition `i * m + j` has, for each record of partition
 * `i` here, a pair with all records of partition `j` of the `m` there. What pairs there are is left to {@link eachOfAll}.
 */
export const cartesian = wideOperator("cartesian", {
  head: "pairs",
  partitioning({ node: { parents }, side, place }) {
    const [here = 0, there = 0] = parents.map((parent) => parent.partitions);
    const to =
      side === 0
        ? Array.from({ length: there }, (_, j) => place * there + j)
        : Array.from({ length: here }, (_, i) => i * there + place);
    return { kind: "whole", to };
  },
  emitMapSide: (loop) => emitRows(loop, "cartesian"),
  reader: whole((pairs) => {
    const [left = [], right = []] = rowsOfSides(pairs, 2);
    return [{ keys: left, values: new Array(left.length).fill(right), length: left.length }];
  }),
});

/** A pair of each key with each of its list of values: nothing is ever there but the two partitions. */
export const eachOfAll = narrowOperator("eachOfAll", (loop) => {
  const { key, value } = loop.pair();
  loop.forEach(value);
  loop.setPair(key, loop.row());
});

/** Each record of one RDD with each of another. */
export function cartesianNode(left: RddNode, right: RddNode): RddNode {
  const partitions = left.partitions * right.partitions;
  const spread: Spread = { partitions, by: { kind: "hash" } };
  return rddNode(
    "eachOfAll",
    [rddNode("cartesian", [left, right], [], spread, partitions)],
    [],
    null,
    partitions,
  );
}
