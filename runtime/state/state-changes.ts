import type { StateChanges } from "./keyed-state.js";
import { eachTable, type Table, tablesToBytes } from "./state-bytes.js";

/*
 * A state as bytes, by its keys: a head that says so, the keys that are gone, then tables of keys, values and times. A change and a
 * whole are written alike: a whole is the change of an empty state.
 */

/** The head of such bytes, and of such as KeyedState writes by its rows: its first number tells the rows there are. */
const BY_KEY = 1;

/** A part of a change, as bytes. */
export function changesPart({ keys, values, timesMs }: Omit<StateChanges, "gone">): Uint8Array {
  return tablesToBytes([{ columns: [keys, values, timesMs], length: keys.length }]);
}

/** @param parts what {@link changesPart} made of them */
export function changesToBytes(
  rows: number,
  gone: ArrayLike<unknown>,
  parts: readonly Uint8Array[],
): Uint8Array {
  const head = tablesToBytes([
    { columns: [[rows, BY_KEY]], length: 2 },
    { columns: [gone], length: gone.length },
  ]);
  return Buffer.concat([head, ...parts]);
}

/** Whether a state's bytes were written by its keys. */
export function isByKey(bytes: Uint8Array): boolean {
  for (const head of eachTable(bytes)) return head.length === 2 && head.columns[0]?.[1] === BY_KEY;
  return false;
}

/** The changes in bytes, one after the other. */
export function* changesOf(bytes: Uint8Array): Generator<StateChanges, void> {
  let at = 0;
  for (const table of eachTable(bytes)) {
    if (at === 1) yield { gone: table.columns[0] ?? [], keys: [], values: [], timesMs: [] };
    if (at > 1) yield { gone: [], ...pageOf(table) };
    at += 1;
  }
}

/** The rows of one part. */
export function pageOf({ columns }: Table): Omit<StateChanges, "gone"> {
  const [keys = [], values = [], timesMs = []] = columns;
  return { keys, values, timesMs: timesMs as ArrayLike<number> };
}
