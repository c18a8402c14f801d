import type { Materialized } from "../closure/materialize.js";
import type { SidedPairs } from "../rows/column-batch.js";

/** Some rows of a partition, one after the other. The loop reads them in place. */
export type Chunk = PairChunk | RowChunk;

export interface PairChunk {
  keys: ArrayLike<unknown>;
  values: ArrayLike<unknown>;
  length: number;
}

export interface RowChunk {
  rows: ArrayLike<unknown>;
  length: number;
}

/**
 * What a reader makes of a partition: all of one kind, pairs or rows, as its operator says. It may be gone through any
 * number of times, also twice at the same time and not to the end; chunks may be made, or read from disk, on the way.
 */
export type Merged = Iterable<Chunk>;

/** Rows in memory as the only chunk. */
export function rowChunk(rows: ArrayLike<unknown>): RowChunk {
  return { rows, length: rows.length };
}

/** One operator's state in one partition: kept by the worker that owns the partition, from batch to batch. */
export interface StateSlot {
  /** The state, made by `create` at the first read. */
  get<S>(create: () => S): S;
}

export interface ReadCall {
  /** The reader's functions, in the order the operator named them. */
  functions: Materialized[];
  /** Plain data from the operator. */
  params: unknown;
  state: StateSlot;
  partition: number;
}

/**
 * The reduce side of a wide operator, run in the worker that owns the partition.
 * Called until it has returned once per shuffle and partition; buckets come in the order of the map tasks. It changes no
 * bucket, so that it can begin again on the same ones after it threw.
 */
export type Reader = (buckets: SidedPairs[], call: ReadCall) => Merged;
