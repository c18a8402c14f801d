import type { Materialized } from "../closure/materialize.js";
import type { PortableFunction } from "../closure/portable-function.js";
import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { type Chunk, type PairChunk, rowChunk } from "../pool/reader.js";
import { compareRows, compareRowsDescending } from "../rows/order.js";
import { rangeEnds, type WeightedKey } from "../rows/range-ends.js";
import type { Compare } from "../rows/smallest.js";
import { emitPairs } from "./combine.js";
import type { Loop } from "./loop.js";
import { onlyFunction } from "./narrow.js";
import type { Ask, Operator } from "./operator.js";
import { parallelizeNode } from "./parallelize.js";
import { sorting } from "./sort-reader.js";
import { type Spread, wideOperator } from "./wide.js";

export interface SortSpread extends Spread {
  ascending: boolean;
  /** By the operator's second function, in place of the natural order. */
  isCompared?: boolean;
}

/** `sortByKey(ascending)`: the pairs in the order of their keys, through all partitions. Equal keys keep their order. */
export const sortByKey = sortOperator("sortByKey", {
  head: "pairs",
  pairOf: (loop) => loop.pair(),
  keysOf: (parent) => rddNode("keys", [parent], [], null, parent.partitions),
  result: (pairs) => pairs,
});

/** `sortBy(f, {ascending, compare})`: the records in the order of what `f` gives for them. */
export const sortBy = sortOperator("sortBy", {
  head: "rows",
  pairOf(loop, node) {
    const value = loop.temporary();
    const key = loop.temporary();
    loop.line(`${value} = ${loop.row()}; ${key} = ${onlyFunction(loop, node)}(${value});`);
    return { key, value };
  },
  keysOf: (parent, node) => rddNode("map", [parent], node.functions.slice(0, 1), null, parent.partitions),
  result: ({ values }) => rowChunk(values),
});

/** `repartitionAndSortWithinPartitions(partitioner)`: pairs in the partition of their key, each partition in its order. */
export const sortWithinPartitions = wideOperator("sortWithinPartitions", {
  head: "pairs",
  emitMapSide: (loop) => emitPairs(loop, "sortWithinPartitions"),
  reader: sorting(() => compareRows),
});

interface SortParts {
  head: "pairs" | "rows";
  pairOf(loop: Loop, node: RddNode): { key: string; value: string };
  /** The keys that are sorted by, as an RDD: a sample of them is taken first. */
  keysOf(parent: RddNode, node: RddNode): RddNode;
  result(pairs: PairChunk): Chunk;
}

function sortOperator(name: string, { head, pairOf, keysOf, result }: SortParts): Operator {
  return wideOperator(name, {
    head,
    emitMapSide(loop, node) {
      emitPairs(loop, name, () => pairOf(loop, node));
      const compare = compareOf(node);
      if (compare !== undefined) loop.fn(compare.id);
    },
    prepare: (node, ask) => rangeBounds(node, keysOf, ask),
    partitioning: ({ node, prepared }) => ({
      kind: "range",
      bounds: prepared as unknown[],
      descending: !(node as RddNode<SortSpread>).params.ascending,
      compare: compareOf(node)?.id,
    }),
    reader: sorting(({ params, functions }) => orderOf(params as SortSpread, functions[1]), result),
  });
}

/** The program's own order of keys; undefined for the natural one. */
function compareOf(node: RddNode): PortableFunction | undefined {
  return (node as RddNode<SortSpread>).params.isCompared ? node.functions[1] : undefined;
}

function orderOf({ ascending, isCompared }: SortSpread, compare: Materialized | undefined): Compare<unknown> {
  if (!isCompared || compare === undefined) return ascending ? compareRows : compareRowsDescending;
  const order = compare as Compare<unknown>;
  return ascending ? order : (a, b) => order(b, a);
}

/** Spark's figures: so many keys are looked at for each partition that is made, three times over, but no more than that. */
const SAMPLED_PER_PARTITION = 20;
const SAMPLED_AT_MOST = 1_000_000;

/** Keys that cut all keys into partitions of about one size: one less than there are partitions, or fewer. */
async function rangeBounds(node: RddNode, keysOf: SortParts["keysOf"], ask: Ask): Promise<unknown[]> {
  const [parent] = node.parents;
  if (parent === undefined || parent.partitions === 0 || node.partitions === 1) return [];
  const wanted = Math.min(SAMPLED_PER_PARTITION * node.partitions, SAMPLED_AT_MOST);
  const samples = await ask.samples(keysOf(parent, node), Math.ceil((3 * wanted) / parent.partitions));
  const weighted = samples.flatMap(({ rows, count }) =>
    rows.map((key) => ({ key, weight: count / rows.length })),
  );
  const compare = compareOf(node);
  return compare === undefined
    ? rangeEnds(weighted, node.partitions)
    : comparedRangeEnds(weighted, node.partitions, compare, ask);
}

/** The program's functions run in tasks only. */
async function comparedRangeEnds(
  weighted: readonly WeightedKey[],
  partitions: number,
  compare: PortableFunction,
  ask: Ask,
): Promise<unknown[]> {
  const ends = rddNode("rangeEnds", [parallelizeNode(weighted, 1)], [compare], { partitions }, 1);
  return (await ask.samples(ends, partitions)).flatMap(({ rows }) => rows);
}

/** The ends of ranges of weighted keys, in the order of a function of the program's. */
export const rangeEndsOperator: Operator = {
  name: "rangeEnds",
  rdd: {
    kind: "narrow",
    argument: (node) => (node.params as { partitions: number }).partitions,
    emit(loop, node) {
      loop.step("sortBy", "");
      const keys = loop.variable();
      loop.before(`${keys} = [];`);
      loop.line(`${keys}.push(${loop.row()});`);
      loop.restart(`library.rangeEnds(${keys}, ${loop.argument()}, ${onlyFunction(loop, node)})`);
    },
  },
};
