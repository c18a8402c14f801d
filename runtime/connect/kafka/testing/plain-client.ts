/** Kafka as a program without this library sees it: by kafkajs's public parts. */

import { Kafka, type KafkaMessage, logLevel, type Message } from "kafkajs";

export function plainKafka(brokers: string): Kafka {
  return new Kafka({ brokers: [brokers], clientId: "test", logLevel: logLevel.NOTHING });
}

/** Writes messages with its own producer. */
export async function produce(
  brokers: string,
  topic: string,
  messages: Message[],
  transactionalId?: string,
  end: "commit" | "abort" = "commit",
): Promise<void> {
  const kafka = plainKafka(brokers);
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    ...(transactionalId && { transactionalId, idempotent: true, maxInFlightRequests: 1 }),
  });
  await producer.connect();
  try {
    if (transactionalId === undefined) await producer.send({ topic, messages });
    else {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages });
      await transaction[end]();
    }
  } finally {
    await producer.disconnect();
  }
}

/** All committed messages of a topic, in the order of partition and offset, as soon as there are so many. */
export async function consume(
  brokers: string,
  topic: string,
  count: number,
): Promise<(KafkaMessage & { partition: number })[]> {
  const kafka = plainKafka(brokers);
  const consumer = kafka.consumer({ groupId: `test-${Math.random()}`, maxWaitTimeInMs: 100 });
  const messages: (KafkaMessage & { partition: number })[] = [];
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: async ({ message, partition }) => {
            messages.push({ ...message, partition });
            if (messages.length >= count) resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return messages.sort((a, b) => a.partition - b.partition || Number(a.offset) - Number(b.offset));
}

/** What a group has committed, by partition. */
export async function groupOffsets(brokers: string, groupId: string, topic: string): Promise<number[]> {
  const admin = plainKafka(brokers).admin();
  await admin.connect();
  try {
    const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return (offsets?.partitions ?? [])
      .sort((a, b) => a.partition - b.partition)
      .map(({ offset }) => Number(offset));
  } finally {
    await admin.disconnect();
  }
}
