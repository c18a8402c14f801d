import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { type AvroOptions, avroReading } from "../connect/kafka/avro.js";
import {
  clientSpec,
  type KafkaClientOptions,
  type KafkaSasl,
  type KafkaTls,
  optionsError,
} from "../connect/kafka/client.js";
import { WRITING_CODECS } from "../connect/kafka/compression.js";
import { EARLIEST } from "../connect/kafka/connection.js";
import { checkDecoder, type DecoderName } from "../connect/kafka/decoders.js";
import type { KafkaFrom } from "../connect/kafka/kafka-source.js";
import type { KafkaReading } from "../connect/kafka/kafka-split.js";
import type { StartingOffsets } from "../connect/kafka/start-offsets.js";
import type { Subscription, TopicPartition } from "../connect/kafka/subscription.js";
import type { Undecodable } from "../connect/kafka/undecodable.js";
import { ANY, DURATION, either, type Fields, FLAG, FUNCTION, optional, optionsOf, TEXT } from "./operands.js";

/** This process. */
const PROGRAM = randomUUID();

/** What `kafkaDirectStream` reads, and how. */
export interface KafkaStreamOptions<K extends DecoderName = "string", V extends DecoderName = "string">
  extends KafkaClientOptions {
  /** Topics to read; or a `pattern` of their names, or partitions to `assign`: one of the three. */
  topics?: string | readonly string[];
  /** All topics whose whole names match, those that are made later too. */
  pattern?: RegExp;
  assign?: readonly TopicPartition[];
  /**
   * Where a stream begins that no checkpoint goes on: "latest" (default) or "earliest", which is for partitions of which the
   * group has committed nothing; or the first record of a time, as a Date or ms since 1970; or offsets by topic and partition, -2
   * for its beginning and -1 for its end. Partitions that are made later are read from their beginning.
   */
  startingOffsets?:
    | "latest"
    | "earliest"
    | number
    | Date
    | Readonly<Record<string, Readonly<Record<number, number>>>>;
  /** The group that is told how far the stream is when a batch is done, and that it begins with. The stream is no member of it. */
  groupId?: string;
  /** False: the group is not told; default true. */
  commit?: boolean;
  /** Records a second that each partition brings at most; default: no limit. Of `spark.streaming.kafka.maxRatePerPartition`. */
  maxRatePerPartition?: number;
  /** What keys are: "string" (default), "json", "bytes", or "avro" of a schema. */
  key?: K;
  /** What values are, likewise. */
  value?: V;
  /** Schemas of what is "avro". */
  avro?: AvroOptions;
  /**
   * What becomes of a record whose key or value is not what it should be: it fails its batch (default), is left out and counted
   * (`status().inputs[0].refused`), or is also written to another topic, as it came, with headers that say where from and why.
   */
  undecodable?: Undecodable;
}

/** How `saveToKafka` writes a record of each row. Functions are run in the tasks. */
export interface KafkaSaveOptions<T> extends KafkaClientOptions {
  topic: string;
  /** Default: the first of a pair, else none. Text becomes UTF-8, bytes stay, other values become JSON. */
  key?: (row: T) => unknown;
  /** Default: the second of a pair, else the row. Null says to a compacted topic that the key is gone. */
  value?: (row: T) => unknown;
  headers?: (row: T) => Readonly<Record<string, string | Uint8Array>>;
  /** Default: by the hash of the key, as Kafka's own clients do it; records without a key in turn. */
  partition?: (row: T) => number;
  /** Ms since 1970; default: when it is written. */
  timestamp?: (row: T) => number;
  compression?: "none" | "gzip" | "snappy" | "lz4";
  /**
   * With it records are written exactly once, in transactions: for those who read what is committed. Give each output of each
   * program its own, the same at every start, and the program a checkpoint, without which only failures within its life are
   * covered. Without it records are written at least once: those of a batch that is run again come again.
   */
  transactionalId?: string;
  /** Name of the output in status and magics. */
  name?: string;
}

/** @internal */
const KAFKA_CLIENT: Fields<KafkaClientOptions> = {
  brokers: ANY,
  clientId: optional(TEXT),
  ssl: optional(
    either(
      "RT_KAFKA_OPTIONS",
      "true, false, or what `tls.connect` takes, { ca, cert, key, passphrase, servername, rejectUnauthorized }",
      FLAG,
      optionsOf<KafkaTls>({
        ca: ANY,
        cert: ANY,
        key: ANY,
        passphrase: ANY,
        servername: ANY,
        rejectUnauthorized: ANY,
      }),
    ),
  ),
  sasl: optional(optionsOf<KafkaSasl>({ mechanism: ANY, username: TEXT, password: TEXT })),
  patience: optional(DURATION),
};

/** @internal What a stream of Kafka's records may be told. */
export const KAFKA_STREAM = optionsOf<KafkaStreamOptions>({
  ...KAFKA_CLIENT,
  topics: ANY,
  pattern: ANY,
  assign: ANY,
  startingOffsets: ANY,
  groupId: optional(TEXT),
  commit: optional(FLAG),
  maxRatePerPartition: ANY,
  key: ANY,
  value: ANY,
  avro: optional(optionsOf<AvroOptions>({ key: ANY, value: ANY, framed: optional(FLAG) })),
  undecodable: ANY,
});

/** @internal What the writing to Kafka may be told. */
export const KAFKA_SAVE = optionsOf<KafkaSaveOptions<unknown>>({
  ...KAFKA_CLIENT,
  topic: ANY,
  key: optional(FUNCTION),
  value: optional(FUNCTION),
  headers: optional(FUNCTION),
  partition: optional(FUNCTION),
  timestamp: optional(FUNCTION),
  compression: ANY,
  transactionalId: ANY,
  name: optional(TEXT),
});

/** @internal @param counter what the number of records is told under that were left out. @throws StreamError RT_KAFKA_OPTIONS, RT_DURATION */
export function kafkaSourceSpec(
  options: KafkaStreamOptions<DecoderName, DecoderName>,
  counter: string,
): { kind: "kafka"; reading: KafkaReading; from: KafkaFrom } {
  const {
    startingOffsets = "latest",
    groupId = "",
    commit = true,
    maxRatePerPartition = Number.POSITIVE_INFINITY,
  } = options;
  const { key = "string", value = "string", undecodable = "fail" } = options;
  const avro = avroReading(options.avro ?? {});
  if (!(maxRatePerPartition > 0))
    throw optionsError(
      `maxRatePerPartition is a number of records a second greater than 0, not ${inspect(maxRatePerPartition)}`,
    );
  return {
    kind: "kafka",
    reading: {
      client: clientSpec(options),
      key: checkDecoder(key, "key", avro),
      value: checkDecoder(value, "value", avro),
      avro,
      undecodable: checkUndecodable(undecodable),
      counter,
    },
    from: {
      subscription: subscriptionOf(options),
      starting: startingOf(startingOffsets),
      groupId,
      commit,
      maxRatePerPartition,
    },
  };
}

/** @internal @throws StreamError RT_KAFKA_OPTIONS, RT_DURATION */
export function kafkaWriting<T>(options: KafkaSaveOptions<T>) {
  const { topic, compression = "none", transactionalId } = options;
  if (typeof topic !== "string" || topic === "")
    throw optionsError(`topic is the name of a topic, not ${inspect(topic)}`);
  if (!WRITING_CODECS.includes(compression))
    throw optionsError(`compression is one of ${WRITING_CODECS.join(", ")}, not ${inspect(compression)}`);
  if (transactionalId !== undefined && (typeof transactionalId !== "string" || transactionalId === ""))
    throw optionsError(`transactionalId is a text of this output's own, not ${inspect(transactionalId)}`);
  return { client: clientSpec(options), topic, compression, transactionalId, program: PROGRAM };
}

function subscriptionOf({
  topics,
  pattern,
  assign,
}: KafkaStreamOptions<DecoderName, DecoderName>): Subscription {
  const given = [topics, pattern, assign].filter((one) => one !== undefined);
  if (given.length !== 1) throw optionsError("give one of topics, pattern and assign");
  if (pattern instanceof RegExp)
    return { pattern: pattern.source, flags: pattern.flags.replace(/[gy]/g, "") };
  if (assign !== undefined && assign.length > 0)
    return { assign: assign.map(({ topic, partition }) => ({ topic, partition })) };
  const list = typeof topics === "string" ? [topics] : [...(topics ?? [])];
  if (list.length > 0 && list.every((topic) => typeof topic === "string" && topic !== ""))
    return { topics: list };
  throw optionsError(`topics are names of topics, at least one, not ${inspect(given[0])}`);
}

function startingOf(given: NonNullable<KafkaStreamOptions["startingOffsets"]>): StartingOffsets {
  if (given === "latest" || given === "earliest") return given;
  const timestampMs = given instanceof Date ? given.getTime() : given;
  if (typeof timestampMs === "number" && timestampMs >= 0 && timestampMs < Number.POSITIVE_INFINITY)
    return { timestampMs };
  if (typeof timestampMs === "object" && timestampMs !== null && areOffsets(timestampMs))
    return { offsets: structuredClone(timestampMs) };
  throw optionsError(
    `startingOffsets is "latest", "earliest", a time, or { topic: { partition: offset } } with whole numbers, -2 for the beginning and -1 for the end, not ${inspect(given)}`,
  );
}

function areOffsets(given: Readonly<Record<string, Readonly<Record<number, unknown>>>>): boolean {
  return Object.values(given).every(
    (of) =>
      typeof of === "object" &&
      of !== null &&
      Object.values(of).every((offset) => Number.isInteger(offset) && Number(offset) >= EARLIEST),
  );
}

function checkUndecodable(given: Undecodable): Undecodable {
  if (given === "fail" || given === "skip") return given;
  const topic: unknown = given?.deadLetterTopic;
  if (typeof topic === "string" && topic !== "") return { deadLetterTopic: topic };
  throw optionsError(`undecodable is "fail", "skip" or { deadLetterTopic }, not ${inspect(given)}`);
}
