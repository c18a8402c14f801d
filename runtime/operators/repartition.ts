import { rowChunk } from "../pool/reader.js";
import { emitPairs, rowAsValue } from "./combine.js";
import { inOrder } from "./in-order-reader.js";
import { wideOperator } from "./wide.js";

interface Deal {
  /** Partition of the first record. */
  place: number;
  partitions: number;
}

/** `repartition(n)`: the records dealt in turn to `n` partitions, so that they get about as many each. */
export const repartition = wideOperator("repartition", {
  head: "rows",
  partitioning: () => ({ kind: "given" }),
  // Partitions begin with different places: of many small ones the first place would get the most.
  argument: ({ partitions }, partition): Deal => ({ place: partition % partitions, partitions }),
  emitMapSide: (loop) => {
    const deal = loop.variable();
    loop.before(`${deal} = { ...${loop.argument()} };`);
    emitPairs(loop, "repartition", () => ({ key: `${deal}.place`, value: loop.row() }));
    loop.line(`if (++${deal}.place === ${deal}.partitions) ${deal}.place = 0;`);
  },
  reader: inOrder(({ values }) => rowChunk(values)),
});

/** `coalesce(n)`: neighbouring partitions joined into one, their records in their order. */
export const coalesce = wideOperator("coalesce", {
  head: "rows",
  partitioning({ node: { parents, partitions }, place }) {
    const before = parents[0]?.partitions ?? 1;
    return { kind: "whole", to: [Math.floor(((place + 1) * partitions - 1) / before)] };
  },
  emitMapSide: (loop) => emitPairs(loop, "coalesce", () => rowAsValue(loop)),
  reader: inOrder(({ values }) => rowChunk(values)),
});
