import { inspect } from "node:util";
import { StreamError } from "../../stream-error.js";
import { type DurationLike, toDuration } from "../../time/duration.js";

/** How the brokers are reached, as a program says it. */
export interface KafkaClientOptions {
  /** `["host:9092", …]`: some of the cluster's; the others are found by these. Also one text with commas between. */
  brokers: string | readonly string[];
  /** What the brokers log this program under; default "millrace". */
  clientId?: string;
  /** TLS: true for a broker whose certificate is known to all, else what Node's `tls.connect` takes of this. */
  ssl?: boolean | KafkaTls;
  /** Who one is, where the brokers ask. Never shown, and not written to checkpoints. */
  sasl?: KafkaSasl;
  /** How long a task waits for a broker that is away before its batch fails; default 2 minutes. */
  patience?: DurationLike;
}

export interface KafkaTls {
  /** In PEM. */
  ca?: string | readonly string[];
  cert?: string;
  key?: string;
  passphrase?: string;
  servername?: string;
  rejectUnauthorized?: boolean;
}

export interface KafkaSasl {
  mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
  username: string;
  password: string;
}

/** The same as plain data, for other threads. */
export interface KafkaClientSpec {
  brokers: string[];
  clientId: string;
  /** `ssl` and `sasl` as JSON in bytes: nothing that shows or logs a plan shows them as text. */
  credentials: Uint8Array;
  patienceMs: number;
}

const PATIENCE = "2 minutes";
const MECHANISMS: readonly string[] = [
  "plain",
  "scram-sha-256",
  "scram-sha-512",
] satisfies KafkaSasl["mechanism"][];

/** @throws StreamError RT_KAFKA_OPTIONS, RT_DURATION */
export function clientSpec(options: KafkaClientOptions): KafkaClientSpec {
  const { brokers, clientId = "millrace", ssl, sasl, patience = PATIENCE } = options;
  const list =
    typeof brokers === "string" ? brokers.split(",").map((broker) => broker.trim()) : [...(brokers ?? [])];
  const wrong = list.find((broker) => !/^\S+:\d{1,5}$/.test(broker));
  if (list.length === 0 || wrong !== undefined) {
    const given = wrong === undefined ? inspect(brokers) : inspect(wrong);
    throw optionsError(`brokers are texts "host:port", at least one, not ${given}`);
  }
  if (sasl !== undefined && !MECHANISMS.includes(sasl.mechanism))
    throw optionsError(`sasl.mechanism is one of ${MECHANISMS.join(", ")}, not ${inspect(sasl.mechanism)}`);
  const credentials = Buffer.from(JSON.stringify({ ssl, sasl }));
  return {
    brokers: list,
    clientId,
    credentials: Uint8Array.from(credentials),
    patienceMs: toDuration(patience).ms,
  };
}

/** What {@link clientSpec} put into bytes. */
export function credentialsOf({ credentials }: KafkaClientSpec): Pick<KafkaClientOptions, "ssl" | "sasl"> {
  return JSON.parse(Buffer.from(credentials).toString("utf8"));
}

export function optionsError(message: string): StreamError {
  return new StreamError("RT_KAFKA_OPTIONS", message);
}
