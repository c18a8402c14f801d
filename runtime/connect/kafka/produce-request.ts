import { check } from "./broker-error.js";
import { type ByteReader, ByteWriter } from "./bytes.js";
import type { Request } from "./kafkajs.js";
import { request } from "./request.js";

const PRODUCE = { apiKey: 0, apiVersion: 7, apiName: "Produce" };
const PRODUCE_ADDING = { apiKey: 0, apiVersion: 12, apiName: "Produce" };

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
  const body = new ByteWriter(bytesOf(topic, batches))
    .text(transactionalId)
    .int16(ALL_REPLICAS)
    .int32(PRODUCE_TIMEOUT_MS)
    .int32(1)
    .text(topic)
    .int32(batches.length);
  for (const { partition, batch } of batches) body.int32(partition).int32(batch.length).bytes(batch);
  return request(PRODUCE, body, (reader) => {
    const codes = reader.list(() => {
      reader.text();
      return reader.list(() => partitionCode(reader));
    });
    checkAll(codes.flat());
  });
}

/** The same where the brokers add the partitions to the transaction themselves. */
export function addingProduceRequest({ transactionalId, topic, batches }: ProduceOf): Request<void> {
  const body = new ByteWriter(bytesOf(topic, batches))
    .unsignedVarint(0)
    .compactText(transactionalId)
    .int16(ALL_REPLICAS)
    .int32(PRODUCE_TIMEOUT_MS)
    .unsignedVarint(2)
    .compactText(topic)
    .unsignedVarint(batches.length + 1);
  for (const { partition, batch } of batches)
    body
      .int32(partition)
      .unsignedVarint(batch.length + 1)
      .bytes(batch)
      .unsignedVarint(0);
  body.unsignedVarint(0).unsignedVarint(0);
  return request(PRODUCE_ADDING, body, (reader) => {
    reader.skipTags();
    const codes = reader.compactList(() => {
      reader.compactText();
      const of = reader.compactList(() => {
        const code = partitionCode(reader);
        // Of single records.
        reader.compactList(() => {
          reader.int32();
          reader.compactText();
          reader.skipTags();
        });
        reader.compactText();
        reader.skipTags();
        return code;
      });
      reader.skipTags();
      return of;
    });
    checkAll(codes.flat());
  });
}

function partitionCode(reader: ByteReader): number {
  reader.int32();
  const code = reader.int16();
  for (const _of of ["base offset", "append time", "log start"]) reader.int64();
  return code;
}

function checkAll(codes: readonly number[]): void {
  check(codes.find((code) => code !== 0 && code !== WRITTEN_BEFORE) ?? 0);
}

/** DUPLICATE_SEQUENCE_NUMBER */
const WRITTEN_BEFORE = 46;

const ALL_REPLICAS = -1;
const PRODUCE_TIMEOUT_MS = 30_000;

/** About how many bytes the request takes. */
function bytesOf(topic: string, batches: readonly PartitionBatch[]): number {
  return batches.reduce((sum, { batch }) => sum + batch.length + 10, HEAD_BYTES + 3 * topic.length);
}

const HEAD_BYTES = 200;
