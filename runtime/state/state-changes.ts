import type { StateChanges } from "./keyed-state.js";
import { eachTable, type StateBytes, type Table, tablesToBytes } from "./state-bytes.js";

/*
 * A state as bytes, by its keys: a head that says so, then tables, each of keys that are gone or of keys, values and times. A change
 * and a whole are written alike: a whole is the change of an empty state.
 */

/** What such bytes begin with. Those that KeyedState writes by its rows begin with one number. */
const BY_KEY = 1;

/** Tables of keys, and of keys with all that there is of them. */
const GONE_COLUMNS = 1;

/** More keys at a time would not make it any faster. */
export const KEYS_PER_PART = 2 ** 14;

/** What the bytes of a state by its keys begin with. */
export function changesHead(): Uint8Array {
  return tablesToBytes([{ columns: [[0, BY_KEY]], length: 2 }]);
}

/** Keys with their values and times, as bytes. */
export function changesPart({ keys, values, timesMs }: Omit<StateChanges, "gone">): Uint8Array {
  return tablesToBytes([{ columns: [keys, values, timesMs], length: keys.length }]);
}

/** A change as bytes, in pieces. */
export function* changesParts({ gone, keys, values, timesMs }: StateChanges): Generator<Uint8Array, void> {
  for (let from = 0; from < gone.length; from += KEYS_PER_PART) {
    const part = slice(gone, from);
    yield tablesToBytes([{ columns: [part], length: part.length }]);
  }
  for (let from = 0; from < keys.length; from += KEYS_PER_PART)
    yield changesPart({
      keys: slice(keys, from),
      values: slice(values, from),
      timesMs: slice(timesMs, from),
    });
}

/** Whether a state's bytes were written by its keys. */
export function isByKey(bytes: StateBytes): boolean {
  for (const head of eachTable(bytes)) return head.length === 2 && head.columns[0]?.[1] === BY_KEY;
  return false;
}

/** The changes in bytes, one after the other. */
export function* changesOf(bytes: StateBytes): Generator<StateChanges, void> {
  let isHead = true;
  for (const table of eachTable(bytes)) {
    if (isHead) isHead = false;
    else if (table.columns.length === GONE_COLUMNS)
      yield { gone: table.columns[0] ?? [], keys: [], values: [], timesMs: [] };
    else yield { gone: [], ...rowsOf(table) };
  }
}

/** The rows of one part, which may have more columns before them. */
export function rowsOf({ columns }: Table): Omit<StateChanges, "gone"> {
  const [keys = [], values = [], timesMs = []] = columns.slice(-3);
  return { keys, values, timesMs: timesMs as ArrayLike<number> };
}

function slice<T>(column: ArrayLike<T>, from: number): ArrayLike<T> {
  return Array.prototype.slice.call(column, from, from + KEYS_PER_PART) as T[];
}
