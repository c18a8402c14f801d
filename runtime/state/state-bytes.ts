import { closeSync, openSync, readSync } from "node:fs";
import { diskError } from "../disk/disk-error.js";
import type { Column } from "../rows/column-batch.js";
import { decodeColumns, type EncodedColumn, encodeColumns } from "../rows/column-codec.js";

/** A state, or a change of one, as bytes: in memory, or where they lie on a disk of this machine. */
export type StateBytes = Uint8Array | BytesPlace;

/** A part of a file. Plain data: every thread can read it as long as the file is there. */
export interface BytesPlace {
  path: string;
  at: number;
  length: number;
}

/** Columns of the same length. */
export interface Table {
  columns: readonly ArrayLike<unknown>[];
  length: number;
}

/** The same as it is to be written. */
export interface WrittenTable {
  columns: readonly (ArrayLike<unknown> | EncodedColumn)[];
  length: number;
}

/** Words before each table: its number of columns, their length, and the bytes they take. */
const HEADER_BYTES = 3 * Uint32Array.BYTES_PER_ELEMENT;

/** Tables as bytes, one after the other, in memory of their own, which can be moved to another thread. Values come back as structured clone would give them. */
export function tablesToBytes(tables: readonly WrittenTable[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let all = 0;
  for (const { columns, length } of tables) {
    const header = new Uint32Array([columns.length, length, 0]);
    parts.push(new Uint8Array(header.buffer));
    all += HEADER_BYTES;
    let size = 0;
    for (const part of encodeColumns(columns)) {
      parts.push(part);
      size += part.length;
    }
    header[2] = size;
    all += size;
  }
  return together(parts, all);
}

/** Bytes of so many in all, one after the other, in memory of their own. */
export function together(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The tables that {@link tablesToBytes} wrote. @throws StreamError RT_DISK */
export function tablesFromBytes(bytes: StateBytes): { columns: Column[]; length: number }[] {
  return [...eachTable(bytes)];
}

/** The same, each when it is asked for: of a file no more than one is in memory. @throws StreamError RT_DISK */
export function* eachTable(bytes: StateBytes): Generator<{ columns: Column[]; length: number }, void> {
  if (!(bytes instanceof Uint8Array)) {
    yield* tablesOfFile(bytes);
    return;
  }
  const all = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < all.length; ) {
    const { columns, length, size } = headerAt(all, at);
    at += HEADER_BYTES;
    yield { columns: decodeColumns(all, columns, length, at), length };
    at += size;
  }
}

function* tablesOfFile({
  path,
  at,
  length,
}: BytesPlace): Generator<{ columns: Column[]; length: number }, void> {
  const file = reading(path, () => openSync(path, "r"));
  try {
    let buffer = Buffer.allocUnsafe(HEADER_BYTES);
    const read = (bytes: number, from: number) =>
      reading(path, () => {
        if (buffer.length < bytes) buffer = Buffer.allocUnsafe(bytes);
        for (let done = 0; done < bytes; ) {
          const some = readSync(file, buffer, done, bytes - done, from + done);
          if (some === 0) throw new Error(`it ends after ${from + done} bytes`);
          done += some;
        }
        return buffer;
      });
    for (let from = at; from < at + length; ) {
      const header = headerAt(read(HEADER_BYTES, from), 0);
      from += HEADER_BYTES;
      yield {
        columns: decodeColumns(read(header.size, from), header.columns, header.length),
        length: header.length,
      };
      from += header.size;
    }
  } finally {
    closeSync(file);
  }
}

/** Of the first table: how many rows it has, and where its columns begin. */
export function firstHeader(bytes: Buffer): { length: number; at: number } {
  return { length: headerAt(bytes, 0).length, at: HEADER_BYTES };
}

function headerAt(bytes: Buffer, at: number): { columns: number; length: number; size: number } {
  return {
    columns: bytes.readUInt32LE(at),
    length: bytes.readUInt32LE(at + 4),
    size: bytes.readUInt32LE(at + 8),
  };
}

function reading<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw diskError("read", path, error);
  }
}
