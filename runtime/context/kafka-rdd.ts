import type { KafkaRecord } from "../connect/kafka/record.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { OffsetRange } from "./offset-range.js";
import { RDD } from "./rdd.js";
import type { SparkContext } from "./spark-context.js";

/** What says which offsets it consists of, after Apache Spark's trait of the same name. */
export interface HasOffsetRanges {
  /** One for each partition, in their order; one without records begins where it ends. */
  readonly offsetRanges: OffsetRange[];
}

/**
 * The RDD of a batch as a direct stream of Kafka has read it. What is made from it by an operation is none any more, as in Spark:
 * ask it first.
 */
export class KafkaRDD<K = string, V = string> extends RDD<KafkaRecord<K, V>> implements HasOffsetRanges {
  /** @internal */
  constructor(
    context: SparkContext,
    node: RddNode,
    readonly offsetRanges: OffsetRange[],
  ) {
    super(context, node);
  }
}
