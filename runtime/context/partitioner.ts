import type { PortableFunction } from "../closure/portable-function.js";
import type { Spread } from "../operators/wide.js";
import { partitionCount } from "../plan/counts.js";

/** Decides which partition a key goes to. `getPartition` travels to the task threads, as any function does. */
export interface Partitioner<K = never> {
  readonly numPartitions: number;
  /** A whole number from 0 to `numPartitions - 1`; the same for equal keys. */
  getPartition(key: K): number;
}

/** A number of partitions, over which keys go by their hash, or a partitioner of the program's own. */
export type Partitions<K = never> = number | Partitioner<K>;

/** @throws StreamError RT_PARTITIONS */
export function spreadOver(
  partitions: Partitions,
  capture: (fn: Partitioner["getPartition"]) => PortableFunction,
): { spread: Spread; partitioner: PortableFunction[] } {
  if (typeof partitions === "number")
    return { spread: { partitions: partitionCount(partitions), custom: false }, partitioner: [] };
  const count = partitionCount(partitions.numPartitions);
  return {
    spread: { partitions: count, custom: true },
    partitioner: [capture(partitions.getPartition)],
  };
}
