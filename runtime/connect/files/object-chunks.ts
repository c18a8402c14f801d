import { createHash } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import { type RowChunk, rowChunk } from "../../pool/reader.js";
import { StreamError } from "../../stream-error.js";
import type { ByteReader } from "./byte-reader.js";
import type { Format } from "./row-writer.js";

/*
 * Files of records as V8 serialises them: what structured clone can copy comes back as it was.
 *
 *   "MILLRACE" version (4 bytes)
 *   then for each chunk: length (4 bytes), the first 8 bytes of the SHA-256 of the payload, payload: an array of records
 *   at the end: length 0, 8 bytes of zeros
 *
 * Numbers are little-endian.
 */

const MAGIC = Buffer.from("MILLRACE");
const VERSION = 1;
const HEAD_BYTES = MAGIC.length + 4;
const CHECK_BYTES = 8;
const CHUNK_HEAD_BYTES = 4 + CHECK_BYTES;

/** Records that are serialised at a time. */
const CHUNK_ROWS = 512;

/** Writes records as an object file. */
export const objectChunks: Format = (emit) => {
  let rows: unknown[] = [];
  const head = Buffer.alloc(HEAD_BYTES);
  MAGIC.copy(head);
  head.writeUInt32LE(VERSION, MAGIC.length);
  emit(head);
  const flush = () => {
    if (rows.length === 0) return;
    const payload = serialize(rows);
    rows = [];
    const chunkHead = Buffer.alloc(CHUNK_HEAD_BYTES);
    chunkHead.writeUInt32LE(payload.length);
    check(payload).copy(chunkHead, 4);
    emit(chunkHead);
    emit(payload);
  };
  return {
    write(row) {
      if (rows.push(row) >= CHUNK_ROWS) flush();
    },
    end() {
      flush();
      emit(Buffer.alloc(CHUNK_HEAD_BYTES));
    },
  };
};

/** The records of an object file. @throws StreamError RT_OBJECT_FILE when it is damaged, cut off or no such file */
export function* readObjectChunks(path: string, reader: ByteReader): Generator<RowChunk, void> {
  const take = (length: number): Buffer => {
    const bytes = Buffer.allocUnsafe(length);
    if (reader.read(bytes, 0, length) < length) throw damaged(path, "it ends too early");
    return bytes;
  };
  const head = take(HEAD_BYTES);
  if (!head.subarray(0, MAGIC.length).equals(MAGIC))
    throw damaged(path, "it was not written by saveAsObjectFile");
  const version = head.readUInt32LE(MAGIC.length);
  if (version !== VERSION) throw damaged(path, `it is of version ${version}, and ${VERSION} is read here`);
  for (let nth = 1; ; nth++) {
    const chunkHead = take(CHUNK_HEAD_BYTES);
    const length = chunkHead.readUInt32LE();
    if (length === 0) return;
    const payload = take(length);
    if (!check(payload).equals(chunkHead.subarray(4)))
      throw damaged(path, `chunk ${nth} is not as it was written`);
    yield rowChunk(deserialize(payload) as unknown[]);
  }
}

function check(payload: Uint8Array): Buffer {
  return createHash("sha256").update(payload).digest().subarray(0, CHECK_BYTES);
}

function damaged(path: string, why: string): StreamError {
  return new StreamError("RT_OBJECT_FILE", `${path} cannot be read as an object file: ${why}`);
}
