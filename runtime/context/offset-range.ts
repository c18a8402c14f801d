import { optionsError } from "../connect/kafka/client.js";
import type { TopicPartition } from "../connect/kafka/subscription.js";

/** The records of a partition from one offset to another, without that one, after Apache Spark's class of the same name. */
export class OffsetRange {
  private constructor(
    readonly topic: string,
    readonly partition: number,
    readonly fromOffset: number,
    readonly untilOffset: number,
  ) {}

  /** @throws StreamError RT_KAFKA_OPTIONS for offsets that are no whole numbers from 0 on, or that go backwards */
  static create(topic: string, partition: number, fromOffset: number, untilOffset: number): OffsetRange;
  static create(topicPartition: TopicPartition, fromOffset: number, untilOffset: number): OffsetRange;
  static create(of: string | TopicPartition, ...numbers: number[]): OffsetRange {
    const [partition = -1, fromOffset = -1, untilOffset = -1] =
      typeof of === "string" ? numbers : [of.partition, ...numbers];
    const range = new OffsetRange(typeof of === "string" ? of : of.topic, partition, fromOffset, untilOffset);
    const areWhole = [partition, fromOffset, untilOffset].every(
      (one) => Number.isSafeInteger(one) && one >= 0,
    );
    if (areWhole && fromOffset <= untilOffset) return range;
    throw optionsError(
      `a range of offsets has a partition, where it begins and where it ends, in whole numbers, and is no ${range}`,
    );
  }

  topicPartition(): TopicPartition {
    return { topic: this.topic, partition: this.partition };
  }

  /** How many offsets there are in it. There may be fewer records: ends of transactions take offsets too. */
  count(): number {
    return this.untilOffset - this.fromOffset;
  }

  toString(): string {
    const { topic, partition, fromOffset, untilOffset } = this;
    return `OffsetRange(topic: '${topic}', partition: ${partition}, range: [${fromOffset} -> ${untilOffset}])`;
  }
}
