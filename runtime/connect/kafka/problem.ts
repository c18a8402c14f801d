/** What went wrong with Kafka, in a sentence that says what to do. */

import { StreamError } from "../../stream-error.js";
import { howToStart } from "../dev-server.js";

/** What was about to be done: what a sentence may name. */
export interface Subject {
  brokers: readonly string[];
  topic?: string;
  group?: string;
  transactionalId?: string;
}

/** A failure of a request, by the name that Kafka has for it. */
export interface KafkaProblem {
  /** `TOPIC_AUTHORIZATION_FAILED`, `ECONNREFUSED`; empty when it has none. */
  type: string;
  sentence: string;
  /** Whether the same may go well a little later. */
  mayPass: boolean;
}

/** @param said in the error itself */
type Sentence = (subject: Subject, said: string) => string;

const cluster = ({ brokers }: Subject) => `Kafka at ${brokers.join(", ")}`;

/** Why a certificate is not trusted, as OpenSSL says it. */
const UNKNOWN_ISSUER = [
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
];

const unknownIssuer: Sentence = (s) =>
  `${cluster(s)} has a certificate of nobody who is known here: give that of its authority as \`ssl: { ca }\``;

/** What a producer of transactions is told that can go on no more. */
const TAKEN_OVER = ["PRODUCER_FENCED", "INVALID_PRODUCER_EPOCH", "INVALID_TXN_STATE"];

const takenOver: Sentence = (s) =>
  `${cluster(s)} has ended the transaction of ${s.transactionalId ?? "this producer"}: another program writes under the same transactionalId, and each needs its own, or it took longer than brokers allow`;

/** What will not pass by itself. */
const FINAL: Readonly<Record<string, Sentence>> = {
  TOPIC_AUTHORIZATION_FAILED: (s) =>
    `${cluster(s)} does not allow this user the topic ${s.topic ?? ""}: have it allowed, or use another user`,
  GROUP_AUTHORIZATION_FAILED: (s) =>
    `${cluster(s)} does not allow this user the group ${s.group ?? ""}: have it allowed, or give another groupId`,
  CLUSTER_AUTHORIZATION_FAILED: (s) => `${cluster(s)} does not allow this user what is needed of the cluster`,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: (s) =>
    `${cluster(s)} does not allow this user the transactionalId ${s.transactionalId ?? ""}: have it allowed, or give another one`,
  ...Object.fromEntries(TAKEN_OVER.map((type) => [type, takenOver])),
  SASL_AUTHENTICATION_FAILED: (s) => `${cluster(s)} refuses the user name or the password of \`sasl\``,
  UNSUPPORTED_SASL_MECHANISM: (s) =>
    `${cluster(s)} does not know the mechanism of \`sasl\`: give one that it has`,
  INVALID_TOPIC_EXCEPTION: (s) => `${s.topic ?? ""} is no name that Kafka allows for a topic`,
  MESSAGE_TOO_LARGE: (s) =>
    `a message for the topic ${s.topic ?? ""} is larger than ${cluster(s)} takes: raise its max.message.bytes, or send less in one`,
  RECORD_LIST_TOO_LARGE: (s) =>
    `a batch of messages for the topic ${s.topic ?? ""} is larger than ${cluster(s)} takes: raise its segment.bytes`,
  INVALID_RECORD: (s) =>
    `the topic ${s.topic ?? ""} of ${cluster(s)} does not take such a record: a compacted topic wants a key`,
  ...Object.fromEntries(UNKNOWN_ISSUER.map((code) => [code, unknownIssuer])),
  CERT_HAS_EXPIRED: (s) => `${cluster(s)} has a certificate that has expired: have it renewed`,
  ERR_TLS_CERT_ALTNAME_INVALID: (s) =>
    `${cluster(s)} has a certificate for another name: use that name, or give it as \`ssl: { servername }\``,
  UNSUPPORTED_VERSION: (s, said) =>
    `${cluster(s)} does not speak ${said}: it is older than what is needed here, Kafka 2.5`,
};

/** What brokers say while they start, or one takes over from another. */
const MOVING = [
  "LEADER_NOT_AVAILABLE",
  "NOT_LEADER_FOR_PARTITION",
  "GROUP_LOAD_IN_PROGRESS",
  "GROUP_COORDINATOR_NOT_AVAILABLE",
  "NOT_COORDINATOR_FOR_GROUP",
];

const moving: Sentence = (s) => `${cluster(s)} is starting, or one of its brokers takes over from another`;

/** What passes when the other side is itself again. */
const PASSING: Readonly<Record<string, Sentence>> = {
  ECONNREFUSED: (s) =>
    `${cluster(s)} cannot be reached: nothing listens there${howToStart("kafka", s.brokers)}`,
  ENOTFOUND: (s) => `${cluster(s)} cannot be reached: the host name is unknown`,
  EAI_AGAIN: (s) => `${cluster(s)} cannot be reached: the host name cannot be looked up`,
  ECONNRESET: (s) =>
    `${cluster(s)} cut the connection: it went away, or this is a port for TLS (\`ssl: true\`), for none (no \`ssl\`), or for SASL (\`sasl\`)`,
  TIMED_OUT: (s) =>
    `${cluster(s)} does not answer: it hangs, is busy or starting, or what listens there is no Kafka`,
  NOT_KAFKA: (s) =>
    `what listens at ${s.brokers.join(", ")} is no Kafka, or wants TLS (\`ssl: true\`): give the port that the brokers listen on, 9092 where nobody says`,
  ERR_SSL_WRONG_VERSION_NUMBER: (s) =>
    `what listens at ${s.brokers.join(", ")} speaks no TLS: leave \`ssl\` out, or give the port that the brokers speak TLS on`,
  ...Object.fromEntries(MOVING.map((type) => [type, moving])),
  UNKNOWN_TOPIC_OR_PARTITION: (s) =>
    `${cluster(s)} has no topic ${s.topic ?? ""}; it is used when it is there`,
};

const NAMES: Readonly<Record<string, string>> = {
  KafkaJSSASLAuthenticationError: "SASL_AUTHENTICATION_FAILED",
  KafkaJSConnectionClosedError: "ECONNRESET",
  KafkaJSRequestTimeoutError: "TIMED_OUT",
  KafkaJSLockTimeout: "TIMED_OUT",
  KafkaJSTopicMetadataNotLoaded: "UNKNOWN_TOPIC_OR_PARTITION",
};

/** What kafkajs says where it has neither a type nor a code. */
const MESSAGES: readonly [RegExp, string][] = [
  [/closed (the )?connection|connection closed/i, "ECONNRESET"],
  [/^Connection timeout$/, "TIMED_OUT"],
  [/SSL routines:.*wrong version number/, "ERR_SSL_WRONG_VERSION_NUMBER"],
  // Not of a refusal, in which brokers name the mechanism too.
  [/^SASL \S+ mechanism is not supported/, "UNSUPPORTED_SASL_MECHANISM"],
];

export function kafkaProblem(error: unknown, subject: Subject): KafkaProblem {
  const root = rootOf(error);
  const type = typeOf(root);
  const final = FINAL[type];
  if (final !== undefined) return { type, sentence: final(subject, root.message), mayPass: false };
  const passing = PASSING[type];
  if (passing !== undefined) return { type, sentence: passing(subject, root.message), mayPass: true };
  const mayPass = (root as { retriable?: boolean }).retriable !== false;
  return { type, sentence: `${cluster(subject)}: ${root.message}`, mayPass };
}

/** As an error of the stream's. */
export function kafkaError({ sentence, type }: KafkaProblem): StreamError {
  return new StreamError("RT_KAFKA", type === "" ? sentence : `${sentence} (${type})`);
}

function typeOf(error: Error): string {
  const { type, code, name, message } = error as Error & { type?: unknown; code?: unknown };
  if (typeof type === "string") return type;
  const known = MESSAGES.find(([pattern]) => pattern.test(message))?.[1];
  return known ?? (typeof code === "string" ? code : NAMES[name]) ?? "";
}

/** kafkajs puts an error into another for each layer; a name with several addresses fails with all their errors at once. */
function rootOf(error: unknown): Error {
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0]);
  if (!(error instanceof Error)) return new Error(String(error));
  const { cause, originalError } = error as Error & { originalError?: unknown };
  const inner = cause ?? originalError;
  return inner instanceof Error ? rootOf(inner) : error;
}
