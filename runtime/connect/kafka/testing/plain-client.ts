/** Kafka as a program without this library sees it: by kafkajs's public parts. */

import {
  type Batch,
  type EachBatchPayload,
  Kafka,
  type KafkaMessage,
  logLevel,
  type Message,
  type Producer,
  type Transaction,
} from "kafkajs";

/** A broker that has just begun, on a machine that is busy, takes longer than kafkajs waits by itself. */
const PATIENCE = {
  connectionTimeout: 20_000,
  requestTimeout: 120_000,
  retry: { retries: 8, maxRetryTime: 3_000 },
};

export function plainKafka(brokers: string): Kafka {
  return new Kafka({ brokers: [brokers], clientId: "test", logLevel: logLevel.NOTHING, ...PATIENCE });
}

/** Writes messages with its own producer. */
export async function produce(
  brokers: string,
  topic: string,
  messages: Message[],
  transactionalId?: string,
  end: "commit" | "abort" = "commit",
): Promise<void> {
  if (transactionalId !== undefined) {
    const { producer, transaction } = await openTransaction(brokers, transactionalId);
    try {
      await transaction.send({ topic, messages });
      await transaction[end]();
    } finally {
      await producer.disconnect();
    }
    return;
  }
  const producer = plainKafka(brokers).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  try {
    await producer.send({ topic, messages });
  } finally {
    await producer.disconnect();
  }
}

/** A transaction that has begun; who asked for it ends it, and disconnects its producer. */
export async function openTransaction(
  brokers: string,
  transactionalId: string,
): Promise<{ producer: Producer; transaction: Transaction }> {
  const producer = plainKafka(brokers).producer({
    allowAutoTopicCreation: false,
    transactionalId,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  return { producer, transaction: await producer.transaction() };
}

type Received = KafkaMessage & { partition: number };

/** All committed messages of a topic, in the order of partition and offset, as soon as there are so many. */
export async function consume(brokers: string, topic: string, count: number): Promise<Received[]> {
  for (;;) {
    const messages = await consumeUntil(brokers, topic, count);
    if (messages.length >= count) return messages;
  }
}

/**
 * The committed messages of a topic up to where it ends now, or the first so many, in the order of partition and offset. What is
 * committed is told by the ends of transactions in the log: kafkajs's own reading shows messages of an aborted transaction where
 * it began before, and ended after, another one that was aborted (it takes the broker's list for one in the order of the beginnings).
 */
export async function consumeUntil(brokers: string, topic: string, count: number): Promise<Received[]> {
  const kafka = plainKafka(brokers);
  const ends = await endsOf(kafka, topic);
  const open = new Map([...ends].filter(([, end]) => end > 0));
  if (open.size === 0) return [];
  const committed = new CommittedMessages();
  const consumer = kafka.consumer({ groupId: `test-${Math.random()}`, maxWaitTimeInMs: 50, minBytes: 0 });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const eachBatch = async ({ batch }: EachBatchPayload) => {
        const { partition } = batch;
        for (const message of (batch as RawBatch).rawMessages) committed.take({ ...message, partition });
        if (Number(batch.lastOffset()) + 1 >= (ends.get(partition) ?? 0)) open.delete(partition);
        if (open.size === 0 || committed.size >= count) resolve();
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
  return committed.inOrder();
}

/** A batch as kafkajs has it: its types leave out what has been fetched. */
type RawBatch = Batch & { rawMessages: RawMessage[] };
type RawMessage = KafkaMessage & {
  isControlRecord: boolean;
  batchContext: { producerId: string; inTransaction: boolean };
};

/** Holds messages of a transaction back until its end is read. */
class CommittedMessages {
  /** By place: a group gives a batch again after it had to join anew, and a record is what is at an offset, however often it is read. */
  readonly #messages = new Map<string, Received>();
  readonly #open = new Map<string, Received[]>();

  take(message: RawMessage & { partition: number }): void {
    const { partition, isControlRecord, batchContext } = message;
    const transaction = `${partition} ${batchContext.producerId}`;
    if (isControlRecord) {
      if (message.key?.at(-1) === COMMIT) for (const one of this.#open.get(transaction) ?? []) this.#add(one);
      this.#open.delete(transaction);
    } else if (batchContext.inTransaction)
      this.#open.set(transaction, [...(this.#open.get(transaction) ?? []), message]);
    else this.#add(message);
  }

  get size(): number {
    return this.#messages.size;
  }

  inOrder(): Received[] {
    return [...this.#messages.values()].sort(
      (a, b) => a.partition - b.partition || Number(a.offset) - Number(b.offset),
    );
  }

  #add(message: Received): void {
    this.#messages.set(`${message.partition} ${message.offset}`, message);
  }
}

/** Of the key of a control record: version (int16) and type (int16), where 0 is the abort. */
const COMMIT = 1;

async function endsOf(kafka: Kafka, topic: string): Promise<Map<number, number>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    for (;;) {
      try {
        const offsets = await admin.fetchTopicOffsets(topic);
        return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
      } catch (error) {
        // Of a broker that has just begun again: the topic's leader may not be known yet.
        if ((error as { type?: string }).type !== "NOT_LEADER_FOR_PARTITION") throw error;
      }
    }
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
