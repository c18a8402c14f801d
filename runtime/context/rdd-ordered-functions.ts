import { FLAG, optional, PARTITIONS } from "./operands.js";
import { type Partitions, RangePartitioner } from "./partitioner.js";
import type { RDD } from "./rdd.js";
import { PairRDDFunctions } from "./rdd-pair-functions.js";
import { takes } from "./signatures.js";

/** What goes by the order of keys: numbers, strings, dates, and arrays of these element by element. */
export abstract class OrderedRDDFunctions<T> extends PairRDDFunctions<T> {
  /** The pairs whose key is not before `lower` and not after `upper` in its natural order. */
  filterByRange<K, V>(this: RDD<[K, V]>, lower: K, upper: K): RDD<[K, V]> {
    return this.inPlace("filterByRange", [], { lower, upper });
  }

  /**
   * The pairs in the partitions of their keys, each partition in the order of the keys: less than a {@link partitionBy}
   * and a sort of each partition. Equal keys keep their order. @throws StreamError RT_PARTITIONS
   */
  repartitionAndSortWithinPartitions<K, V>(
    this: RDD<[K, V]>,
    partitions: Partitions<NoInfer<K>>,
  ): RDD<[K, V]> {
    return this.byKey("sortWithinPartitions", [], partitions);
  }

  /**
   * The pairs in the natural order of their keys, through all partitions; equal keys keep their order. Asks for a sample
   * of the keys first, so that partitions get about as many.
   * @throws StreamError RT_PARTITIONS
   */
  sortByKey<K, V>(this: RDD<[K, V]>, ascending = true, numPartitions = this.ownPartitions()): RDD<[K, V]> {
    const { node } = this.wide("sortByKey", [], numPartitions, { ascending });
    return this.context.rdd(node, new RangePartitioner(numPartitions, ascending, { sort: node.id }));
  }
}

takes(OrderedRDDFunctions.prototype, {
  repartitionAndSortWithinPartitions: { partitions: PARTITIONS },
  sortByKey: { ascending: optional(FLAG) },
});
