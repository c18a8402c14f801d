import type { Loop } from "./loop.js";
import { joinBuckets } from "./partition-by.js";
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
    const deal = emitPlaced(loop, "repartition");
    loop.line(`if (++${deal}.place === ${deal}.partitions) ${deal}.place = 0;`);
  },
  reader: (buckets) => ({ rows: joinBuckets(buckets).values }),
});

/** `coalesce(n)`: neighbouring partitions joined into one, their records in their order. */
export const coalesce = wideOperator("coalesce", {
  head: "rows",
  partitioning: () => ({ kind: "given" }),
  argument({ parents: [parent], partitions }, partition): Deal {
    const before = parent?.partitions ?? 1;
    return { place: Math.floor(((partition + 1) * partitions - 1) / before), partitions };
  },
  emitMapSide: (loop) => {
    emitPlaced(loop, "coalesce");
  },
  reader: (buckets) => ({ rows: joinBuckets(buckets).values }),
});

/** Sends each record to the place of a deal. @returns the deal's name in the loop */
function emitPlaced(loop: Loop, name: string): string {
  loop.step(name);
  const deal = loop.variable();
  loop.before(`${deal} = { ...${loop.argument()} };`);
  loop.line(`keys.push(${deal}.place); values.push(${loop.row()});`);
  return deal;
}
