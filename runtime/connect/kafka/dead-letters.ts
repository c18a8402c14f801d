import { SystemClock } from "../../time/clock.js";
import type { KafkaConnection, Tell } from "./connection.js";
import type { DeadLetter, KafkaSplit } from "./kafka-split.js";
import { partitionOf } from "./murmur2.js";
import { KafkaProducer } from "./producer.js";
import { BatchWriter } from "./record-batch-writer.js";

const clock = new SystemClock();

/**
 * Writes records that cannot be decoded to a topic of their own, as they came, with headers that say where from and why. A
 * batch that is run again writes them again: the offset in the headers tells the same ones.
 */
export async function writeDeadLetters(
  connection: KafkaConnection,
  { undecodable, range }: KafkaSplit,
  letters: readonly DeadLetter[],
  signal: AbortSignal,
  tell: Tell,
): Promise<void> {
  if (letters.length === 0 || typeof undecodable === "string") return;
  const { deadLetterTopic: topic } = undecodable;
  const call = { signal, tell };
  const producer = new KafkaProducer(connection, undefined);
  await producer.init(call);
  const partitions = await connection.patiently({ ...connection.subject, topic }, signal, tell, () =>
    connection.partitionCount(topic),
  );
  for (const letter of letters) {
    const partition =
      letter.key === null ? range.partition % partitions : partitionOf(letter.key, partitions);
    const batch = new BatchWriter(clock.now());
    batch.add({ ...letter, timestampMs: undefined });
    await producer.send(topic, new Map([[partition, batch]]), "none", call);
  }
  await producer.flush();
}
