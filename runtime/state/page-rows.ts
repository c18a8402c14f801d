import { pickColumns } from "../rows/column-codec.js";
import { stableHash } from "../rows/stable-hash.js";
import type { StateChanges } from "./keyed-state.js";
import { eachTable, firstHeader, tablesToBytes } from "./state-bytes.js";
import { rowsOf } from "./state-changes.js";

/** Rows by their columns. */
export type Rows = Omit<StateChanges, "gone">;

/** The rows of a page as bytes: a part of a change, with the hashes of the keys before them. */
export function rowsToPage({ keys, values, timesMs }: Rows): Uint8Array {
  const hashes = new Int32Array(keys.length);
  for (let i = 0; i < hashes.length; i++) hashes[i] = stableHash(keys[i]);
  return tablesToBytes([{ columns: [hashes, keys, values, timesMs], length: keys.length }]);
}

/** All rows of a page. */
export function rowsOfPage(bytes: Uint8Array): Rows {
  for (const table of eachTable(bytes)) return rowsOf(table);
  return { keys: [], values: [], timesMs: [] };
}

/** Those whose keys have one of these hashes: only they are made. */
export function rowsFound(bytes: Buffer, wanted: ReadonlySet<number>): Rows {
  const { length, at } = firstHeader(bytes);
  const [keys = [], values = [], timesMs = []] = pickColumns(bytes, { columns: 4, length, at }, (hashes) => {
    const rows: number[] = [];
    for (let row = 0; row < length; row++) if (wanted.has(hashes[row] as number)) rows.push(row);
    return rows;
  });
  return { keys, values, timesMs: timesMs as ArrayLike<number> };
}
