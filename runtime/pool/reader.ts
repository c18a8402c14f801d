import type { Materialized } from "../closure/materialize.js";
import type { PartitionState } from "../state/partition-state.js";
import type { StateRoom } from "../state/state-room.js";
import type { Bucket } from "./bucket.js";
import type { ReadRoom } from "./read-room.js";

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
  /**
   * The state as it was after the move before, `create`d empty before the first. It is to be moved now, once.
   * @param comingBytes about how much heap it may come to take besides; default none
   */
  move<S extends PartitionState>(create: (room: StateRoom) => S, comingBytes?: number): S;
}

/** Chunks as another makes them, each step done by `step`. */
export function throughSteps(chunks: Merged, step: <T>(work: () => T) => T): Merged {
  return {
    [Symbol.iterator]() {
      const iterator = step(() => chunks[Symbol.iterator]());
      return { next: () => step(() => iterator.next()) };
    },
  };
}

/** Chunks that are made anew each time they are gone through. */
export function eachTime(make: () => Generator<Chunk, void>): Merged {
  return { [Symbol.iterator]: make };
}

export interface ReadCall {
  /** The reader's functions, in the order the operator named them. */
  functions: Materialized[];
  /** Plain data from the operator. */
  params: unknown;
  state: StateSlot;
  partition: number;
  /** What may be held in memory, and where the rest goes. */
  room: ReadRoom;
  /** Gives the same partition in another form too, under a name by which other tasks read it. */
  also(view: string, merged: Merged): void;
}

/**
 * The reduce side of a wide operator, run in the worker that owns the partition. Made by one of the makers in
 * `operators/*-reader.ts`, which say how a partition is read that does not fit in memory.
 */
export interface Reader {
  /** Whether the pairs of a key are wanted together, in whatever order of the keys: then a partition can be taken apart by key. */
  keyed: boolean;
  /**
   * Called until it has returned once per shuffle and partition; buckets come in the order of the map tasks. It changes no
   * bucket, so that it can begin again on the same ones after it threw.
   */
  read(buckets: readonly Bucket[], call: ReadCall): Merged;
}
