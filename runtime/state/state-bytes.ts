import type { Column } from "../rows/column-batch.js";
import { decodeColumns, encodeColumn } from "../rows/column-codec.js";

/** Columns of the same length. */
export interface Table {
  columns: readonly ArrayLike<unknown>[];
  length: number;
}

/** Words before each table: its number of columns, their length, and the bytes they take. */
const HEADER_BYTES = 3 * Uint32Array.BYTES_PER_ELEMENT;

/** Tables as bytes, one after the other, in memory of their own, which can be moved to another thread. Values come back as structured clone would give them. */
export function tablesToBytes(tables: readonly Table[]): Uint8Array {
  const parts = tables.flatMap(({ columns, length }) => {
    const encoded = columns.flatMap((column) => encodeColumn(column));
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32LE(columns.length, 0);
    header.writeUInt32LE(length, 4);
    header.writeUInt32LE(sizeOf(encoded), 8);
    return [header, ...encoded];
  });
  const bytes = new Uint8Array(sizeOf(parts));
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
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < all.length; ) {
    const columns = all.readUInt32LE(at);
    const length = all.readUInt32LE(at + 4);
    const size = all.readUInt32LE(at + 8);
    at += HEADER_BYTES;
    yield { columns: decodeColumns(all.subarray(at, at + size), columns, length), length };
    at += size;
  }
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
