/** Fetch of whole batches, as they travel, the offsets of a group when no transaction may change them, and ids of topics. */

import { check } from "./broker-error.js";
import { type ByteReader, ByteWriter } from "./bytes.js";
import type { Broker, Request } from "./kafkajs.js";
import { request } from "./request.js";

const FETCH = { apiKey: 1, apiVersion: 11, apiName: "Fetch" };
const METADATA = { apiKey: 3, apiVersion: 10, apiName: "Metadata" };
const OFFSET_FETCH = { apiKey: 9, apiVersion: 7, apiName: "OffsetFetch" };

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

/** What a group has committed of a partition; undefined for nothing. */
export interface CommittedOffset {
  offset: number;
  metadata: string;
}

/**
 * What a group has committed of a partition, when no transaction is under way any more that may change it: until then the
 * answer is UNSTABLE_OFFSET_COMMIT.
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
