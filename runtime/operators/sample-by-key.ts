import { type RddNode, rddNode } from "../plan/rdd-node.js";
import { KeyTable } from "../rows/key-table.js";
import { Random } from "../rows/random.js";
import { narrowOperator } from "./narrow.js";
import type { Ask } from "./operator.js";
import { emitRandom } from "./sample.js";

export interface StrataParams {
  seed: number;
  withReplacement: boolean;
  /** Each key with the fraction of its pairs that is wanted. */
  fractions: readonly (readonly [key: unknown, fraction: number])[];
}

/** `sampleByKey`: each pair is in the sample or not, or as often as it happens to be, by the fraction of its key. */
export const sampleByKey = narrowOperator(
  "sampleByKey",
  (loop) => {
    const told = loop.variable();
    const random = emitRandom(loop, told);
    const fractions = loop.variable();
    const { key, value } = loop.pair();
    loop.line(`${fractions} ??= new library.Fractions(${told}.fractions);`);
    loop.forEach(`${fractions}.times(${key}, ${random}, ${told}.withReplacement)`);
    loop.setPair(key, value);
  },
  { argument: (node, partition) => ({ ...(node as RddNode<StrataParams>).params, partition }) },
);

/**
 * `sampleByKeyExact`: of each key exactly its fraction of all its pairs, rounded up. The pairs of each key are counted
 * first; how many come from which partition is drawn from one urn, then each partition draws its own.
 */
export const sampleByKeyExact = narrowOperator(
  "sampleByKeyExact",
  (loop) => {
    const told = loop.variable();
    const random = emitRandom(loop, told);
    const urns = loop.variable();
    const { key, value } = loop.pair();
    loop.line(`${urns} ??= new library.Urns(${told}.urns);`);
    loop.forEach(`${urns}.times(${key}, ${random}, ${told}.withReplacement)`);
    loop.setPair(key, value);
  },
  {
    prepare: (node, ask) => drawnOfPartitions(node as RddNode<StrataParams>, ask),
    argument(node, partition, prepared) {
      const { seed, withReplacement } = (node as RddNode<StrataParams>).params;
      return { seed, withReplacement, partition, urns: (prepared as Urn[][])[partition] ?? [] };
    },
  },
);

/** A key with the number of its pairs in a partition, and how many of them are drawn. */
type Urn = [key: unknown, pairs: number, drawn: number];

async function drawnOfPartitions(node: RddNode<StrataParams>, ask: Ask): Promise<Urn[][]> {
  const [parent] = node.parents;
  if (parent === undefined) return [];
  const counts = rddNode("keyCounts", [parent], [], null, parent.partitions);
  const partitions = (await ask.samples(counts, Number.POSITIVE_INFINITY)).map(({ rows }) =>
    (rows as [unknown, number][]).map(([key, pairs]): Urn => [key, pairs, 0]),
  );
  const { seed, withReplacement, fractions } = node.params;
  const byKey = new KeyTable<Urn[]>();
  for (const urn of partitions.flat()) byKey.merge(urn[0], [urn], (urns, more) => [...urns, ...more]);
  for (const [key, fraction] of fractions) {
    const urns = byKey.get(key);
    if (urns !== undefined) draw(urns, fraction, withReplacement, new Random(seed, -1));
  }
  return partitions;
}

function draw(urns: readonly Urn[], fraction: number, withReplacement: boolean, random: Random): void {
  const all = urns.reduce((sum, [, pairs]) => sum + pairs, 0);
  const wanted = Math.ceil(all * fraction);
  for (let drawn = 0; drawn < wanted; drawn++) {
    let at = random.below(withReplacement ? all : all - drawn);
    for (const urn of urns) {
      const left = withReplacement ? urn[1] : urn[1] - urn[2];
      if (at < left) {
        urn[2]++;
        break;
      }
      at -= left;
    }
  }
}
