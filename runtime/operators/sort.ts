import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { type Chunk, type PairChunk, rowChunk } from "../pool/reader.js";
import { compareRows, compareRowsDescending } from "../rows/order.js";
import { emitPairs } from "./combine.js";
import type { Loop } from "./loop.js";
import { onlyFunction } from "./narrow.js";
import type { Ask, Operator } from "./operator.js";
import { sorting } from "./sort-reader.js";
import { type Spread, wideOperator } from "./wide.js";

export interface SortSpread extends Spread {
  ascending: boolean;
}

/** `sortByKey(ascending)`: the pairs in the order of their keys, through all partitions. Equal keys keep their order. */
export const sortByKey = sortOperator("sortByKey", {
  head: "pairs",
  pairOf: (loop) => loop.pair(),
  keysOf: (parent) => rddNode("keys", [parent], [], null, parent.partitions),
  result: (pairs) => pairs,
});

/** `sortBy(f, ascending)`: the records in the order of what `f` gives for them. */
export const sortBy = sortOperator("sortBy", {
  head: "rows",
  pairOf(loop, node) {
    const value = loop.temporary();
    const key = loop.temporary();
    loop.line(`${value} = ${loop.row()}; ${key} = ${onlyFunction(loop, node)}(${value});`);
    return { key, value };
  },
  keysOf: (parent, node) => rddNode("map", [parent], node.functions, null, parent.partitions),
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
    emitMapSide: (loop, node) => emitPairs(loop, name, () => pairOf(loop, node)),
    prepare: (node, ask) => rangeBounds(node, keysOf, ask),
    partitioning: ({ node, prepared }) => ({
      kind: "range",
      bounds: prepared as unknown[],
      descending: !(node as RddNode<SortSpread>).params.ascending,
    }),
    reader: sorting(
      ({ params }) => ((params as SortSpread).ascending ? compareRows : compareRowsDescending),
      result,
    ),
  });
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
  return rangeEnds(weighted, node.partitions);
}

/** The keys that end ranges of about equal weight, all but the last; each once, so that there may be fewer. */
export function rangeEnds(
  sample: readonly { key: unknown; weight: number }[],
  partitions: number,
): unknown[] {
  const weighted = [...sample].sort((a, b) => compareRows(a.key, b.key));
  const step = weighted.reduce((sum, { weight }) => sum + weight, 0) / partitions;
  const bounds: unknown[] = [];
  let seen = 0;
  for (const { key, weight } of weighted) {
    seen += weight;
    if (bounds.length === partitions - 1) break;
    if (seen < step * (bounds.length + 1)) continue;
    if (bounds.length === 0 || compareRows(bounds.at(-1), key) < 0) bounds.push(key);
  }
  return bounds;
}
