import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { endTask } from "../../pool/task-end.js";
import { compressor, decompress, WRITING_CODECS } from "./compression.js";
import { crc32c } from "./crc32c.js";
import { FetchedBatches } from "./fetched-batches.js";
import { murmur2 } from "./murmur2.js";
import { BadBatch, batchesIn, checkSum, RECORDS, type RecordBatch, RecordReader } from "./record-batch.js";
import { BatchWriter, type OutgoingRecord } from "./record-batch-writer.js";

const require = createRequire(import.meta.url);
const PRODUCER = { id: 7_000_000_001, epoch: 3, sequence: 5, isTransactional: true };
const HEADERS: OutgoingRecord["headers"] = [
  ["a", "1"],
  ["b", Buffer.from("ü")],
];
const RECORD: OutgoingRecord = { key: null, value: null, headers: undefined, timestampMs: undefined };

test("a checksum is that of the published vectors", () => {
  expect(crc32c(Buffer.from("123456789")).toString(16)).toBe("e3069283");
  expect(crc32c(Buffer.alloc(32)).toString(16)).toBe("8a9136aa");
  expect(crc32c(Buffer.alloc(32, 0xff)).toString(16)).toBe("62a8ab43");
  expect(crc32c(Buffer.from("xx123456789x"), 2, 11).toString(16)).toBe("e3069283");
});

test.each([
  ["21", -973932308],
  ["foobar", -790332482],
  ["a-little-bit-long-string", -985981536],
  ["a-little-bit-longer-string", -1486304829],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
])("the hash of the key %s is that of Kafka's own tests", (key, hash) => {
  expect(murmur2(Buffer.from(key))).toBe(hash);
});

describe("what a writer writes, a reader reads", () => {
  test.each(WRITING_CODECS)("with the codec %s", (codec) => {
    const records: OutgoingRecord[] = Array.from({ length: 300 }, (_, i) => ({
      key: i % 3 === 0 ? null : Buffer.from(`key ${i % 10}`),
      value: i % 5 === 0 ? null : Buffer.from("v".repeat(i)),
      headers: i % 7 === 0 ? HEADERS : undefined,
      timestampMs: i % 2 === 0 ? undefined : 1_700_000_000_000 - 40 * 86_400_000 * (i % 3),
    }));
    const [batch, none] = batches(written(records, codec));
    expect(none).toBeUndefined();
    expect(batch).toMatchObject({
      records: 300,
      lastOffset: 299,
      codec,
      isTransactional: true,
      isControl: false,
    });
    expect(batch?.producerId).toBe(PRODUCER.id);
    expect(readAll(batch as RecordBatch)).toEqual(
      records.map(({ key, value, headers, timestampMs = 1_700_000_000_000 }, offset) => ({
        offset,
        timestampMs,
        key: key?.toString() ?? null,
        value: value?.toString() ?? null,
        headers: headers === undefined ? {} : { a: "1", b: "ü" },
      })),
    );
  });

  test("and kafkajs reads the same", async () => {
    const decode = require("kafkajs/src/protocol/recordBatch/v0/decoder");
    const Decoder = require("kafkajs/src/protocol/decoder");
    const bytes = written(
      [{ ...RECORD, key: Buffer.from("k"), value: Buffer.from("v"), headers: [["h", "1"]] }],
      "none",
    );
    const { records } = await decode(new Decoder(bytes));
    expect(records).toHaveLength(1);
    expect([String(records[0].key), String(records[0].value), String(records[0].headers.h)]).toEqual([
      "k",
      "v",
      "1",
    ]);
  });
});

test("a batch of which a bit is turned is told of by its offset", () => {
  const bytes = written([{ ...RECORD, value: Buffer.from("value") }], "none");
  bytes[bytes.length - 3] = (bytes.at(-3) ?? 0) ^ 1;
  const [batch] = batches(bytes);
  expect(() => checkSum(batch as RecordBatch)).toThrow(BadBatch);
  expect(() => checkSum(batch as RecordBatch)).toThrow(
    /the batch at offset 0 is damaged: its checksum is [0-9a-f]{8}/,
  );
});

test("a batch that is cut off is left out, and those before it are read", () => {
  const one = written([{ ...RECORD, value: Buffer.from("value") }], "none");
  const two = Buffer.concat([one, one]);
  for (let length = one.length; length < two.length; length++)
    expect(batches(two.subarray(0, length))).toHaveLength(1);
  expect(batches(two)).toHaveLength(2);
});

function written(records: OutgoingRecord[], codec: (typeof WRITING_CODECS)[number]): Buffer {
  const writer = new BatchWriter(1_700_000_000_000);
  for (const record of records) writer.add(record);
  return Buffer.from(writer.finish(PRODUCER, codec, compressor(codec)));
}

function batches(bytes: Buffer): RecordBatch[] {
  return [...batchesIn(bytes)];
}

function readAll(batch: RecordBatch) {
  checkSum(batch);
  const body = decompress(batch.codec, batch.bytes.subarray(RECORDS));
  const reader = new RecordReader(batch, body, 0);
  const text = (at: number, length: number) => (length < 0 ? null : body.toString("utf8", at, at + length));
  const rows: unknown[] = [];
  while (reader.next()) {
    const { offset, timestampMs } = reader;
    const [key, value] = [text(reader.keyAt, reader.keyLength), text(reader.valueAt, reader.valueLength)];
    rows.push({ offset, timestampMs, key, value, headers: reader.headers() });
  }
  return rows;
}

test("batches beyond what is held in memory wait on disk, and come in order", () => {
  const all = Array.from({ length: 50 }, (_, i) =>
    written([{ ...RECORD, value: Buffer.from(`value ${i}`.repeat(1 + (i % 9))) }], "none"),
  );
  const fetched = new FetchedBatches(1000);
  for (const bytes of all) for (const batch of batchesIn(bytes)) fetched.add(batch);
  const values = [...fetched].flatMap((batch) =>
    readAll(batch).map((row) => (row as { value: string }).value),
  );
  expect(values).toEqual(all.map((_, i) => `value ${i}`.repeat(1 + (i % 9))));
  expect(endTask()).toEqual([]);
});
