import { type RddNode, rddNode } from "../plan/rdd-node.js";
import type { LoopHead } from "./loop.js";
import type { Operator } from "./operator.js";

/** Rows from outside the program, which a connector of the operator's name reads in the tasks: one split for each. */
function splitsOperator(name: string, head: Extract<LoopHead, "lines" | "rows" | "pairs">): Operator {
  return {
    name,
    rdd: {
      kind: "source",
      head,
      input: (node, partition) => ({
        kind: "split",
        connector: name,
        split: (node as RddNode<unknown[]>).params[partition],
      }),
    },
  };
}

/** All operators whose rows a connector reads. */
export const splits: readonly Operator[] = [
  splitsOperator("textFile", "lines"),
  splitsOperator("wholeTextFiles", "pairs"),
  splitsOperator("binaryFiles", "pairs"),
  splitsOperator("binaryRecords", "rows"),
  splitsOperator("objectFile", "rows"),
  splitsOperator("jsonLines", "rows"),
  splitsOperator("csv", "rows"),
  splitsOperator("kafka", "rows"),
];

/** @param op name of one of the operators of this file; @param splits plain data, as its connector takes it */
export function splitsNode(op: string, splits: readonly unknown[]): RddNode<readonly unknown[]> {
  return rddNode(op, [], [], splits, splits.length);
}
