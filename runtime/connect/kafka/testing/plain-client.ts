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

type Received = KafkaMessage & { partition: number };

/** All committed messages of a topic, in the order of partition and offset, as soon as there are so many. */
export async function consume(brokers: string, topic: string, count: number): Promise<Received[]> {
  for (;;) {
    const messages = await consumeUntil(brokers, topic, count);
    if (messages.length >= count) return messages;
  }
}

/** The committed messages of a topic up to where it ends now, or the first so many, in the order of partition and offset. */
export async function consumeUntil(brokers: string, topic: string, count: number): Promise<Received[]> {
  const kafka = plainKafka(brokers);
  const ends = await endsOf(kafka, topic);
  const open = new Map([...ends].filter(([, end]) => end > 0));
  // By place: a group gives a batch again after it had to join anew, and a record is what is at an offset, however often it is read.
  const messages = new Map<string, Received>();
  if (open.size === 0) return [];
  const consumer = kafka.consumer({ groupId: `test-${Math.random()}`, maxWaitTimeInMs: 50, minBytes: 0 });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      // Also the batches that have only ends of transactions come here.
      const eachBatch = async ({
        batch,
      }: {
        batch: { partition: number; messages: KafkaMessage[]; lastOffset(): string };
      }) => {
        const { partition } = batch;
        for (const message of batch.messages)
          messages.set(`${partition} ${message.offset}`, { ...message, partition });
        if (Number(batch.lastOffset()) + 1 >= (ends.get(partition) ?? 0)) open.delete(partition);
        if (open.size === 0 || messages.size >= count) resolve();
      };
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        // A group of a broker that has just begun may have to be loaded: it tries again by itself.
        if (!payload.restart) reject(payload.error);
      });
      consumer.run({ eachBatch }).catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return [...messages.values()].sort(
    (a, b) => a.partition - b.partition || Number(a.offset) - Number(b.offset),
  );
}

async function endsOf(kafka: Kafka, topic: string): Promise<Map<number, number>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return new Map(
      (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, Number(high)]),
    );
  } finally {
    await admin.disconnect();
  }
}

/** How many records a topic has, the ends of transactions with them. */
export async function recordCount(brokers: string, topic: string): Promise<number> {
  return [...(await endsOf(plainKafka(brokers), topic)).values()].reduce((sum, end) => sum + end, 0);
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
