import type { RddNode } from "../plan/rdd-node.js";
import { rddNode } from "../plan/rdd-node.js";
import type { Loop } from "./loop.js";
import type { NarrowLowering, Operator, Told } from "./operator.js";

type Emit = NarrowLowering["emit"];

/** What is said of an operator beside its lines. */
type Traits = Told & Pick<NarrowLowering, "awaits" | "record">;

/** An operator that works on one record at a time, the same for an RDD and for each RDD of a stream. */
export function narrowOperator(name: string, emit: Emit, traits: Traits = {}): Operator {
  return narrow(
    name,
    (loop, node, fieldsRead) => {
      loop.step(name);
      emit(loop, node, fieldsRead);
    },
    traits,
  );
}

/**
 * An operator that sees the records of a partition together; for a stream, those of each of its RDDs.
 * @param emit begins the loop anew, by `restart` or `iterate`
 */
export function partitionOperator(name: string, emit: Emit, traits: Traits = {}): Operator {
  return narrow(
    name,
    (loop, node, fieldsRead) => {
      loop.step(name, "");
      emit(loop, node, fieldsRead);
    },
    traits,
  );
}

function narrow(name: string, emit: Emit, traits: Traits): Operator {
  return {
    name,
    rdd: { kind: "narrow", emit, ...traits },
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
  return functionAt(loop, node, 0);
}

/** Name in the loop of one of the operator's functions. */
export function functionAt(loop: Loop, node: RddNode, index: number): string {
  const fn = node.functions[index];
  if (fn === undefined) throw new Error(`${node.op} has no function ${index}`);
  return loop.fn(fn.id);
}

/** Whether the operator's only function is async. */
export function isAsync({ functions }: RddNode): boolean {
  return functions[0]?.isAsync === true;
}
