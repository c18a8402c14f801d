import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { KafkaBroker } from "../../../../kernelspec/dev/kafka-broker.js";
import { kill, untilWritten } from "../../testing/killed-programs.js";
import { consumeUntil, plainKafka, produce, recordCount } from "./plain-client.js";

/** What is done to the program and the broker. */
export interface KafkaKills {
  broker: KafkaBroker;
  /** Path of killed-program.mjs. */
  program: string;
  /** Folder of the checkpoint, empty. */
  checkpoint: string;
  kills: number;
  /** How often the broker is killed and started again meanwhile. */
  restarts: number;
  seed: number;
}

/** So many messages come for each kill. */
const MESSAGES_PER_KILL = 120;
const WORDS = 17;

/** Every other time it is killed while it starts or recovers; the times between after it has written something. */
const MIN_LIFE_MS = 300;
const MAX_LIFE_MS = 2500;

/**
 * Runs the program, kills it again and again by SIGKILL at random moments while messages come, kills the broker, adds a
 * partition, and lets it end its work.
 * @returns what it wrote, by word, in the order of the counts, and what an undisturbed run would have written
 */
export async function surviveKafka({ broker, program, checkpoint, kills, restarts, seed }: KafkaKills) {
  const { address } = broker;
  const start = () =>
    spawn(process.execPath, [program, address, checkpoint], { stdio: ["ignore", "inherit", "inherit"] });
  const next = random(seed);
  const sent = new Map<string, number>();
  let total = 0;
  let partitions = 2;
  const send = async () => {
    const messages = Array.from({ length: MESSAGES_PER_KILL }, () => {
      const word = `w${Math.floor(next() * WORDS)}`;
      sent.set(word, (sent.get(word) ?? 0) + 1);
      return { value: word, partition: Math.floor(next() * partitions) };
    });
    total += messages.length;
    await produce(address, "in", messages);
  };
  await broker.createTopics({ in: 2, out: 3 });
  for (let killed = 0; killed < kills; killed++) {
    const running = start();
    try {
      const before = await recordCount(address, "out");
      await send();
      if (killed === Math.floor(kills / 3)) {
        await addPartition(address);
        partitions = 3;
      }
      if (Math.floor(((killed + 1) * restarts) / kills) > Math.floor((killed * restarts) / kills)) {
        await sleep(next() * MAX_LIFE_MS);
        await broker.kill();
        await broker.restart();
      }
      if (killed % 2 === 1) await untilWritten(() => recordCount(address, "out"), before + 1);
      await sleep(killed % 2 === 1 ? next() * 300 : MIN_LIFE_MS + next() * (MAX_LIFE_MS - MIN_LIFE_MS));
    } finally {
      await kill(running);
    }
  }
  const running = start();
  try {
    // A lower bound: the ends of transactions count as records here.
    await untilWritten(async () => (await consumeUntil(address, "out", total)).length, total);
  } finally {
    await kill(running);
  }
  const written = new Map<string, number[]>();
  for (const { key, value } of await consumeUntil(address, "out", Number.POSITIVE_INFINITY)) {
    const word = String(key);
    written.set(word, [...(written.get(word) ?? []), Number(String(value))]);
  }
  return { written: ordered(written), expected: expectedOf(sent), messages: total };
}

/** Each word with 1, 2, 3 and so on, once each. */
function expectedOf(sent: ReadonlyMap<string, number>): [string, number[]][] {
  return ordered(
    new Map([...sent].map(([word, count]) => [word, Array.from({ length: count }, (_, i) => i + 1)])),
  );
}

function ordered(counts: ReadonlyMap<string, number[]>): [string, number[]][] {
  return [...counts]
    .map(([word, numbers]): [string, number[]] => [word, numbers.sort((a, b) => a - b)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

async function addPartition(brokers: string): Promise<void> {
  const admin = plainKafka(brokers).admin();
  await admin.connect();
  await admin.createPartitions({ topicPartitions: [{ topic: "in", count: 3 }] });
  await admin.disconnect();
}

function random(seed: number): () => number {
  let at = seed;
  return () => {
    at = (Math.imul(at, 1103515245) + 12345) & 0x7fffffff;
    return at / 0x7fffffff;
  };
}
