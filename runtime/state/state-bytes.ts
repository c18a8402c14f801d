import type { Column } from "../rows/column-batch.js";
import { decodeColumns, encodeColumns } from "../rows/column-codec.js";

/** Columns of the same length. */
export interface Table {
  columns: readonly ArrayLike<unknown>[];
  length: number;
}

/** Words before each table: its number of columns, their length, and the bytes they take. */
const HEADER_BYTES = 3 * Uint32Array.BYTES_PER_ELEMENT;

/** Tables as bytes, one after the other, in memory of their own, which can be moved to another thread. Values come back as structured clone would give them. */
export function tablesToBytes(tables: readonly Table[]): Uint8Array {
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
  const bytes = new Uint8Array(all);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The tables that {@link tablesToBytes} wrote. */
export function tablesFromBytes(bytes: Uint8Array): { columns: Column[]; length: number }[] {
  return [...eachTable(bytes)];
}

/** The same, each when it is asked for. */
export function* eachTable(bytes: Uint8Array): Generator<{ columns: Column[]; length: number }, void> {
  const all = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < all.length; ) {
    const columns = all.readUInt32LE(at);
    const length = all.readUInt32LE(at + 4);
    const size = all.readUInt32LE(at + 8);
    at += HEADER_BYTES;
    yield { columns: decodeColumns(all, columns, length, at), length };
    at += size;
  }
}
