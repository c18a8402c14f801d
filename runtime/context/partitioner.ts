import type { PortableFunction } from "../closure/portable-function.js";
import type { KeysBy, Spread } from "../operators/wide.js";
import { partitionCount } from "../plan/counts.js";
import { equalTo } from "../rows/key.js";
import { rangeOf } from "../rows/partitioning.js";
import { rangeEnds } from "../rows/range-ends.js";
import { short } from "../rows/short-text.js";
import { partitionOf } from "../rows/stable-hash.js";
import { StreamError } from "../stream-error.js";
import type { RDD } from "./rdd.js";

/**
 * Decides which partition a key goes to. It travels to the task threads as what a function captures does: `getPartition` may use
 * `this`, and what it changes there stays there.
 */
export interface Partitioner<K = never> {
  readonly numPartitions: number;
  /** A whole number from 0 to `numPartitions - 1`; the same for equal keys. */
  getPartition(key: K): number;
  /**
   * Whether another partitioner sends each key to the same place, so that rows of both need not move to meet. Left out:
   * only this very object does.
   */
  equals?(other: unknown): boolean;
}

/** A number of partitions, over which keys go by their hash, or a partitioner of the program's own. */
export type Partitions<K = never> = number | Partitioner<K>;

/** Sends keys where the stable hash of their value says. The partitioner of all that is asked for by a number. */
export class HashPartitioner implements Partitioner<unknown> {
  readonly numPartitions: number;

  /** @throws StreamError RT_PARTITIONS */
  constructor(partitions: number) {
    this.numPartitions = partitionCount(partitions);
  }

  getPartition(key: unknown): number {
    return partitionOf(key, this.numPartitions);
  }

  equals(other: unknown): boolean {
    return isHash(this) && isHash(other) && other.numPartitions === this.numPartitions;
  }

  toString(): string {
    return `HashPartitioner(${this.numPartitions})`;
  }
}

/**
 * Sends keys to ranges of about equal size, in their order: the partitioner of `sortByKey`, whose ranges are found when it
 * is first computed, and what `RangePartitioner.of` makes.
 */
export class RangePartitioner implements Partitioner<unknown> {
  /** @internal @param ranges the keys that end the ranges, or the id of the sort that will find them */
  constructor(
    readonly numPartitions: number,
    readonly ascending: boolean,
    private readonly ranges: { bounds: readonly unknown[] } | { sort: string },
  ) {}

  /**
   * The ranges of the keys of these pairs, of which a sample is taken now. There are no more than keys, and one of none.
   * @throws StreamError RT_PARTITIONS
   */
  static async of<K>(
    partitions: number,
    pairs: RDD<[K, unknown]>,
    ascending = true,
  ): Promise<RangePartitioner> {
    const wanted = partitionCount(partitions);
    const keys = pairs.keys();
    const fraction = (SAMPLED_PER_PARTITION * wanted) / Math.max(1, await keys.count());
    const sample = await keys.sample(false, Math.min(1, fraction), 0).collect();
    const bounds = rangeEnds(
      sample.map((key) => ({ key, weight: 1 })),
      Math.min(wanted, Math.max(1, sample.length)),
    );
    return new RangePartitioner(bounds.length + 1, ascending, { bounds });
  }

  /** @throws StreamError RT_RANGES when they are those of a sort, which only the task threads know */
  getPartition(key: unknown): number {
    if ("bounds" in this.ranges) return rangeOf(key, this.ranges.bounds, this.numPartitions, !this.ascending);
    throw new StreamError(
      "RT_RANGES",
      "the ranges of a sort are found by the task threads; to ask for them here, make the partitioner by RangePartitioner.of",
    );
  }

  /** The last key of each range but the last; undefined for those of a sort. */
  get rangeBounds(): readonly unknown[] | undefined {
    return "bounds" in this.ranges ? this.ranges.bounds : undefined;
  }

  equals(other: unknown): boolean {
    if (!isRange(this) || !isRange(other)) return false;
    return (
      other.numPartitions === this.numPartitions &&
      other.ascending === this.ascending &&
      equalTo(this.ranges)(other.ranges)
    );
  }

  /** @internal */
  keysBy(): KeysBy {
    const descending = !this.ascending;
    return "bounds" in this.ranges
      ? { kind: "range", bounds: this.ranges.bounds, descending }
      : { kind: "sort", id: this.ranges.sort, descending };
  }

  toString(): string {
    return `RangePartitioner(${this.numPartitions}, ${this.ascending ? "ascending" : "descending"})`;
  }
}

/** As many keys as a sort looks at for each partition that it makes. */
const SAMPLED_PER_PARTITION = 60;

/** @internal The partitioner that is meant. @throws StreamError RT_PARTITIONS when it is none */
export function toPartitioner(partitions: Partitions): Partitioner {
  if (typeof partitions === "number") return new HashPartitioner(partitions);
  if (typeof (partitions as Partial<Partitioner> | null)?.getPartition === "function") return partitions;
  throw new StreamError(
    "RT_PARTITIONS",
    `a number of partitions or a partitioner { numPartitions, getPartition(key) } is needed here, not ${short(partitions)}`,
  );
}

/** @internal False for the ranges of a sort, which only the task threads know. */
export function isKnownHere(partitioner: Partitioner): boolean {
  return !isRange(partitioner) || partitioner.rangeBounds !== undefined;
}

/** False for one of a class of the program's that extends it and places keys otherwise. */
function isHash(one: unknown): one is HashPartitioner {
  return one instanceof HashPartitioner && one.getPartition === HashPartitioner.prototype.getPartition;
}

function isRange(one: unknown): one is RangePartitioner {
  return one instanceof RangePartitioner && one.getPartition === RangePartitioner.prototype.getPartition;
}

/** @internal True when both send each key to the same place. */
export function samePartitioner(a: Partitioner | undefined, b: Partitioner | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a === b || (a.numPartitions === b.numPartitions && a.equals?.(b) === true);
}

/** Functions as they were when the partitioner was first used: equal partitioners must go on to be equal. */
const captured = new WeakMap<Partitioner, PortableFunction>();

/** @internal A partitioner as a plan has it. @throws StreamError RT_PARTITIONS */
export function spreadOver(
  partitions: Partitions,
  capture: (fn: Partitioner["getPartition"]) => PortableFunction,
): { spread: Spread; partitioner: PortableFunction[] } {
  const by = toPartitioner(partitions);
  const count = partitionCount(by.numPartitions);
  if (isHash(by)) return { spread: { partitions: count, by: { kind: "hash" } }, partitioner: [] };
  if (isRange(by)) return { spread: { partitions: count, by: by.keysBy() }, partitioner: [] };
  const getPartition = captured.get(by) ?? capture(placedBy(by));
  captured.set(by, getPartition);
  return { spread: { partitions: count, by: { kind: "function" } }, partitioner: [getPartition] };
}

/** A function that a task calls without an object, as all that travel. */
function placedBy(partitioner: Partitioner): Partitioner["getPartition"] {
  return (key) => partitioner.getPartition(key);
}
