import type { Materialized } from "../closure/materialize.js";
import type { SidedPairs } from "../rows/column-batch.js";

/** What a reader makes of a partition: pairs as columns, or plain rows. The loop reads them in place. */
export type Merged =
  | { keys: ArrayLike<unknown>; values: ArrayLike<unknown>; length: number }
  | { rows: unknown[] };

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
