import type { RddNode } from "../../plan/rdd-node.js";
import type { Cancellation } from "../../pool/cancellation.js";
import { type OpenSplit, OutsideError } from "../../pool/connector.js";
import { type RowChunk, rowChunk } from "../../pool/reader.js";
import { taskCount } from "../../pool/task-counts.js";
import { StreamError } from "../../stream-error.js";
import type { AvroReading } from "./avro.js";
import type { KafkaClientSpec } from "./client.js";
import { decompress } from "./compression.js";
import { connectionOf, type KafkaConnection } from "./connection.js";
import { writeDeadLetters } from "./dead-letters.js";
import { type DecoderName, decoderOf } from "./decoders.js";
import { fetchRange } from "./fetch-range.js";
import { type OffsetRange, offsetsOf } from "./offset-range.js";
import type { KafkaRecord } from "./record.js";
import { BadBatch, checkSum, RECORDS, type RecordBatch, RecordReader } from "./record-batch.js";
import type { HeaderPair } from "./record-batch-writer.js";
import type { Undecodable } from "./undecodable.js";

/** How the records of a stream are read. Plain data. */
export interface KafkaReading {
  client: KafkaClientSpec;
  key: DecoderName;
  value: DecoderName;
  avro: AvroReading;
  undecodable: Undecodable;
  /** What the number of records is told under that were left out. */
  counter: string;
}

/** What one task reads. Plain data. */
export interface KafkaSplit extends KafkaReading {
  range: OffsetRange;
  /** Of the RDD. */
  place: number;
}

/** What an RDD of a direct stream consists of, in the order of its partitions; undefined for any other. */
export function offsetRangesOf({ op, params }: RddNode): OffsetRange[] | undefined {
  return op === "kafka" ? (params as KafkaSplit[]).map(({ range }) => range) : undefined;
}

/** Records handed on at a time. */
const CHUNK = 1024;

/** In the task: fetches the range, then decodes it as its records are asked for. */
export const openKafka: OpenSplit = (split, cancellation) => {
  const { range } = split as KafkaSplit;
  return offsetsOf(range) === 0 ? { chunks: [] } : open(split as KafkaSplit, cancellation);
};

async function open(split: KafkaSplit, cancellation: Cancellation): Promise<{ chunks: Iterable<RowChunk> }> {
  const connection = connectionOf(split.client);
  const tell = (problem: string) => void process.stderr.write(`${problem}\n`);
  try {
    const batches = await fetchRange(connection, split.range, cancellation, tell);
    const undecodable = new UndecodableRecords(split);
    if (typeof split.undecodable === "string") return { chunks: decoded(batches, split, undecodable) };
    // They are to be in their topic before the batch is done: all is decoded now, while the task may still wait.
    const chunks = [...decoded(batches, split, undecodable)];
    await writeDeadLetters(connection, split, undecodable.letters, cancellation.signal, tell);
    return { chunks };
  } catch (error) {
    throw outside(error, connection);
  }
}

/** What fails here is no fault of a function. */
function outside(error: unknown, { spec }: KafkaConnection): unknown {
  if (error instanceof StreamError) return new OutsideError(error);
  if (!(error instanceof BadBatch)) return error;
  const message = `${error.message}; what Kafka at ${spec.brokers.join(", ")} has of it must be repaired or deleted`;
  return new OutsideError(new StreamError("RT_KAFKA_CORRUPT", message));
}

function* decoded(
  batches: Iterable<RecordBatch>,
  split: KafkaSplit,
  undecodable: UndecodableRecords,
): Generator<RowChunk, void> {
  let rows: KafkaRecord<unknown, unknown>[] = [];
  for (const batch of batches) {
    try {
      decodeBatch(batch, split, rows, undecodable);
    } catch (error) {
      throw error instanceof BadBatch ? corrupt(batch, split.range, error.why) : error;
    }
    if (rows.length < CHUNK) continue;
    yield rowChunk(rows);
    rows = [];
  }
  if (rows.length > 0) yield rowChunk(rows);
}

const NO_HEADERS = Object.freeze({});

function decodeBatch(
  batch: RecordBatch,
  { range, ...split }: KafkaSplit,
  into: KafkaRecord<unknown, unknown>[],
  undecodable: UndecodableRecords,
): void {
  const { topic, partition, fromOffset, untilOffset } = range;
  const [key, value] = [decoderOf(split.key, "key", split.avro), decoderOf(split.value, "value", split.avro)];
  const records = recordsOf(batch);
  const { body } = records;
  while (records.next()) {
    const { offset } = records;
    if (offset < fromOffset || offset >= untilOffset) continue;
    try {
      into.push({
        topic,
        partition,
        offset,
        timestamp: records.timestampMs,
        key: records.keyLength < 0 ? null : key(body, records.keyAt, records.keyLength),
        value: records.valueLength < 0 ? null : value(body, records.valueAt, records.valueLength),
        headers: records.headerCount === 0 ? NO_HEADERS : records.headers(),
      });
    } catch (error) {
      undecodable.add(records, error);
    }
  }
}

/** The records of a batch as it was written. @throws BadBatch */
function recordsOf(batch: RecordBatch): RecordReader {
  checkSum(batch);
  if (batch.codec === "none") return new RecordReader(batch, batch.bytes, RECORDS);
  try {
    return new RecordReader(batch, decompress(batch.codec, batch.bytes.subarray(RECORDS)), 0);
  } catch (error) {
    throw new BadBatch(batch.baseOffset, `cannot be decompressed by ${batch.codec} (${String(error)})`);
  }
}

function corrupt(batch: RecordBatch, { topic, partition }: OffsetRange, why: string): OutsideError {
  return new OutsideError(
    new StreamError(
      "RT_KAFKA_CORRUPT",
      `the batch at offset ${batch.baseOffset} of ${topic}, partition ${partition}, ${why}; have the broker restore it from another replica, or delete the records up to ${batch.lastOffset}`,
    ),
  );
}

/** A record that could not be decoded, as it came. */
export interface DeadLetter {
  key: Uint8Array | null;
  value: Uint8Array | null;
  headers: readonly HeaderPair[];
}

const SHOWN_BYTES = 100;

/** The records of one split that its decoders do not take. */
class UndecodableRecords {
  readonly #count: { value: number };
  /** Those that go to a topic of their own. */
  readonly letters: DeadLetter[] = [];

  constructor(private readonly split: KafkaSplit) {
    this.#count = taskCount(split.counter, split.place);
  }

  /** @throws OutsideError RT_KAFKA_RECORD, by that policy */
  add(record: RecordReader, error: unknown): void {
    const { undecodable, range } = this.split;
    const why = error instanceof Error ? error.message : String(error);
    if (undecodable === "fail") throw this.#error(record, why);
    this.#count.value += 1;
    if (undecodable === "skip") return;
    this.letters.push({
      key: copyOf(record.body, record.keyAt, record.keyLength),
      value: copyOf(record.body, record.valueAt, record.valueLength),
      headers: [
        ...record.headerBytes(),
        ["millrace.topic", range.topic],
        ["millrace.partition", String(range.partition)],
        ["millrace.offset", String(record.offset)],
        ["millrace.error", why],
      ],
    });
  }

  #error({ body, valueAt, valueLength, offset }: RecordReader, why: string): OutsideError {
    const { range, key, value } = this.split;
    const shown = body.toString("utf8", valueAt, valueAt + Math.min(valueLength, SHOWN_BYTES));
    const more = valueLength > SHOWN_BYTES ? "…" : "";
    return new OutsideError(
      new StreamError(
        "RT_KAFKA_RECORD",
        `the record at offset ${offset} of ${range.topic}, partition ${range.partition}, cannot be decoded (key: ${key}, value: ${value}): ${shown}${more} (${why}); give undecodable: "skip" to leave such records out, or { deadLetterTopic } to put them there`,
      ),
    );
  }
}

function copyOf(body: Buffer, at: number, length: number): Uint8Array | null {
  return length < 0 ? null : Uint8Array.prototype.slice.call(body, at, at + length);
}
