import { StreamError } from "../stream-error.js";
import { compareRows } from "./order.js";
import { short } from "./short-text.js";
import type { Compare } from "./smallest.js";
import { partitionOf } from "./stable-hash.js";

/** Which partition of a shuffle a key goes to. Plain data. */
export type Partitioning =
  /** By the stable hash of its value. */
  | { kind: "hash" }
  /** By a user's function, known by its id. */
  | { kind: "function"; fn: string }
  /** The key is the number of its partition. */
  | { kind: "given" }
  /** Not by key: all that a map task made goes, in its order, to each of these. */
  | { kind: "whole"; to: readonly number[] }
  /**
   * Keys up to and with the first bound go to partition 0, up to the second to 1, and so on; backwards if descending. In their
   * natural order, or that of a user's function, known by its id.
   */
  | { kind: "range"; bounds: readonly unknown[]; descending: boolean; compare?: string | undefined };

export type PartitionOfKey = (key: unknown) => number;

/**
 * The function that places keys in `partitions` partitions.
 * @param functionOf a user's function by its id
 * @throws StreamError RT_PARTITION when called, if a user's function gives no number of a partition
 */
export function placement(
  partitioning: Exclude<Partitioning, { kind: "whole" }>,
  partitions: number,
  functionOf: (id: string) => (...args: unknown[]) => unknown,
): PartitionOfKey {
  switch (partitioning.kind) {
    case "hash":
      return (key) => partitionOf(key, partitions);
    case "given":
      return Number;
    case "function": {
      const getPartition = functionOf(partitioning.fn);
      return (key) => checkedPartition(getPartition(key), key, partitions);
    }
    case "range": {
      const { bounds, descending } = partitioning;
      if (partitioning.compare === undefined) return (key) => rangeOf(key, bounds, partitions, descending);
      const compare = functionOf(partitioning.compare) as Compare<unknown>;
      return (key) => rangeOf(key, bounds, partitions, descending, compare);
    }
  }
}

/**
 * The partition of each key by its hash: the remainder as partitionOf has it. In two halves, since V8 does remainders of numbers
 * beyond 31 bits by a call: a third of all that a shuffle of small tables took. Of a power of two it is the lowest bits.
 */
export function partitionsOf(hashes: Int32Array, partitions: number): Int32Array {
  const placed = new Int32Array(hashes.length);
  const isPowerOfTwo = (partitions & (partitions - 1)) === 0;
  if (isPowerOfTwo) {
    for (let i = 0; i < placed.length; i++) placed[i] = (hashes[i] as number) & (partitions - 1);
    return placed;
  }
  if (partitions > MOST_BY_HALVES) {
    for (let i = 0; i < placed.length; i++) placed[i] = ((hashes[i] as number) >>> 0) % partitions;
    return placed;
  }
  const half = (65536 % partitions) | 0;
  for (let i = 0; i < placed.length; i++) {
    const hash = hashes[i] as number;
    placed[i] = (((((hash >>> 16) * half) | 0) + (hash & 0xffff)) % partitions) | 0;
  }
  return placed;
}

/** The product of two halves is less than 2 ** 31 then. */
const MOST_BY_HALVES = 16384;

/** The range of a key: how many bounds are less than it, counted from the last partition when descending. */
export function rangeOf(
  key: unknown,
  bounds: readonly unknown[],
  partitions: number,
  descending: boolean,
  compare: Compare<unknown> = compareRows,
): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(bounds[middle], key) < 0) low = middle + 1;
    else high = middle;
  }
  return descending ? partitions - 1 - low : low;
}

/**
 * The partition that a user's function gave for a key.
 * @throws StreamError RT_PARTITION when it is none
 */
export function checkedPartition(partition: unknown, key: unknown, partitions: number): number {
  if (Number.isInteger(partition) && Number(partition) >= 0 && Number(partition) < partitions)
    return Number(partition);
  throw new StreamError(
    "RT_PARTITION",
    `getPartition gave ${short(partition)} for the key ${short(key)}; a partition here is a whole number from 0 to ${partitions - 1}`,
  );
}
