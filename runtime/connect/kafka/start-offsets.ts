import { EARLIEST, type KafkaConnection, LATEST } from "./connection.js";
import type { TopicPartition } from "./subscription.js";

/** Where a stream begins: the ends of its partitions, their beginnings, the first record of a time or later, or offsets. */
export type StartingOffsets =
  | "latest"
  | "earliest"
  | { timestampMs: number }
  | { offsets: Record<string, Record<number, number>> };

/** In the order of the partitions. Where offsets are given and a partition is not named, it begins at its end. */
export async function startOffsets(
  connection: KafkaConnection,
  partitions: readonly TopicPartition[],
  from: StartingOffsets,
): Promise<number[]> {
  const latest = () => connection.offsets(partitions, LATEST);
  if (from === "latest") return latest();
  if (from === "earliest") return connection.offsets(partitions, EARLIEST);
  const ends = await latest();
  if ("timestampMs" in from) {
    const found = await connection.offsets(partitions, from.timestampMs);
    return found.map((offset, index) => (offset < 0 ? (ends[index] ?? 0) : offset));
  }
  const beginnings = await connection.offsets(partitions, EARLIEST);
  return partitions.map(({ topic, partition }, index) => {
    const given = from.offsets[topic]?.[partition] ?? LATEST;
    if (given >= 0) return given;
    return (given === EARLIEST ? beginnings[index] : ends[index]) ?? 0;
  });
}
