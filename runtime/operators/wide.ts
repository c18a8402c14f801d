import type { PortableFunction } from "../closure/portable-function.js";
import { type RddNode, rddNode } from "../plan/rdd-node.js";
import type { Reader } from "../pool/reader.js";
import type { Partitioning } from "../rows/partitioning.js";
import { StreamError } from "../stream-error.js";
import { checkpointedRanges } from "./checkpoint.js";
import type { Loop } from "./loop.js";
import type { Ask, Operator, Told, WideLowering } from "./operator.js";

/** Where the rows of a wide operator go, as it was declared. */
export interface Spread {
  partitions: number;
  by: KeysBy;
  /** The parents whose rows are in their partitions already: each partition goes whole where it is. */
  aligned?: readonly number[];
}

/** What gives the partition of a key. */
export type KeysBy =
  /** The hash of its value. */
  | { kind: "hash" }
  /** The operator's last function. */
  | { kind: "function" }
  | { kind: "range"; bounds: readonly unknown[]; descending: boolean }
  /** The ranges of a sort that this RDD descends from; they are known when it was prepared. */
  | { kind: "sort"; id: string; descending: boolean };

/** What is an operator's own of a {@link wideOperator}. */
interface WideParts extends Told, Pick<WideLowering, "head" | "partitioning" | "mapSideForm"> {
  emitMapSide(loop: Loop, node: RddNode): void;
  reader: Reader;
}

/**
 * An operator that brings rows of one key together, from one parent or several, the same for RDDs and for the RDDs of
 * streams. Its node's params are a {@link Spread} at least, and given to the reader.
 */
export function wideOperator(name: string, parts: WideParts): Operator {
  return {
    name,
    rdd: wideLowering(parts),
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

/** How an RDD of a {@link wideOperator} is computed. */
export function wideLowering({ emitMapSide, ...parts }: WideParts): WideLowering {
  return {
    kind: "wide",
    mapOutput: "pairs",
    async prepare(node, ask) {
      const { by } = (node as RddNode<Spread>).params;
      return by.kind === "sort" ? rangesOf(by.id, node, ask) : undefined;
    },
    partitioning({ node, prepared, side, place }) {
      const { aligned = [] } = (node as RddNode<Spread>).params;
      if (aligned.includes(side)) return { kind: "whole", to: [place] };
      return placesOf(node as RddNode<Spread>, prepared);
    },
    emitMapSide(loop, node) {
      emitMapSide(loop, node);
      const partitioner = partitionerOf(node as RddNode<Spread>);
      if (partitioner !== undefined) loop.fn(partitioner.id);
    },
    readCall: (node) => ({ functions: node.functions.map((fn) => fn.id), params: node.params }),
    ...parts,
  };
}

function placesOf(node: RddNode<Spread>, prepared: unknown): Partitioning {
  const { by } = node.params;
  switch (by.kind) {
    case "function":
      return { kind: "function", fn: partitionerOf(node)?.id ?? "" };
    case "sort":
      return { kind: "range", bounds: prepared as unknown[], descending: by.descending };
    default:
      return by;
  }
}

function partitionerOf({ functions, params }: RddNode<Spread>): PortableFunction | undefined {
  return params.by.kind === "function" ? functions.at(-1) : undefined;
}

/** Where the ranges of a sort end that an RDD descends from; those of one that was cut off stand in the checkpoint. */
async function rangesOf(sort: string, node: RddNode, ask: Ask): Promise<unknown> {
  const stack = [...node.parents];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next.id === sort && !next.isCheckpointed) return ask.prepared(next);
    const ranges = checkpointedRanges(next)?.get(sort);
    if (ranges !== undefined) return ranges;
    stack.push(...next.parents);
  }
  throw new Error(`${node.op} does not descend from the RDD ${sort}`);
}

function noRdd(name: string, timeMs: number): never {
  throw new StreamError(
    "RT_NO_RDD",
    `Couldn't generate RDD from parent at time ${timeMs} ms: a stream that \`${name}\` takes has none`,
  );
}
