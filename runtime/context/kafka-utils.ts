import { inspect } from "node:util";
import { optionsError } from "../connect/kafka/client.js";
import type { DecoderName } from "../connect/kafka/decoders.js";
import type { KafkaRecord } from "../connect/kafka/record.js";
import type { TopicPartition } from "../connect/kafka/subscription.js";
import type { DStream } from "./dstream.js";
import type { KafkaStreamOptions } from "./kafka-options.js";
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
   * `enable.auto.commit` (false: the group is not told when a batch is done), `key.deserializer` and `value.deserializer` ("…StringDeserializer",
   * "…ByteArrayDeserializer", or this library's own names), `security.protocol`, `sasl.mechanism`, `sasl.jaas.config`.
   * @throws StreamError RT_KAFKA_OPTIONS for a parameter that would be left unread
   */
  createDirectStream<K = string, V = string>(
    context: StreamingContext,
    _location: LocationStrategy,
    { options, params, offsets }: ConsumerStrategy,
  ): DStream<KafkaRecord<K, V>> {
    const read = Object.assign({}, ...Object.entries(params).map(([name, value]) => option(name, value)));
    const starting = offsets === undefined ? {} : { startingOffsets: offsets };
    const all = { ...read, ...sasl(params), ...options, ...starting } as KafkaStreamOptions<
      DecoderName,
      DecoderName
    >;
    return context.kafkaDirectStream(all) as unknown as DStream<KafkaRecord<K, V>>;
  },
} as const;

type AnyOptions = Partial<Record<keyof KafkaStreamOptions, unknown>>;

const PARAMS: Readonly<Record<string, (value: unknown) => AnyOptions>> = {
  "bootstrap.servers": (brokers) => ({ brokers }),
  "group.id": (groupId) => ({ groupId }),
  "client.id": (clientId) => ({ clientId }),
  "auto.offset.reset": (startingOffsets) => ({ startingOffsets }),
  "enable.auto.commit": (commit) => ({ commit: commit !== false && commit !== "false" }),
  "key.deserializer": (key) => ({ key: decoderNamed(key) }),
  "value.deserializer": (value) => ({ value: decoderNamed(value) }),
  "security.protocol": (protocol) => (String(protocol).endsWith("SSL") ? { ssl: true } : {}),
  // Together: see sasl().
  "sasl.mechanism": () => ({}),
  "sasl.jaas.config": () => ({}),
};

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
