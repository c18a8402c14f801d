import type { SidedPairs } from "../rows/column-batch.js";
import { detach } from "../rows/detach.js";
import type { KeyDictionary } from "../rows/key-dictionary.js";
import { KeyTable } from "../rows/key-table.js";
import type { Merge } from "./combining-reader.js";

/** Numbers of rows, in as little memory as holds them. */
export type Rows = Uint16Array | Int32Array;

/** What came in during a slide, reduced by key. It is never changed, so that undoing a move puts it back as it was. */
export interface Pane {
  readonly endMs: number;
  /** The row of each key in {@link WindowKeys}, each there once. */
  readonly rows: Rows;
  readonly values: ArrayLike<unknown>;
}

/**
 * The keys of a window, each in a row of its own for as long as the window has it. What comes in is reduced by these rows, and a pane
 * knows its keys by them: one that leaves, or is written, has no key to be found again.
 *
 * Keys that come in by their ids in a dictionary of the worker are looked for by their texts once only; from then on the id has the row.
 */
export class WindowKeys {
  /** With each key how often it is held. */
  #table = new KeyTable<number>();
  #held = 0;
  /** The row + 1 of each id, or 0. */
  #rowsById = new WeakMap<KeyDictionary, Int32Array>();
  /** By row: where in the pane that is being made its value is, counted from the pane's base. */
  #places = new Int32Array(FIRST_ROWS);
  #base = 1;
  /** For one pane after the other. */
  #scratch = scratch(FIRST_ROWS);

  /** Rows, of keys that are held or not. */
  get size(): number {
    return this.#table.size;
  }

  /** Keys that are held. */
  get held(): number {
    return this.#held;
  }

  /** By row. Rows may be added to it, and no row is given another key: whoever has it keeps what there was. */
  get keys(): readonly unknown[] {
    return this.#table.keys;
  }

  /** Reduces what came in, part after part, to one value for each key. Keys that were not there get the next rows, and are not held yet. */
  reduce(parts: readonly SidedPairs[], merge: Merge): Omit<Pane, "endMs"> {
    const most = parts.reduce((sum, { length }) => sum + length, 0);
    const base = this.#newBase(most);
    const { rows, found, numbers } = this.#scratchOf(most);
    let values: Float64Array | unknown[] = numbers;
    let count = 0;
    for (const part of parts) {
      this.#findRows(part, found);
      const places = this.#placesOfAll();
      const { values: coming, length } = part;
      for (let i = 0; i < length; i++) {
        const row = found[i] as number;
        const at = (places[row] as number) - base;
        const value = at >= 0 ? merge(values[at], coming[i]) : coming[i];
        if (values === numbers && typeof value !== "number") values = Array.from(numbers.subarray(0, count));
        if (at >= 0) values[at] = value as number;
        else {
          places[row] = base + count;
          rows[count] = row;
          values[count++] = value as number;
        }
      }
    }
    const own = values === numbers ? narrowed(numbers.subarray(0, count)) : values;
    return { rows: narrowedRows(rows.subarray(0, count), this.size), values: own };
  }

  /** One more is interested in the keys of these rows: a pane, or whoever keeps a value for them. */
  hold(rows: ArrayLike<number>): void {
    const { values: holders } = this.#table;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      const before = holders[row] as number;
      holders[row] = before + 1;
      if (before === 0) this.#held += 1;
    }
  }

  letGo(rows: ArrayLike<number>): void {
    const { values: holders } = this.#table;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      const after = (holders[row] as number) - 1;
      holders[row] = after;
      if (after === 0) this.#held -= 1;
    }
  }

  /** Adds keys that are not there, in the next rows; they are not held yet. */
  add(keys: ArrayLike<unknown>): void {
    for (let i = 0; i < keys.length; i++) this.#table.insert(keys[i], 0);
  }

  letGoOfAll(): void {
    this.#table.values.fill(0);
    this.#held = 0;
  }

  /** The first `size` rows are there: what was added since is undone, whoever holds it. */
  goBack(size: number): void {
    this.#table.copyKeys();
    this.#table.rewrite(size, [], [], []);
    this.#rowsById = new WeakMap();
  }

  /**
   * Gives the keys that are held the first rows, in their order, and forgets the others, if these are most of them: what has to be done
   * with the columns by row costs no more than the keys that went.
   * @returns the new row of each, less than 0 for those that are forgotten; undefined when all stays as it is
   */
  pack(): Int32Array | undefined {
    const { keys, values: holders } = this.#table;
    if (keys.length < FIRST_ROWS || 2 * this.#held > keys.length) return undefined;
    const packed = new KeyTable<number>(this.#held);
    const rows = new Int32Array(keys.length).fill(-1);
    for (let row = 0; row < rows.length; row++) {
      const holding = holders[row] as number;
      if (holding === 0) continue;
      rows[row] = packed.size;
      packed.insert(keys[row], holding);
    }
    this.#table = packed;
    this.#rowsById = new WeakMap();
    return rows;
  }

  /** The row of each key that came in; those that were not there have one from now on. */
  #findRows(part: SidedPairs, rows: Int32Array): void {
    const { known, length, hashes } = part;
    if (known === undefined) {
      this.#table.findAll(part.keys, rows.subarray(0, length), hashes);
      for (let i = 0; i < length; i++)
        if ((rows[i] as number) < 0) rows[i] = this.#table.rowOf(detach(part.keys[i]), 0);
      return;
    }
    const { of, ids } = known;
    const byId = this.#byId(of);
    for (let i = 0; i < length; i++) {
      const id = ids[i] as number;
      rows[i] = id < 0 ? 0 : (byId[id] as number) - 1;
      if (id < 0) rows[i] = this.#table.rowOf(detach(part.keys[i]), 0);
      else if (rows[i] === -1) {
        rows[i] = this.#table.rowOf(of.keys[id], 0);
        byId[id] = (rows[i] as number) + 1;
      }
    }
  }

  #byId(dictionary: KeyDictionary): Int32Array {
    const known = this.#rowsById.get(dictionary);
    if (known !== undefined && known.length >= dictionary.size) return known;
    const rows = new Int32Array(dictionary.hashes.length);
    if (known !== undefined) rows.set(known);
    this.#rowsById.set(dictionary, rows);
    return rows;
  }

  /** Nothing that is in the places reaches it, and so many from it on are free. */
  #newBase(values: number): number {
    if (this.#base > MOST_BASE - values) {
      this.#places.fill(0);
      this.#base = 1;
    }
    const base = this.#base;
    this.#base += values;
    return base;
  }

  #scratchOf(length: number): Scratch {
    if (this.#scratch.rows.length < length) this.#scratch = scratch(2 * length);
    return this.#scratch;
  }

  #placesOfAll(): Int32Array {
    if (this.#places.length < this.size) {
      const places = new Int32Array(2 * this.size);
      places.set(this.#places);
      this.#places = places;
    }
    return this.#places;
  }
}

/** Numbers in as little memory as holds them, which is their own. */
export function narrowed(numbers: Float64Array): Uint8Array | Int32Array | Float64Array {
  let bits = 0;
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i] as number;
    const integer = number | 0;
    if (integer !== number || Object.is(number, -0)) return numbers.slice();
    bits |= integer;
  }
  return (bits & ~0xff) === 0 ? new Uint8Array(numbers) : new Int32Array(numbers);
}

/** The same of rows, all of them before `size`. */
export function narrowedRows(rows: Int32Array | Float64Array, size: number): Rows {
  return size <= 2 ** 16 ? new Uint16Array(rows) : new Int32Array(rows);
}

interface Scratch {
  rows: Int32Array;
  found: Int32Array;
  numbers: Float64Array;
}

function scratch(length: number): Scratch {
  return { rows: new Int32Array(length), found: new Int32Array(length), numbers: new Float64Array(length) };
}

/** What {@link WindowKeys.pack} makes of a column by row. */
export function packed(column: readonly unknown[], newRows: Int32Array): unknown[] {
  return column.filter((_, row) => (newRows[row] as number) >= 0);
}

/** What {@link WindowKeys.pack} makes of a pane, whose keys are held. */
export function renumbered(pane: Pane, newRows: Int32Array): Pane {
  const rows = Int32Array.from(pane.rows, (row) => newRows[row] as number);
  return { ...pane, rows: narrowedRows(rows, newRows.length) };
}

const FIRST_ROWS = 1024;

/** Panes of a billion keys do not fit in memory. */
const MOST_BASE = 2 ** 30;
