/**
 * The requests that kafkajs has not in the form that is needed: fetch and produce of whole batches, as they travel, and the
 * offsets of a group that waits for no transaction. https://kafka.apache.org/protocol
 */

import { ByteReader, ByteWriter } from "./bytes.js";
import type { Broker, Request } from "./kafkajs.js";

const FETCH = { apiKey: 1, apiVersion: 11, apiName: "Fetch" };
const PRODUCE = { apiKey: 0, apiVersion: 7, apiName: "Produce" };
const METADATA = { apiKey: 3, apiVersion: 10, apiName: "Metadata" };
const OFFSET_FETCH = { apiKey: 9, apiVersion: 7, apiName: "OffsetFetch" };

/** An error that a broker answered for a partition or a group, by its number. */
export class BrokerError extends Error {
  override readonly name = "BrokerError";
  /** Kafka's name for it. */
  readonly type: string;
  readonly retriable: boolean;

  constructor(readonly code: number) {
    const [type, retriable] = ERRORS[code] ?? [`error ${code}`, false];
    super(type);
    this.type = type;
    this.retriable = retriable;
  }
}

/** Those that come with these requests: name, and whether it may pass. */
const ERRORS: Readonly<Record<number, readonly [type: string, retriable: boolean]>> = {
  1: ["OFFSET_OUT_OF_RANGE", false],
  2: ["CORRUPT_MESSAGE", true],
  3: ["UNKNOWN_TOPIC_OR_PARTITION", true],
  5: ["LEADER_NOT_AVAILABLE", true],
  6: ["NOT_LEADER_FOR_PARTITION", true],
  7: ["REQUEST_TIMED_OUT", true],
  8: ["BROKER_NOT_AVAILABLE", true],
  9: ["REPLICA_NOT_AVAILABLE", true],
  10: ["MESSAGE_TOO_LARGE", false],
  13: ["NETWORK_EXCEPTION", true],
  14: ["GROUP_LOAD_IN_PROGRESS", true],
  15: ["GROUP_COORDINATOR_NOT_AVAILABLE", true],
  16: ["NOT_COORDINATOR_FOR_GROUP", true],
  18: ["RECORD_LIST_TOO_LARGE", false],
  19: ["NOT_ENOUGH_REPLICAS", true],
  20: ["NOT_ENOUGH_REPLICAS_AFTER_APPEND", true],
  29: ["TOPIC_AUTHORIZATION_FAILED", false],
  30: ["GROUP_AUTHORIZATION_FAILED", false],
  45: ["OUT_OF_ORDER_SEQUENCE_NUMBER", false],
  46: ["DUPLICATE_SEQUENCE_NUMBER", false],
  47: ["INVALID_PRODUCER_EPOCH", false],
  48: ["INVALID_TXN_STATE", false],
  51: ["CONCURRENT_TRANSACTIONS", true],
  53: ["TRANSACTIONAL_ID_AUTHORIZATION_FAILED", false],
  56: ["KAFKA_STORAGE_ERROR", true],
  59: ["UNKNOWN_PRODUCER_ID", false],
  74: ["FENCED_LEADER_EPOCH", true],
  75: ["UNKNOWN_LEADER_EPOCH", true],
  78: ["OFFSET_NOT_AVAILABLE", true],
  87: ["INVALID_RECORD", false],
  88: ["UNSTABLE_OFFSET_COMMIT", true],
  90: ["PRODUCER_FENCED", false],
};

/** What a broker sent of a partition. */
export interface Fetched {
  /** Batches as they lie in the log; the last may be cut off. */
  bytes: Buffer;
  /** Transactions that were aborted, from the offset of their first record on. */
  aborted: { producerId: number; firstOffset: number }[];
}

export interface FetchOf {
  topic: string;
  partition: number;
  offset: number;
  maxBytes: number;
  /** How long the broker may wait for the first byte. */
  maxWaitMs: number;
}

/** Committed records from an offset on. */
export function fetchRequest({ topic, partition, offset, maxBytes, maxWaitMs }: FetchOf): Request<Fetched> {
  const body = new ByteWriter()
    .int32(-1)
    .int32(maxWaitMs)
    .int32(1)
    .int32(maxBytes)
    .int8(READ_COMMITTED)
    .int32(0)
    .int32(-1)
    .int32(1)
    .text(topic)
    .int32(1)
    .int32(partition)
    .int32(-1)
    .int64(offset)
    .int64(-1)
    .int32(maxBytes)
    .int32(0)
    .text("");
  return request(FETCH, body, (reader) => {
    reader.int32();
    check(reader.int16());
    reader.int32();
    const [fetched] = reader.list(() => {
      reader.text();
      return reader.list(() => fetchedPartition(reader))[0];
    });
    return fetched ?? { bytes: Buffer.alloc(0), aborted: [] };
  });
}

export const READ_COMMITTED = 1;

function fetchedPartition(reader: ByteReader): Fetched {
  reader.int32();
  check(reader.int16());
  for (const _of of ["high watermark", "last stable offset", "log start"]) reader.int64();
  const aborted = reader.list(() => ({ producerId: reader.int64(), firstOffset: reader.int64() }));
  reader.int32();
  return { bytes: reader.bytes(Math.max(0, reader.int32())), aborted };
}

export interface ProduceOf {
  transactionalId: string | null;
  topic: string;
  batches: readonly PartitionBatch[];
}

/** A batch of records and where it goes. */
export interface PartitionBatch {
  partition: number;
  batch: Buffer;
}

/**
 * One batch for each of some partitions that have one leader; answered when all replicas that are in sync have them. Throws the first
 * error of those that were not written; one that had been written before is none: its answer was lost.
 */
export function produceRequest({ transactionalId, topic, batches }: ProduceOf): Request<void> {
  const bytes = batches.reduce((sum, { batch }) => sum + batch.length, 0);
  const body = new ByteWriter(bytes + PRODUCE_BYTES + 8 * batches.length + 3 * topic.length)
    .text(transactionalId)
    .int16(-1)
    .int32(PRODUCE_TIMEOUT_MS)
    .int32(1)
    .text(topic)
    .int32(batches.length);
  for (const { partition, batch } of batches) body.int32(partition).int32(batch.length).bytes(batch);
  return request(PRODUCE, body, (reader) => {
    const codes = reader.list(() => {
      reader.text();
      return reader.list(() => {
        reader.int32();
        const code = reader.int16();
        for (const _of of ["base offset", "append time", "log start"]) reader.int64();
        return code;
      });
    });
    check(codes.flat().find((code) => code !== 0 && code !== WRITTEN_BEFORE) ?? 0);
  });
}

/** DUPLICATE_SEQUENCE_NUMBER */
const WRITTEN_BEFORE = 46;

/** About what a request has beside its batches. */
const PRODUCE_BYTES = 200;

const PRODUCE_TIMEOUT_MS = 30_000;

/** What a group has committed of a partition; undefined for nothing. */
export interface CommittedOffset {
  offset: number;
  metadata: string;
}

/**
 * What a group has committed of a partition, when no transaction is under way any more that may change it: until then the
 * answer is UNSTABLE_OFFSET_COMMIT. Of a "flexible" version, whose head has a field that kafkajs's lacks: it is written and
 * read here, as the first byte of the body.
 */
export function stableOffsetRequest(
  group: string,
  topic: string,
  partition: number,
): Request<CommittedOffset | undefined> {
  const body = new ByteWriter()
    .unsignedVarint(0)
    .compactText(group)
    .unsignedVarint(2)
    .compactText(topic)
    .unsignedVarint(2)
    .int32(partition)
    .unsignedVarint(0)
    .int8(1)
    .unsignedVarint(0);
  return request(OFFSET_FETCH, body, (reader) => {
    reader.skipTags();
    reader.int32();
    const [committed] = reader.compactList(() => {
      reader.compactText();
      const [offset] = reader.compactList(() => committedOffset(reader));
      reader.skipTags();
      return offset;
    });
    check(reader.int16());
    return committed;
  });
}

function committedOffset(reader: ByteReader): CommittedOffset | undefined {
  reader.int32();
  const offset = reader.int64();
  reader.int32();
  const metadata = reader.compactText() ?? "";
  check(reader.int16());
  reader.skipTags();
  return offset < 0 ? undefined : { offset, metadata };
}

/** Whether a broker says which topic it is that has a name. */
export function knowsTopicIds({ versions }: Broker): boolean {
  return (versions?.[METADATA.apiKey]?.maxVersion ?? 0) >= METADATA.apiVersion;
}

/** The ids of topics, by name, in hexadecimal: one that is made anew has another. Those that are not there are left out. */
export function topicIdsRequest(topics: readonly string[]): Request<Map<string, string>> {
  const body = new ByteWriter().unsignedVarint(0).unsignedVarint(topics.length + 1);
  for (const topic of topics) body.bytes(new Uint8Array(UUID_BYTES)).compactText(topic).unsignedVarint(0);
  // None is made, and nobody is asked what is allowed.
  body.int8(0).int8(0).int8(0).unsignedVarint(0);
  return request(METADATA, body, (reader) => {
    reader.skipTags();
    reader.int32();
    reader.compactList(() => {
      reader.int32();
      reader.compactText();
      reader.int32();
      reader.compactText();
      reader.skipTags();
    });
    reader.compactText();
    reader.int32();
    const found = reader.compactList(() => {
      const code = reader.int16();
      const name = reader.compactText() ?? "";
      const id = reader.bytes(UUID_BYTES).toString("hex");
      reader.int8();
      reader.compactList(() => skipPartition(reader));
      reader.int32();
      reader.skipTags();
      return { code, name, id };
    });
    return new Map(found.flatMap(({ code, name, id }) => (code === 0 ? [[name, id]] : [])));
  });
}

const UUID_BYTES = 16;

function skipPartition(reader: ByteReader): void {
  reader.int16();
  for (const _of of ["partition", "leader", "leader's epoch"]) reader.int32();
  for (const _of of ["replicas", "those in sync", "those offline"]) reader.compactList(() => reader.int32());
  reader.skipTags();
}

/** @throws BrokerError */
function check(code: number): void {
  if (code !== 0) throw new BrokerError(code);
}

function request<T>(
  api: { apiKey: number; apiVersion: number; apiName: string },
  body: ByteWriter,
  read: (reader: ByteReader) => T,
): Request<T> {
  const { written } = body;
  return {
    request: { ...api, encode: async () => ({ buf: written, buffer: written }) },
    response: {
      decode: async (payload) => ({ payload }),
      parse: async ({ payload }) => read(new ByteReader(payload)),
    },
  };
}
