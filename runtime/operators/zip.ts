import type { Materialized } from "../closure/materialize.js";
import { rowChunk } from "../pool/reader.js";
import type { Column, SidedPairs } from "../rows/column-batch.js";
import { StreamError } from "../stream-error.js";
import { emitPairs, rowAsValue } from "./combine.js";
import type { Loop } from "./loop.js";
import { whole } from "./whole-reader.js";
import { type Spread, wideOperator } from "./wide.js";

export interface SidesParams extends Spread {
  /** How many RDDs there are. */
  sides: number;
}

/**
 * `zip(other)`: the first record of a partition with the first of the other's, and so on. Partitions of both go whole to
 * one worker, as for all operators that put RDDs side by side.
 */
export const zip = wideOperator("zip", {
  head: "pairs",
  emitMapSide: (loop) => emitRows(loop, "zip"),
  reader: whole((pairs, { partition }) => {
    const [keys = [], values = []] = rowsOfSides(pairs, 2);
    if (keys.length === values.length) return [{ keys, values, length: keys.length }];
    throw new StreamError(
      "RT_ZIP",
      `zip takes RDDs with the same number of records in each partition, but in partition ${partition} there are ${keys.length} and ${values.length}`,
    );
  }),
});

/** `zipPartitions(others, f)`: what `f` gives for the iterators over the partitions of the same number. */
export const zipPartitions = wideOperator("zipPartitions", {
  head: "rows",
  emitMapSide: (loop) => emitRows(loop, "zipPartitions"),
  reader: whole((pairs, { functions: [f], params }) => {
    const sides = rowsOfSides(pairs, (params as SidesParams).sides);
    const made = (f as Materialized)(...sides.map((rows) => rows[Symbol.iterator]()));
    return [rowChunk([...(made as Iterable<unknown>)])];
  }),
});

/** A map side that sends records without looking at them. */
export function emitRows(loop: Loop, operator: string): void {
  emitPairs(loop, operator, () => rowAsValue(loop));
}

/** The records of each side, in their order. */
export function rowsOfSides(buckets: readonly SidedPairs[], sides: number): Column[] {
  return Array.from({ length: sides }, (_, side) => {
    const [first, ...rest] = buckets.filter((bucket) => bucket.side === side);
    if (first === undefined) return [];
    return rest.length === 0 ? first.values : [first, ...rest].flatMap(({ values }) => [...values]);
  });
}
