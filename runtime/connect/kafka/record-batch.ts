/**
 * Kafka's record batches (format 2) as they lie in the log and travel: read here without a copy, since the client's own
 * decoder makes ten objects a record and checks no checksum. https://kafka.apache.org/documentation/#recordbatch
 */

import { crc32c } from "./crc32c.js";

/** How the records of a batch are compressed. */
export type CodecName = "none" | "gzip" | "snappy" | "lz4" | "zstd";

const CODECS: readonly CodecName[] = ["none", "gzip", "snappy", "lz4", "zstd"];

/** Where things are, from the beginning of a batch. */
const LENGTH = 8;
const MAGIC = 16;
const CRC = 17;
export const ATTRIBUTES = 21;
const LAST_OFFSET_DELTA = 23;
const BASE_TIMESTAMP = 27;
const MAX_TIMESTAMP = 35;
const PRODUCER_ID = 43;
const COUNT = 57;
export const RECORDS = 61;

const APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

/** A batch within some bytes. */
export interface RecordBatch {
  bytes: Buffer;
  baseOffset: number;
  lastOffset: number;
  codec: CodecName;
  isTransactional: boolean;
  /** It says how a transaction ended, and has no records of programs. */
  isControl: boolean;
  producerId: number;
  baseTimestampMs: number;
  /** The time of all records, where the broker sets it; undefined where each has its own. */
  appendedMs: number | undefined;
  records: number;
}

/** A batch is not as it was written, or of a format that is not read here. */
export class BadBatch extends Error {
  override readonly name = "BadBatch";

  constructor(
    readonly offset: number,
    readonly why: string,
  ) {
    super(`the batch at offset ${offset} ${why}`);
  }
}

/** The batches in what a broker sent, in order. The last one may be cut off: it is left out. @throws BadBatch */
export function* batchesIn(bytes: Buffer): Generator<RecordBatch, void> {
  for (let at = 0; at + RECORDS <= bytes.length; ) {
    const length = LENGTH + 4 + bytes.readInt32BE(at + LENGTH);
    if (at + length > bytes.length) return;
    yield batchOf(bytes.subarray(at, at + length));
    at += length;
  }
}

function batchOf(bytes: Buffer): RecordBatch {
  const baseOffset = int64(bytes, 0);
  if (bytes[MAGIC] !== 2)
    throw new BadBatch(baseOffset, `is of message format ${bytes[MAGIC]}, that of Kafka before 0.11`);
  const attributes = bytes.readInt16BE(ATTRIBUTES);
  const codec = CODECS[attributes & 7];
  if (codec === undefined)
    throw new BadBatch(baseOffset, `is compressed by an unknown codec (${attributes & 7})`);
  return {
    bytes,
    baseOffset,
    lastOffset: baseOffset + bytes.readInt32BE(LAST_OFFSET_DELTA),
    codec,
    isTransactional: (attributes & TRANSACTIONAL) !== 0,
    isControl: (attributes & CONTROL) !== 0,
    producerId: int64(bytes, PRODUCER_ID),
    baseTimestampMs: int64(bytes, BASE_TIMESTAMP),
    appendedMs: (attributes & APPEND_TIME) === 0 ? undefined : int64(bytes, MAX_TIMESTAMP),
    records: bytes.readInt32BE(COUNT),
  };
}

/** @throws BadBatch when it is not as it was written */
export function checkSum({ bytes, baseOffset }: RecordBatch): void {
  const [is, should] = [crc32c(bytes, ATTRIBUTES), bytes.readUInt32BE(CRC)];
  if (is !== should)
    throw new BadBatch(baseOffset, `is damaged: its checksum is ${hex(is)}, and ${hex(should)} is written`);
}

/** Whether a control batch says that its transaction was aborted. */
export function isAbort({ bytes }: RecordBatch): boolean {
  // One record: its length, attributes, times and offset in a byte each, the length of its key, version and type.
  const key = RECORDS + 5;
  return bytes.readInt16BE(key + 2) === 0;
}

/**
 * Goes through the records of a batch, one at a time: where the parts of the record at hand are in {@link body}.
 * @throws BadBatch, RangeError where the body ends too early
 */
export class RecordReader {
  offset = 0;
  timestampMs = 0;
  /** -1 for none. */
  keyLength = 0;
  keyAt = 0;
  valueLength = 0;
  valueAt = 0;
  headerCount = 0;
  /** Of the varint after the number of headers. */
  headersAt = 0;
  #at: number;
  #left: number;

  /** @param body the records, not compressed; @param at where they begin in it */
  constructor(
    private readonly batch: RecordBatch,
    readonly body: Buffer,
    at: number,
  ) {
    this.#at = at;
    this.#left = batch.records;
  }

  /** Goes to the next record; false when there is none. */
  next(): boolean {
    if (this.#left === 0) return false;
    this.#left -= 1;
    const { batch } = this;
    const length = this.#varint();
    const end = this.#at + length;
    if (length < 6 || end > this.body.length)
      throw new BadBatch(batch.baseOffset, "ends before its records do");
    this.#at += 1; // attributes, of which there are none
    const timestamp = batch.baseTimestampMs + this.#varlong();
    this.timestampMs = batch.appendedMs ?? timestamp;
    this.offset = batch.baseOffset + this.#varint();
    this.keyLength = this.#varint();
    this.keyAt = this.#at;
    if (this.keyLength > 0) this.#at += this.keyLength;
    this.valueLength = this.#varint();
    this.valueAt = this.#at;
    if (this.valueLength > 0) this.#at += this.valueLength;
    this.headerCount = this.#varint();
    this.headersAt = this.#at;
    this.#at = end;
    return true;
  }

  /** The headers of the record at hand as texts, by name; of several of one name the last. */
  headers(): Record<string, string> {
    return Object.fromEntries(
      this.headerBytes().map(([name, value]) => [name, Buffer.from(value ?? []).toString("utf8")]),
    );
  }

  /** The same as they came: all of them, in order. */
  headerBytes(): [name: string, value: Uint8Array | null][] {
    const end = this.#at;
    this.#at = this.headersAt;
    const headers = Array.from({ length: this.headerCount }, (): [string, Uint8Array | null] => [
      Buffer.from(this.#bytes() ?? []).toString("utf8"),
      this.#bytes(),
    ]);
    this.#at = end;
    return headers;
  }

  #bytes(): Uint8Array | null {
    const length = this.#varint();
    if (length < 0) return null;
    this.#at += length;
    return Uint8Array.prototype.slice.call(this.body, this.#at - length, this.#at);
  }

  #varint(): number {
    const { body } = this;
    let byte = body[this.#at++] as number;
    if (byte < 128) return (byte >>> 1) ^ -(byte & 1);
    let value = byte & 127;
    for (let shift = 7; byte >= 128; shift += 7) {
      byte = body[this.#at++] as number;
      value |= (byte & 127) << shift;
    }
    return (value >>> 1) ^ -(value & 1);
  }

  #varlong(): number {
    const { body } = this;
    let byte = body[this.#at++] as number;
    let value = byte & 127;
    for (let factor = 128; byte >= 128; factor *= 128) {
      byte = body[this.#at++] as number;
      value += (byte & 127) * factor;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

function int64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
}

function hex(sum: number): string {
  return sum.toString(16).padStart(8, "0");
}
