import type { RddNode } from "../plan/rdd-node.js";
import { rddNode } from "../plan/rdd-node.js";
import type { Loop } from "./loop.js";
import type { Operator } from "./operator.js";

/** An operator that works on one record at a time, the same for an RDD and for each RDD of a stream. */
export function narrowOperator(name: string, emit: (loop: Loop, node: RddNode) => void): Operator {
  return {
    name,
    rdd: {
      kind: "narrow",
      emit(loop, node) {
        loop.step(name);
        emit(loop, node);
      },
    },
    stream: {
      rddAt(node, batch) {
        const parent = batch.parent(0);
        return parent && rddNode(name, [parent], node.functions, node.params, parent.partitions);
      },
    },
  };
}

/** Name in the loop of the operator's only function. */
export function onlyFunction(loop: Loop, node: RddNode): string {
  const fn = node.functions[0];
  if (fn === undefined) throw new Error(`${node.op} has no function`);
  return loop.fn(fn.id);
}
