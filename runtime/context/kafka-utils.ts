import { inspect } from "node:util";
import { optionsError } from "../connect/kafka/client.js";
import type { DecoderName } from "../connect/kafka/decoders.js";
import type { KafkaSplit } from "../connect/kafka/kafka-split.js";
import type { TopicPartition } from "../connect/kafka/subscription.js";
import { splitsNode } from "../operators/splits.js";
import { newNodeId } from "../plan/rdd-node.js";
import type { KafkaDStream } from "./kafka-dstream.js";
import { type KafkaStreamOptions, kafkaSourceSpec } from "./kafka-options.js";
import { KafkaRDD } from "./kafka-rdd.js";
import type { OffsetRange } from "./offset-range.js";
import { ANY, having, OPTIONS } from "./operands.js";
import { type Operand, takes } from "./signatures.js";
import type { SparkContext } from "./spark-context.js";
import type { StreamingContext } from "./streaming-context.js";

/** Where tasks run: all on this machine, so that it says nothing here. As Spark has it. */
export interface LocationStrategy {
  readonly location: "PreferConsistent" | "PreferBrokers";
}

export const PreferConsistent: LocationStrategy = { location: "PreferConsistent" };
export const PreferBrokers: LocationStrategy = { location: "PreferBrokers" };

/** The parameters of Kafka's own clients, as far as they mean something here: `bootstrap.servers`, `group.id`, … */
export type KafkaParams = Readonly<Record<string, unknown>>;

/** What a stream reads and how, as Spark's strategies say it. */
export interface ConsumerStrategy {
  readonly options: Pick<KafkaStreamOptions, "topics" | "pattern" | "assign">;
  readonly params: KafkaParams;
  readonly offsets: Readonly<Record<string, Readonly<Record<number, number>>>> | undefined;
}

type Offsets = ConsumerStrategy["offsets"];

/** Reads topics. @param offsets where to begin, by topic and partition */
export function Subscribe(
  topics: readonly string[],
  params: KafkaParams,
  offsets?: Offsets,
): ConsumerStrategy {
  return { options: { topics }, params, offsets };
}

/** Reads all topics whose whole names match. */
export function SubscribePattern(pattern: RegExp, params: KafkaParams, offsets?: Offsets): ConsumerStrategy {
  return { options: { pattern }, params, offsets };
}

/** Reads certain partitions. */
export function Assign(
  partitions: readonly TopicPartition[],
  params: KafkaParams,
  offsets?: Offsets,
): ConsumerStrategy {
  return { options: { assign: partitions }, params, offsets };
}

/** Spark's names for the same. */
export const LocationStrategies = { PreferConsistent, PreferBrokers } as const;
export const ConsumerStrategies = { Subscribe, SubscribePattern, Assign } as const;

/** Spark's way to {@link StreamingContext.kafkaDirectStream}. */
export const KafkaUtils = {
  /**
   * The records of topics, by Kafka's parameters: `bootstrap.servers`, `group.id`, `client.id`, `auto.offset.reset`,
   * `enable.auto.commit` (false: the group is not told when a batch is done, but by `commitAsync`), `isolation.level` (`read_committed`), `key.deserializer` and `value.deserializer` ("…StringDeserializer",
   * "…ByteArrayDeserializer", or this library's own names), `security.protocol`, `sasl.mechanism`, `sasl.jaas.config`.
   * @throws StreamError RT_KAFKA_OPTIONS for a parameter that would be left unread
   */
  createDirectStream<K = string, V = string>(
    context: StreamingContext,
    _location: LocationStrategy,
    { options, params, offsets }: ConsumerStrategy,
  ): KafkaDStream<K, V> {
    const starting = offsets === undefined ? {} : { startingOffsets: offsets };
    const all = { ...optionsOf(params), ...options, ...starting } as AllOptions;
    return context.kafkaDirectStream(all) as unknown as KafkaDStream<K, V>;
  },

  /**
   * The records of these ranges, a partition for each, by the same parameters. A range that is gone, or not there yet, fails its task.
   * @throws StreamError RT_KAFKA_OPTIONS
   */
  createRDD<K = string, V = string>(
    context: SparkContext,
    params: KafkaParams,
    offsetRanges: readonly OffsetRange[],
    _location: LocationStrategy = PreferConsistent,
  ): KafkaRDD<K, V> {
    const assign = offsetRanges.map((range) => range.topicPartition());
    const { reading } = kafkaSourceSpec({ ...optionsOf(params), assign } as AllOptions, newNodeId());
    const splits = offsetRanges.map(({ topic, partition, fromOffset, untilOffset }, place): KafkaSplit => {
      return { ...reading, range: { topic, partition, fromOffset, untilOffset }, place };
    });
    return new KafkaRDD<K, V>(context, splitsNode("kafka", splits), [...offsetRanges]);
  },
} as const;

const STRATEGY: Operand = {
  code: "RT_KAFKA_OPTIONS",
  is: "a strategy, such as Subscribe(topics, params)",
  holds: (value) => typeof (value as ConsumerStrategy | null | undefined)?.params === "object",
};

const RANGE = having("RT_KAFKA_OPTIONS", "an OffsetRange", "topicPartition");

const RANGES: Operand = {
  code: "RT_KAFKA_OPTIONS",
  is: "an array of offset ranges, such as OffsetRange.create(topic, 0, 0, 10)",
  holds: (value) => Array.isArray(value) && value.every(RANGE.holds),
};

takes(KafkaUtils, {
  createDirectStream: {
    context: having("RT_KAFKA_OPTIONS", "a StreamingContext", "kafkaDirectStream"),
    location: ANY,
    strategy: STRATEGY,
  },
  createRDD: {
    context: having("RT_KAFKA_OPTIONS", "a SparkContext", "parallelize"),
    params: OPTIONS,
    offsetRanges: RANGES,
  },
});

type AllOptions = KafkaStreamOptions<DecoderName, DecoderName>;

type AnyOptions = Partial<Record<keyof KafkaStreamOptions, unknown>>;

const PARAMS: Readonly<Record<string, (value: unknown) => AnyOptions>> = {
  "bootstrap.servers": (brokers) => ({ brokers }),
  "group.id": (groupId) => ({ groupId }),
  "client.id": (clientId) => ({ clientId }),
  "auto.offset.reset": (startingOffsets) => ({ startingOffsets }),
  "enable.auto.commit": (commit) => ({ commit: commit !== false && commit !== "false" }),
  "key.deserializer": (key) => ({ key: decoderNamed(key) }),
  "value.deserializer": (value) => ({ value: decoderNamed(value) }),
  "isolation.level": (level) => {
    if (level === "read_committed") return {};
    throw optionsError(`isolation.level is read_committed here: no other is read, and not ${inspect(level)}`);
  },
  "security.protocol": (protocol) => (String(protocol).endsWith("SSL") ? { ssl: true } : {}),
  // Together: see sasl().
  "sasl.mechanism": () => ({}),
  "sasl.jaas.config": () => ({}),
};

function optionsOf(params: KafkaParams): AnyOptions {
  const read = Object.entries(params).map(([name, value]) => option(name, value));
  return Object.assign({}, ...read, sasl(params));
}

function option(name: string, value: unknown): AnyOptions {
  const read = PARAMS[name];
  if (read !== undefined) return read(value);
  throw optionsError(`the parameter ${name} is not known here: there is ${Object.keys(PARAMS).join(", ")}`);
}

function decoderNamed(name: unknown): unknown {
  if (typeof name !== "string") throw optionsError(`a deserializer is named by a text, not ${inspect(name)}`);
  if (name.endsWith("StringDeserializer")) return "string";
  return name.endsWith("ByteArrayDeserializer") ? "bytes" : name;
}

function sasl(params: KafkaParams): AnyOptions {
  const config = params["sasl.jaas.config"];
  if (config === undefined) return {};
  const [username, password] = ["username", "password"].map((name) =>
    new RegExp(`${name}="((?:[^"\\\\]|\\\\.)*)"`).exec(String(config))?.[1]?.replace(/\\(.)/g, "$1"),
  );
  if (username === undefined || password === undefined)
    throw optionsError(
      'sasl.jaas.config is read as `… username="…" password="…";`, and this one has not both',
    );
  const mechanism = String(params["sasl.mechanism"] ?? "PLAIN").toLowerCase();
  return { sasl: { mechanism, username, password } } as AnyOptions;
}
