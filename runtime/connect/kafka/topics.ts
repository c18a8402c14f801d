/** A look at the topics of a cluster from outside of any stream, and a few messages into one. For people at a prompt. */

import { Cancellation } from "../../pool/cancellation.js";
import { StreamError } from "../../stream-error.js";
import { SystemClock } from "../../time/clock.js";
import { clientSpec, type KafkaClientOptions } from "./client.js";
import { EARLIEST, GaveUp, KafkaConnection, LATEST } from "./connection.js";
import { GroupOffsets } from "./group-offsets.js";
import { type KafkaSplit, openKafka } from "./kafka-split.js";
import { partitionOf } from "./murmur2.js";
import type { OffsetRange } from "./offset-range.js";
import { kafkaError } from "./problem.js";
import { KafkaProducer } from "./producer.js";
import type { KafkaRecord } from "./record.js";
import { BatchWriter } from "./record-batch-writer.js";

/** A partition of a topic, and how far a group is with it. */
export interface PartitionLook {
  topic: string;
  partition: number;
  /** Offset of the oldest record, and of the next one. */
  begin: number;
  end: number;
  /** What the group has committed; undefined where it has nothing, and without a group. */
  committed: number | undefined;
}

/** The brokers of a cluster, asked by a person: it waits for seconds, not minutes. */
export class KafkaTopics {
  readonly #connection: KafkaConnection;

  /** @throws StreamError RT_KAFKA_OPTIONS */
  constructor(
    options: KafkaClientOptions,
    private readonly signal: AbortSignal,
  ) {
    this.#connection = new KafkaConnection(clientSpec({ patience: "2 seconds", ...options }));
  }

  /** All partitions of a topic, or of all topics but Kafka's own. @throws StreamError RT_KAFKA */
  partitions(topic?: string, group?: string): Promise<PartitionLook[]> {
    return this.#ask({ ...(topic && { topic }), ...(group && { group }) }, async () => {
      if (topic !== undefined) await this.#checkThere(topic);
      const topics = topic === undefined ? await this.#topics() : [topic];
      const known = await this.#connection.partitions(topics);
      const all = [...known].flatMap(([name, numbers]) =>
        numbers.map((partition) => ({ topic: name, partition })),
      );
      const [begins, ends] = [
        await this.#connection.offsets(all, EARLIEST),
        await this.#connection.offsets(all, LATEST),
      ];
      const committed = group === undefined ? [] : await this.#committed(group, all);
      return all.map((one, i) => ({
        ...one,
        begin: begins[i] ?? 0,
        end: ends[i] ?? 0,
        committed: committed[i],
      }));
    });
  }

  /** The last records of a topic, the newest last. @throws StreamError RT_KAFKA */
  async last(topic: string, count: number): Promise<KafkaRecord[]> {
    const records: KafkaRecord[] = [];
    for (const partition of await this.partitions(topic))
      records.push(...(await this.#lastOf(partition, count)));
    return records.sort((a, b) => a.timestamp - b.timestamp || a.offset - b.offset).slice(-count);
  }

  /** Ends of transactions take offsets too, so that more of them may have to be read than records are wanted. */
  async #lastOf({ topic, partition, begin, end }: PartitionLook, count: number): Promise<KafkaRecord[]> {
    for (let span = 2 * count; ; span *= 4) {
      const fromOffset = Math.max(begin, end - span);
      const records = await this.#read({ topic, partition, fromOffset, untilOffset: end });
      if (records.length >= count || fromOffset === begin) return records.slice(-count);
    }
  }

  async #read(range: OffsetRange): Promise<KafkaRecord[]> {
    const avro = { key: undefined, value: undefined, framed: false };
    const reading = {
      client: this.#connection.spec,
      key: "string",
      value: "string",
      avro,
      counter: "",
    } as const;
    const split: KafkaSplit = { ...reading, undecodable: "skip", range, place: 0 };
    const opened = await openKafka(split, new Cancellation());
    const chunks = "chunks" in opened ? [...opened.chunks] : [];
    return chunks.flatMap((chunk) => ("rows" in chunk ? (Array.from(chunk.rows) as KafkaRecord[]) : []));
  }

  /** Writes messages, each once. @throws StreamError RT_KAFKA */
  async produce(topic: string, messages: readonly { key: string | null; value: string }[]): Promise<void> {
    const call = { signal: this.signal, tell: () => undefined };
    const count = await this.#ask({ topic }, async () => {
      await this.#checkThere(topic);
      return this.#connection.partitionCount(topic);
    });
    const producer = new KafkaProducer(this.#connection, undefined);
    await producer.init(call);
    const batches = new Map<number, BatchWriter>();
    for (const [index, { key, value }] of messages.entries()) {
      const bytes = key === null ? null : Buffer.from(key);
      const partition = bytes === null ? index % count : partitionOf(bytes, count);
      const batch = batches.get(partition) ?? new BatchWriter(new SystemClock().now());
      batches.set(partition, batch);
      batch.add({ key: bytes, value: Buffer.from(value), headers: undefined, timestampMs: undefined });
    }
    await producer.send(topic, batches, "none", call);
    await producer.flush();
  }

  close(): void {
    this.#connection.reset();
  }

  #committed(group: string, all: readonly PartitionName[]): Promise<(number | undefined)[]> {
    const never = { commits: false, told: () => undefined, done: () => undefined };
    return new GroupOffsets(this.#connection, group, never).committed(all);
  }

  #topics(): Promise<string[]> {
    return this.#connection.topicsMatching(/^/);
  }

  /** A person has most often mistyped the name, or not made it. @throws StreamError RT_KAFKA */
  async #checkThere(topic: string): Promise<void> {
    if ((await this.#connection.partitions([topic])).has(topic)) return;
    const topics = await this.#topics();
    const { brokers } = this.#connection.spec;
    const shown = topics.slice(0, SHOWN_TOPICS).join(", ");
    const more = topics.length > SHOWN_TOPICS ? `, and ${topics.length - SHOWN_TOPICS} more` : "";
    const there = topics.length === 0 ? "it has none yet" : `it has ${shown}${more}`;
    throw new StreamError(
      "RT_KAFKA",
      `Kafka at ${brokers.join(", ")} has no topic ${topic}: ${there}; a broker of \`npx millrace dev kafka --topics ${topic}\` has it from its start`,
    );
  }

  async #ask<T>(of: { topic?: string; group?: string }, work: () => Promise<T>): Promise<T> {
    const subject = { ...this.#connection.subject, ...of };
    try {
      return await this.#connection.patiently(subject, this.signal, () => undefined, work);
    } catch (error) {
      // A person sees how long it took, and has no say in it.
      throw error instanceof GaveUp ? kafkaError(error.problem) : error;
    }
  }
}

interface PartitionName {
  topic: string;
  partition: number;
}

/** Of those that there are, to find the one that was meant. */
const SHOWN_TOPICS = 10;
