import type { PortableFunction } from "../closure/portable-function.js";
import { type RddNode, rddNode } from "../plan/rdd-node.js";
import type { Reader } from "../pool/reader.js";
import { StreamError } from "../stream-error.js";
import type { Loop } from "./loop.js";
import type { Operator, Told, WideLowering } from "./operator.js";

/** Where the rows of a wide operator go, as it was declared. */
export interface Spread {
  partitions: number;
  /** True when the operator's last function gives the partition of a key; else it is the hash of the key. */
  custom: boolean;
}

/** What is an operator's own of a {@link wideOperator}. */
interface WideParts extends Told, Pick<WideLowering, "head" | "partitioning"> {
  emitMapSide(loop: Loop, node: RddNode): void;
  reader: Reader;
}

/**
 * An operator that brings rows of one key together, from one parent or several, the same for RDDs and for the RDDs of
 * streams. Its node's params are a {@link Spread} at least, and given to the reader.
 */
export function wideOperator(name: string, { emitMapSide, ...parts }: WideParts): Operator {
  return {
    name,
    rdd: {
      kind: "wide",
      mapOutput: "pairs",
      partitioning: (node) => {
        const partitioner = partitionerOf(node as RddNode<Spread>);
        return partitioner === undefined ? { kind: "hash" } : { kind: "function", fn: partitioner.id };
      },
      emitMapSide(loop, node) {
        emitMapSide(loop, node);
        const partitioner = partitionerOf(node as RddNode<Spread>);
        if (partitioner !== undefined) loop.fn(partitioner.id);
      },
      readCall: (node) => ({ functions: node.functions.map((fn) => fn.id), params: node.params }),
      ...parts,
    },
    stream: {
      rddAt(node, batch) {
        const parents = node.parents.map((_, i) => batch.parent(i));
        if (parents.length === 1 && parents[0] === undefined) return undefined;
        const rdds = parents.map((parent) => parent ?? noRdd(name, batch.timeMs));
        return rddNode(name, rdds, node.functions, node.params, (node.params as Spread).partitions);
      },
    },
  };
}

function partitionerOf({ functions, params }: RddNode<Spread>): PortableFunction | undefined {
  return params.custom ? functions.at(-1) : undefined;
}

function noRdd(name: string, timeMs: number): never {
  throw new StreamError(
    "RT_NO_RDD",
    `a stream that \`${name}\` takes has no RDD for the batch at ${timeMs} ms`,
  );
}
