import { canonicalKey, isPrimitiveKey } from "./key.js";
import { stableHash } from "./stable-hash.js";

/** Pairs to be put into a table. */
export interface MergedColumns<V> {
  keys: ArrayLike<unknown>;
  values: ArrayLike<V>;
  length: number;
  /** Of the keys, where they are known. */
  hashes?: Int32Array | undefined;
}

/**
 * Keys and their values as two dense columns, with an index from key to row. What a combine, a reduce and a window keep.
 *
 * Dense columns rather than a Map of values: updating a number in an array makes no garbage, and a loop over the rows,
 * or a shuffle, takes the columns as they are. Rows keep the order of first arrival until a key is deleted (the last
 * row then moves into the gap).
 *
 * The index is a hash table with open addressing in one typed array: the hash of a key lies beside its row, so that
 * another key is told apart without a look at its text. With a million strings that is half the time of a Map, which
 * follows a chain of entries, each to a string elsewhere in memory.
 */
export class KeyTable<V = unknown> {
  keys: unknown[] = [];
  readonly values: V[] = [];
  /** Two words for each place: the hash of a primitive key, and its row + 1, or 0 for a free place. */
  #places = NO_PLACES;
  /** How far a hash is shifted to become a place; there are 2 ** (32 - shift) places. */
  #shift = NO_SHIFT;
  /** Row of each structured key, by its canonical text. */
  #structured = new Map<string, number>();

  /** @param rows about how many there will be: as long as there are not more, the index need not grow */
  constructor(rows = 0) {
    if (rows > 0) this.#growTo(Math.max(2, Math.ceil(Math.log2(2 * rows + 2))));
  }

  /** How many rows are in an index that may be made large enough from the start. */
  get indexed(): number {
    return this.#places === NO_PLACES ? 0 : this.keys.length;
  }

  get size(): number {
    return this.keys.length;
  }

  /** What tells how much it takes: all of it is at hand. */
  sample(): { keys: unknown[]; values: V[] } {
    return this;
  }

  /** The row of a key, or -1. */
  find(key: unknown): number {
    if (!isPrimitiveKey(key)) return this.#structured.get(canonicalKey(key)) ?? -1;
    return this.#find(key, stableHash(key) | 0);
  }

  /**
   * The rows of many keys, or -1 for one that is not there. In passes: what their hashes are, where these are, whether these are
   * the keys. What the processor waits for, memory here and there, it then waits for of several keys at a time.
   * @param hashes of the keys, where they are known
   */
  findAll(keys: ArrayLike<unknown>, rows: Int32Array, hashes?: Int32Array): void {
    const places = this.#places;
    const end = places.length;
    const shift = this.#shift;
    if (hashes !== undefined) rows.set(hashes);
    else
      for (let i = 0; i < rows.length; i++) rows[i] = isPrimitiveKey(keys[i]) ? stableHash(keys[i]) | 0 : 0;
    for (let i = 0; i < rows.length; i++) {
      const hash = rows[i] as number;
      let at = placeOf(hash, shift);
      while (places[at + 1] !== 0 && places[at] !== hash) at = at + 2 === end ? 0 : at + 2;
      rows[i] = (places[at + 1] as number) - 1;
    }
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      // Another key of the same hash, or one that is not found by its hash.
      if (row < 0 ? !isPrimitiveKey(keys[i]) : this.keys[row] !== keys[i]) rows[i] = this.find(keys[i]);
    }
  }

  /** The row of a key, or undefined. */
  row(key: unknown): number | undefined {
    const row = this.find(key);
    return row < 0 ? undefined : row;
  }

  /** The row of a key, which is appended with `value` if it is not there yet. */
  rowOf(key: unknown, value: V): number {
    if (isPrimitiveKey(key)) {
      const hash = stableHash(key) | 0;
      const row = this.#find(key, hash);
      if (row >= 0) return row;
      this.#place(hash);
    } else {
      const row = this.find(key);
      if (row >= 0) return row;
      this.#structured.set(canonicalKey(key), this.keys.length);
    }
    this.values.push(value);
    return this.keys.push(key) - 1;
  }

  /** Appends a key that is not there yet. */
  insert(key: unknown, value: V): void {
    if (isPrimitiveKey(key)) this.#place(stableHash(key) | 0);
    else this.#structured.set(canonicalKey(key), this.keys.length);
    this.keys.push(key);
    this.values.push(value);
  }

  get(key: unknown): V | undefined {
    const row = this.find(key);
    return row < 0 ? undefined : this.values[row];
  }

  /** Puts `value` in, joined by `merge` to what is there. */
  merge(key: unknown, value: V, merge: (a: V, b: V) => V): void {
    const rows = this.keys.length;
    const row = this.rowOf(key, value);
    if (row < rows) this.values[row] = merge(this.values[row] as V, value);
  }

  /** Puts many values in, one after the other: {@link merge}. */
  mergeAll({ keys, values, length, hashes }: MergedColumns<V>, merge: (a: V, b: V) => V): void {
    for (let i = 0; i < length; i++) {
      const key = keys[i];
      const value = values[i] as V;
      if (!isPrimitiveKey(key)) {
        this.merge(key, value, merge);
        continue;
      }
      const hash = hashes === undefined ? stableHash(key) | 0 : (hashes[i] as number);
      const row = this.#find(key, hash);
      if (row >= 0) this.values[row] = merge(this.values[row] as V, value);
      else {
        this.#place(hash);
        this.values.push(value);
        this.keys.push(key);
      }
    }
  }

  /** The hash of each key, which has its partition too: stableHash, as a signed integer. */
  hashes(): Int32Array {
    const hashes = new Int32Array(this.keys.length);
    const places = this.#places;
    // Keys may be in the column and not in the index, where nobody finds any.
    if (places === NO_PLACES) {
      for (let row = 0; row < hashes.length; row++) hashes[row] = stableHash(this.keys[row]) | 0;
      return hashes;
    }
    for (let at = 0; at < places.length; at += 2) {
      const row = places[at + 1] as number;
      if (row !== 0) hashes[row - 1] = places[at] as number;
    }
    for (const row of this.#structured.values()) hashes[row] = stableHash(this.keys[row]) | 0;
    return hashes;
  }

  /** Removes all keys. The columns stay the same arrays. */
  clear(): void {
    this.keys.length = 0;
    this.values.length = 0;
    this.#places = NO_PLACES;
    this.#shift = NO_SHIFT;
    this.#structured.clear();
  }

  /** Removes the key in `row`; the last row takes its place. */
  deleteRow(row: number): void {
    this.#unindex(this.keys[row], row);
    const last = this.keys.length - 1;
    const lastKey = this.keys.pop();
    const lastValue = this.values.pop() as V;
    if (row === last) return;
    this.keys[row] = lastKey;
    this.values[row] = lastValue;
    if (isPrimitiveKey(lastKey)) this.#places[this.#placeOfRow(lastKey, last) + 1] = row + 1;
    else this.#structured.set(canonicalKey(lastKey), row);
  }

  /** The keys become an array of their own: whoever has the one before keeps it as it is. */
  copyKeys(): void {
    this.keys = this.keys.slice();
  }

  /**
   * Gives rows other keys and values, all at once: no key may be in two rows afterwards. There are `size` rows then; those there
   * were not before are all among `rows`, in their order.
   */
  rewrite(size: number, rows: ArrayLike<number>, keys: ArrayLike<unknown>, values: ArrayLike<V>): void {
    for (let row = this.keys.length - 1; row >= size; row--) {
      this.#unindex(this.keys[row], row);
      this.keys.pop();
      this.values.pop();
    }
    const before = this.keys.length;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      if (row < before) this.#unindex(this.keys[row], row);
    }
    for (let i = 0; i < rows.length; i++) this.#put(rows[i] as number, keys[i], values[i] as V);
  }

  /** Puts a key that is not there into a row, which is one whose key was taken out of the index, or the next one. */
  #put(row: number, key: unknown, value: V): void {
    if (isPrimitiveKey(key)) this.#place(stableHash(key) | 0, row);
    else this.#structured.set(canonicalKey(key), row);
    this.keys[row] = key;
    this.values[row] = value;
  }

  #find(key: unknown, hash: number): number {
    const places = this.#places;
    let at = placeOf(hash, this.#shift);
    for (let row = places[at + 1] as number; row !== 0; row = places[at + 1] as number) {
      if (places[at] === hash && sameKey(this.keys[row - 1], key)) return row - 1;
      at = at + 2 === places.length ? 0 : at + 2;
    }
    return -1;
  }

  /** Gives a row, by default the next one, a place. At most every second one is taken: a free one is never far. */
  #place(hash: number, row = this.keys.length): void {
    if (4 * (this.keys.length + 1) >= this.#places.length) this.#grow();
    const at = freePlace(this.#places, hash, this.#shift);
    this.#places[at] = hash;
    this.#places[at + 1] = row + 1;
  }

  #grow(): void {
    this.#growTo(this.#places === NO_PLACES ? FIRST_BITS : 33 - this.#shift);
  }

  /** There are 2 ** bits places from now on. */
  #growTo(bits: number): void {
    const before = this.#places;
    this.#shift = 32 - bits;
    this.#places = new Int32Array(2 * 2 ** (32 - this.#shift));
    for (let from = 0; from < before.length; from += 2) {
      const row = before[from + 1] as number;
      if (row === 0) continue;
      const hash = before[from] as number;
      const at = freePlace(this.#places, hash, this.#shift);
      this.#places[at] = hash;
      this.#places[at + 1] = row;
    }
  }

  #placeOfRow(key: unknown, row: number): number {
    const places = this.#places;
    let at = placeOf(stableHash(key) | 0, this.#shift);
    while (places[at + 1] !== row + 1) at = at + 2 === places.length ? 0 : at + 2;
    return at;
  }

  /** Frees the place of a key; those after it move up, so that each is found without a gap before it. */
  #unindex(key: unknown, row: number): void {
    if (!isPrimitiveKey(key)) {
      this.#structured.delete(canonicalKey(key));
      return;
    }
    const places = this.#places;
    const { length } = places;
    let gap = this.#placeOfRow(key, row);
    for (let at = (gap + 2) % length; places[at + 1] !== 0; at = (at + 2) % length) {
      const home = placeOf(places[at] as number, this.#shift);
      if ((at - home + length) % length < (at - gap + length) % length) continue;
      places[gap] = places[at] as number;
      places[gap + 1] = places[at + 1] as number;
      gap = at;
    }
    places[gap + 1] = 0;
  }
}

/** Two free places, which nobody writes to: most tables of tasks stay empty. */
const NO_PLACES = new Int32Array(4);

const NO_SHIFT = 31;
const FIRST_BITS = 6;

/** Where to look first: the high bits of a product, since the keys of one partition share the remainder of their hashes. */
function placeOf(hash: number, shift: number): number {
  return (Math.imul(hash, 0x9e3779b1) >>> shift) << 1;
}

function freePlace(places: Int32Array, hash: number, shift: number): number {
  let at = placeOf(hash, shift);
  while (places[at + 1] !== 0) at = at + 2 === places.length ? 0 : at + 2;
  return at;
}

/** As a Map compares them: -0 is 0, NaN is NaN. */
function sameKey(a: unknown, b: unknown): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
