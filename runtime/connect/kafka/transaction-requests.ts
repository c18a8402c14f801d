/** Transactions as brokers since Kafka 4.0 have them (KIP-890): what is written in one is a part of it without being added before. */

import { check } from "./broker-error.js";
import { ByteWriter } from "./bytes.js";
import type { Broker, Request, Transaction } from "./kafkajs.js";
import { request } from "./request.js";
import type { CommittedOffset } from "./requests.js";

const API_VERSIONS = { apiKey: 18, apiVersion: 3, apiName: "ApiVersions" };
const END_TXN = { apiKey: 26, apiVersion: 5, apiName: "EndTxn" };
const TXN_OFFSET_COMMIT = { apiKey: 28, apiVersion: 5, apiName: "TxnOffsetCommit" };

/** Whether a broker says which features its cluster has. */
export function knowsFeatures({ versions }: Broker): boolean {
  return (versions?.[API_VERSIONS.apiKey]?.maxVersion ?? 0) >= API_VERSIONS.apiVersion;
}

/** The features that all brokers of the cluster have, by name: up to which version. */
export function featuresRequest(): Request<Map<string, number>> {
  const body = new ByteWriter().unsignedVarint(0).compactText("millrace").compactText("0").unsignedVarint(0);
  return request(API_VERSIONS, body, (reader) => {
    check(reader.int16());
    reader.compactList(() => {
      for (const _of of ["key", "least version", "most"]) reader.int16();
      reader.skipTags();
    });
    reader.int32();
    const features = new Map<string, number>();
    reader.tags((tag, field) => {
      if (tag !== FINALIZED_FEATURES) return;
      field.compactList(() => {
        const name = field.compactText() ?? "";
        features.set(name, field.int16());
        field.int16();
        field.skipTags();
      });
    });
    return features;
  });
}

const FINALIZED_FEATURES = 2;

/** Says of a transaction what is to be found in the offsets of a group when it is committed. */
export function txnOffsetCommitRequest(
  { transactionalId, producerId, producerEpoch }: Transaction,
  group: string,
  topic: string,
  { offset, metadata }: CommittedOffset,
): Request<void> {
  const [NO_GENERATION, NO_EPOCH] = [-1, -1];
  const body = new ByteWriter()
    .unsignedVarint(0)
    .compactText(transactionalId)
    .compactText(group)
    .int64(Number(producerId))
    .int16(producerEpoch)
    .int32(NO_GENERATION)
    .compactText("")
    .compactText(null)
    .unsignedVarint(2)
    .compactText(topic)
    .unsignedVarint(2)
    .int32(0)
    .int64(offset)
    .int32(NO_EPOCH)
    .compactText(metadata)
    .unsignedVarint(0)
    .unsignedVarint(0)
    .unsignedVarint(0);
  return request(TXN_OFFSET_COMMIT, body, (reader) => {
    reader.skipTags();
    reader.int32();
    reader.compactList(() => {
      reader.compactText();
      reader.compactList(() => {
        reader.int32();
        check(reader.int16());
        reader.skipTags();
      });
      reader.skipTags();
    });
  });
}

/** Ends a transaction. @returns by what the producer is known in the next one */
export function endTxnRequest(
  { transactionalId, producerId, producerEpoch }: Transaction,
  commits: boolean,
): Request<Transaction> {
  const body = new ByteWriter()
    .unsignedVarint(0)
    .compactText(transactionalId)
    .int64(Number(producerId))
    .int16(producerEpoch)
    .int8(commits ? 1 : 0)
    .unsignedVarint(0);
  return request(END_TXN, body, (reader) => {
    reader.skipTags();
    reader.int32();
    check(reader.int16());
    return { transactionalId, producerId: String(reader.int64()), producerEpoch: reader.int16() };
  });
}
