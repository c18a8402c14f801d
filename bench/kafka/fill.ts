import type { Kafka } from "kafkajs";

/** Messages of one producer's request, as many as tasks send at a time. */
export const BATCH = 2000;

/** Requests on their way. */
const IN_FLIGHT = 4;

/** Values of so many bytes. */
export function values(count: number, bytes: number): string[] {
  return Array.from({ length: count }, (_, i) => `message ${i} `.padEnd(bytes, "x"));
}

/** Writes values by kafkajs's producer, spread over the partitions, with several requests on their way. */
export async function produceBare(
  kafka: Kafka,
  topic: string,
  partitions: number,
  rows: readonly string[],
): Promise<void> {
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const onTheWay = new Set<Promise<unknown>>();
  for (let from = 0; from < rows.length; from += BATCH) {
    const partition = (from / BATCH) % partitions;
    const messages = rows.slice(from, from + BATCH).map((value) => ({ value, partition }));
    const sent: Promise<unknown> = producer.send({ topic, messages }).finally(() => onTheWay.delete(sent));
    onTheWay.add(sent);
    while (onTheWay.size >= IN_FLIGHT) await Promise.race(onTheWay);
  }
  await Promise.all(onTheWay);
  await producer.disconnect();
}
