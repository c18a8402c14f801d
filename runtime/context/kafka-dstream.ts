import { optionsError } from "../connect/kafka/client.js";
import type { KafkaRecord } from "../connect/kafka/record.js";
import type { TopicPartition } from "../connect/kafka/subscription.js";
import type { StreamNode } from "../plan/stream-node.js";
import { StreamError } from "../stream-error.js";
import type { Time } from "../time/time.js";
import { DStream } from "./dstream.js";
import type { OutputOptions } from "./dstream-outputs.js";
import type { KafkaRDD } from "./kafka-rdd.js";
import type { OffsetRange } from "./offset-range.js";
import type { RDD } from "./rdd.js";
import type { StreamingContext } from "./streaming-context.js";

/** What a group is told of a partition. As Kafka's own clients have it. */
export interface OffsetAndMetadata {
  /** Of the next record that is to be read. */
  offset: number;
  metadata: string;
}

/** Told when a group has been told, or was not to be reached. As Kafka's own clients have it. */
export type OffsetCommitCallback = (
  offsets: ReadonlyMap<TopicPartition, OffsetAndMetadata>,
  exception: Error | null,
) => void;

/** What tells a group how far a program is, after Apache Spark's trait of the same name. */
export interface CanCommitOffsets {
  commitAsync(offsetRanges: readonly OffsetRange[], callback?: OffsetCommitCallback): void;
}

/** The stream of `kafkaDirectStream`: its RDDs say which offsets they consist of, and it tells its group what is done with. */
export class KafkaDStream<K = string, V = string>
  extends DStream<KafkaRecord<K, V>>
  implements CanCommitOffsets
{
  /** @internal */
  constructor(
    context: StreamingContext,
    node: StreamNode,
    /** Empty for none. */
    private readonly groupId: string,
  ) {
    super(context, node);
  }

  /**
   * Tells the group that the records of these ranges are done with, soon and in the background; the later of several offsets of a
   * partition counts. For a program that says itself when that is: give `commit: false`, or the group is told by each batch that is
   * done as well.
   * @param callback is called on the program's thread. Without one a failure is a warning of the context
   * @throws StreamError RT_KAFKA_OPTIONS where the stream has no group; RT_COMMIT before the context is started
   */
  commitAsync(offsetRanges: readonly OffsetRange[], callback?: OffsetCommitCallback): void {
    if (this.groupId === "")
      throw optionsError(
        "commitAsync tells the group of its stream, and this one has none: give it a groupId",
      );
    if (this.context.getState() === "INITIALIZED")
      throw new StreamError(
        "RT_COMMIT",
        "offsets are committed while their stream runs: start its context first",
      );
    void this.#commit(offsetRanges, callback);
  }

  async #commit(
    offsetRanges: readonly OffsetRange[],
    callback: OffsetCommitCallback | undefined,
  ): Promise<void> {
    const { engine, host } = this.context.sparkContext;
    const ranges = offsetRanges.map(({ topic, partition, fromOffset, untilOffset }) => ({
      topic,
      partition,
      fromOffset,
      untilOffset,
    }));
    let exception: Error | null = null;
    try {
      await engine.call("commitOffsets", { context: this.context.id, stream: this.node.id, ranges });
    } catch (error) {
      exception = error as Error;
    }
    if (callback !== undefined) callback(committed(ranges), exception);
    else if (exception !== null) host.warn(exception.message);
  }

  /** See {@link DStream.foreachRDD}. */
  override foreachRDD(f: (rdd: KafkaRDD<K, V>, time: Time) => unknown, options?: OutputOptions): void {
    super.foreachRDD(f as (rdd: RDD<KafkaRecord<K, V>>, time: Time) => unknown, options);
  }

  /** See {@link DStream.transform}. */
  override transform<U>(f: (rdd: KafkaRDD<K, V>, time: Time) => RDD<U> | Promise<RDD<U>>): DStream<U> {
    return super.transform(f as (rdd: RDD<KafkaRecord<K, V>>, time: Time) => RDD<U> | Promise<RDD<U>>);
  }
}

/** The latest offset of each partition. */
function committed(
  ranges: readonly Pick<OffsetRange, "topic" | "partition" | "untilOffset">[],
): Map<TopicPartition, OffsetAndMetadata> {
  const latest = new Map<string, [TopicPartition, OffsetAndMetadata]>();
  for (const { topic, partition, untilOffset } of ranges) {
    const place = `${topic} ${partition}`;
    const offset = Math.max(untilOffset, latest.get(place)?.[1].offset ?? 0);
    latest.set(place, [
      { topic, partition },
      { offset, metadata: "" },
    ]);
  }
  return new Map(latest.values());
}
