import { HashPartitioner, type Partitioner } from "./partitioner.js";
import type { BaseRDD } from "./rdd-base.js";

/**
 * The partitioner of an operation on pairs that names none, by the rule of Spark's `Partitioner.defaultPartitioner`: the
 * one that a parent has, so that this parent's pairs need not move, else the hash of keys over as many partitions as
 * any parent has. A parent's partitioner counts unless its partitions are fewer by an order of magnitude than another
 * parent's: then moving its pairs is the smaller evil.
 */
export function defaultPartitioner(rdds: readonly BaseRDD[]): Partitioner {
  const most = Math.max(1, ...rdds.map((rdd) => rdd.getNumPartitions()));
  let largest: Partitioner | undefined;
  for (const { partitioner } of rdds) {
    if (partitioner !== undefined && partitioner.numPartitions > (largest?.numPartitions ?? 0))
      largest = partitioner;
  }
  const counts = largest !== undefined && Math.log10(most) - Math.log10(largest.numPartitions) < 1;
  return counts ? (largest as Partitioner) : new HashPartitioner(most);
}
