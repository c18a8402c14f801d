/** The other direction of record-batch.ts: records into a batch. */

import { ByteWriter } from "./bytes.js";
import { crc32c } from "./crc32c.js";
import { ATTRIBUTES, RECORDS } from "./record-batch.js";

export type HeaderPair = readonly [name: string, value: string | Uint8Array | null];

/** A record as it is written. */
export interface OutgoingRecord {
  key: Uint8Array | null;
  value: Uint8Array | null;
  /** By name; as pairs where a name may come more than once. */
  headers: readonly HeaderPair[] | undefined;
  /** Ms since 1970; undefined for that of the batch. */
  timestampMs: number | undefined;
}

/** Who writes a batch; -1 for a producer without an id. */
export interface BatchProducer {
  id: number;
  epoch: number;
  /** Number of the batch's first record among those of this producer in its partition. */
  sequence: number;
  isTransactional: boolean;
}

const TRANSACTIONAL = 0x10;

/** The number by which a batch names the codec of its records. */
const CODEC_BITS = { none: 0, gzip: 1, snappy: 2, lz4: 3 } as const;

export type WritingCodec = keyof typeof CODEC_BITS;

/** Gathers records; their bytes are written at once. */
export class BatchWriter {
  readonly #records = new ByteWriter(64 << 10);
  /** The record at hand: its length stands before it. */
  readonly #record = new ByteWriter(1 << 10);
  #count = 0;
  #maxTimestampMs: number;

  /** @param baseTimestampMs of records without a time of their own */
  constructor(private readonly baseTimestampMs: number) {
    this.#maxTimestampMs = baseTimestampMs;
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#records.length;
  }

  add({ key, value, headers, timestampMs = this.baseTimestampMs }: OutgoingRecord): void {
    this.#maxTimestampMs = Math.max(this.#maxTimestampMs, timestampMs);
    const record = this.#record.clear();
    record
      .int8(0)
      .varint(timestampMs - this.baseTimestampMs)
      .varint(this.#count);
    nullable(record, key);
    nullable(record, value);
    record.varint(headers?.length ?? 0);
    for (const [name, header] of headers ?? []) {
      nullable(record, Buffer.from(name));
      nullable(record, typeof header === "string" ? Buffer.from(header) : header);
    }
    this.#records.varint(record.length).bytes(record.written);
    this.#count += 1;
  }

  /** The batch with all that was added. @param compress of the codec */
  finish(producer: BatchProducer, codec: WritingCodec, compress: (bytes: Buffer) => Uint8Array): Buffer {
    const records = codec === "none" ? this.#records.written : compress(this.#records.written);
    const batch = new ByteWriter(RECORDS + records.length);
    batch
      .int64(0) // the offset is the broker's to give
      .int32(RECORDS - 12 + records.length)
      .int32(-1)
      .int8(2)
      .int32(0)
      .int16(CODEC_BITS[codec] | (producer.isTransactional ? TRANSACTIONAL : 0))
      .int32(this.#count - 1)
      .int64(this.baseTimestampMs)
      .int64(this.#maxTimestampMs)
      .int64(producer.id)
      .int16(producer.epoch)
      .int32(producer.sequence)
      .int32(this.#count)
      .bytes(records);
    const { written } = batch;
    written.writeUInt32BE(crc32c(written, ATTRIBUTES), ATTRIBUTES - 4);
    return written;
  }
}

function nullable(writer: ByteWriter, bytes: Uint8Array | null): void {
  if (bytes === null) writer.varint(-1);
  else writer.varint(bytes.length).bytes(bytes);
}
