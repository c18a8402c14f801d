/**
 * What is used of kafkajs: its connections, with TLS, SASL and the search for leaders and coordinators. Its consumer cannot
 * read a range of offsets without a group, so its inner cluster is used, under a symbol that is found by what it says: the
 * package is pinned for that.
 */

import { createRequire } from "node:module";
import { StreamError } from "../../stream-error.js";
import { brokerSocket } from "./broker-socket.js";
import { credentialsOf, type KafkaClientSpec } from "./client.js";

/** A message to a broker, and how its answer is read. */
export interface Request<T> {
  request: {
    apiKey: number;
    apiVersion: number;
    apiName: string;
    /** The message in the shape of kafkajs's Encoder, of which only this is looked at. */
    encode(): Promise<{ buf: Buffer; buffer: Buffer }>;
  };
  response: {
    decode(payload: Buffer): Promise<{ payload: Buffer }>;
    parse(decoded: { payload: Buffer }): Promise<T>;
  };
}

export interface OffsetAt {
  partition: number;
  offset: string;
}

export interface Broker {
  versions: Record<number, { minVersion: number; maxVersion: number }> | null;
  connectionPool: { host: string; port: number; send<T>(request: Request<T>): Promise<T> };
  disconnect(): Promise<void>;
  metadata(topics: string[]): Promise<{ topicMetadata: { topic: string; isInternal?: boolean }[] }>;
  listOffsets(of: {
    isolationLevel: number;
    topics: { topic: string; partitions: { partition: number; timestamp: string }[] }[];
  }): Promise<{ responses: { topic: string; partitions: OffsetAt[] }[] }>;
  findGroupCoordinator(of: {
    groupId: string;
    coordinatorType: number;
  }): Promise<{ coordinator: { nodeId: number } }>;
  offsetCommit(of: {
    groupId: string;
    groupGenerationId: number;
    memberId: string;
    topics: { topic: string; partitions: OffsetAt[] }[];
  }): Promise<unknown>;
  initProducerId(of: {
    transactionalId: string | null;
    transactionTimeout: number;
  }): Promise<{ producerId: string; producerEpoch: number }>;
  addPartitionsToTxn(
    of: Transaction & { topics: { topic: string; partitions: number[] }[] },
  ): Promise<unknown>;
  addOffsetsToTxn(of: Transaction & { groupId: string }): Promise<unknown>;
  txnOffsetCommit(
    of: Transaction & {
      groupId: string;
      topics: { topic: string; partitions: (OffsetAt & { metadata: string })[] }[];
    },
  ): Promise<unknown>;
  endTxn(of: Transaction & { transactionResult: boolean }): Promise<unknown>;
}

export interface Transaction {
  transactionalId: string;
  producerId: string;
  producerEpoch: number;
}

export interface Cluster {
  brokerPool: { findConnectedBroker(): Promise<Broker> };
  targetTopics: Set<string>;
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  refreshMetadata(): Promise<void>;
  addMultipleTargetTopics(topics: string[]): Promise<void>;
  findBroker(of: { nodeId: number }): Promise<Broker>;
  findTopicPartitionMetadata(topic: string): { partitionId: number; leader: number }[];
}

const CREATE_CLUSTER = "private:Kafka:createCluster";

type CreateCluster = (options: { metadataMaxAge: number; allowAutoTopicCreation: boolean }) => Cluster;

/** Longer than a broker takes to accept a connection, and short enough to be told of within ten seconds. */
const CONNECT_MS = 3000;
/** A broker may be busy, or send much; whoever has less patience waits no longer than that. */
const REQUEST_MS = 30_000;

/** A cluster that is not connected yet. Each attempt to connect is told of: whoever uses it tries again. @throws StreamError RT_KAFKA_CLIENT */
export function newCluster(spec: KafkaClientSpec): Cluster {
  // Where the first stream that reads Kafka is opened: nobody else waits for it to load.
  const { Kafka } = createRequire(import.meta.url)("kafkajs") as typeof import("kafkajs");
  const { brokers, clientId } = spec;
  const { ssl, sasl } = credentialsOf(spec);
  const kafka = new Kafka({
    brokers,
    clientId,
    connectionTimeout: CONNECT_MS,
    authenticationTimeout: CONNECT_MS,
    requestTimeout: Math.min(REQUEST_MS, Math.max(CONNECT_MS, spec.patienceMs)),
    socketFactory: brokerSocket as never,
    retry: { retries: brokers.length - 1, initialRetryTime: 20, maxRetryTime: 100 },
    // What it would log is told by us, once, and without the options.
    logCreator: () => () => undefined,
    ...(ssl !== undefined && { ssl: ssl as boolean }),
    ...(sasl !== undefined && { sasl: sasl as Extract<typeof sasl, { mechanism: "plain" }> }),
  });
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === CREATE_CLUSTER,
  );
  if (symbol === undefined) {
    throw new StreamError(
      "RT_KAFKA_CLIENT",
      "kafkajs is there, but not the version 2.2.4 that Millrace is made for: install that one",
    );
  }
  const createCluster = Reflect.get(kafka, symbol) as CreateCluster;
  return createCluster({ metadataMaxAge: 5 * 60_000, allowAutoTopicCreation: false });
}
