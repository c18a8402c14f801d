import type { KeyDictionary } from "./key-dictionary.js";
import { KeyTable, type MergedColumns } from "./key-table.js";
import { stableHash } from "./stable-hash.js";

/** Ids of a column's keys in a dictionary, less than 0 for those that are not in it. */
export interface KeyIds {
  of: KeyDictionary;
  ids: Int32Array;
}

/** A column of keys by their ids. @param others those that are not in the dictionary, in their order */
export function keysOf({ of, ids }: KeyIds, others: ArrayLike<unknown>): unknown[] {
  const known = of.keys;
  const keys = new Array<unknown>(ids.length);
  let other = 0;
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] as number;
    keys[i] = id < 0 ? others[other++] : known[id];
  }
  return keys;
}

/**
 * What a {@link KeyTable} is, of keys that most often were in earlier tables too: keys that are in a dictionary are found through
 * it, and the table itself has no index that would have to grow. Keys that are in no dictionary are beside it.
 *
 * Rows keep the order of first arrival, as in a KeyTable, whatever the dictionary knew before.
 */
export class RecurringKeyTable<V = unknown> {
  readonly values: V[] = [];
  /** Of the first rows, or of all: see {@link keys}. */
  readonly #keys: unknown[] = [];
  /** Of the first rows, or of all: see {@link ids}. */
  #ids = new Int32Array(FIRST_ROWS);
  #numbered = 0;
  #base = 0;
  /** The dictionary's turn in which this table has it at hand. */
  #turn = -1;
  /** Rows of keys that are not in the dictionary. */
  #others: KeyTable<number> | undefined;
  /** These keys: the id -1 - i is that of the one at i. */
  readonly #strays: unknown[] = [];
  /** Id of the key that was looked for last. */
  #sought = -1;
  #came = 0;

  /** @param takes whether a key may be added to the dictionary: it then is */
  constructor(
    readonly dictionary: KeyDictionary,
    private readonly takes: (key: string) => boolean,
  ) {}

  get size(): number {
    return this.values.length;
  }

  /** Keys that were new to the dictionary. */
  get came(): number {
    return this.#came;
  }

  /** Always the same array. Keys may also be appended to it, and their values, without a look whether they are there. */
  get keys(): unknown[] {
    const keys = this.#keys;
    for (let row = keys.length; row < this.#numbered; row++) keys.push(this.#keyOf(this.#ids[row] as number));
    return keys;
  }

  /** The id of each key; those that were appended without a look are looked for now. */
  ids(): Int32Array {
    for (let row = this.#numbered; row < this.values.length; row++) {
      const key = this.#keys[row];
      const id = typeof key === "string" ? this.#idOf(key) : -1;
      this.#number(row, id < 0 ? this.#stray(key) : id);
    }
    return this.#ids.subarray(0, this.values.length);
  }

  /** Of keys by their {@link ids}, those that are not in the dictionary. */
  othersOf(ids: Int32Array): unknown[] {
    if (this.#strays.length === 0) return [];
    const others: unknown[] = [];
    for (const id of ids) if (id < 0) others.push(this.#keyOf(id));
    return others;
  }

  /** The hash of each key, which has its partition too: stableHash, as a signed integer. */
  hashes(): Int32Array {
    const ids = this.ids();
    const known = this.dictionary.hashes;
    const hashes = new Int32Array(ids.length);
    for (let row = 0; row < ids.length; row++) {
      const id = ids[row] as number;
      hashes[row] = id < 0 ? stableHash(this.#keyOf(id)) | 0 : (known[id] as number);
    }
    return hashes;
  }

  /** A few rows, evenly over all. */
  sample(most: number): { keys: unknown[]; values: V[] } {
    const keys: unknown[] = [];
    const values: V[] = [];
    const step = Math.ceil(this.size / most);
    for (let row = 0; row < this.size; row += step) {
      keys.push(row < this.#keys.length ? this.#keys[row] : this.#keyOf(this.#ids[row] as number));
      values.push(this.values[row] as V);
    }
    return { keys, values };
  }

  /** The row of a key, or -1. */
  find(key: unknown): number {
    const { dictionary } = this;
    if (dictionary.turn !== this.#turn) this.#take();
    const id = typeof key === "string" ? dictionary.find(key) : -1;
    this.#sought = id;
    const row = id < 0 ? -1 : (dictionary.stamps[id] as number) - this.#base;
    if (row >= 0) return row;
    return this.#others === undefined ? -1 : (this.#others.get(key) ?? -1);
  }

  /** Appends the key that was looked for last, and is not there. */
  insert(key: unknown, value: V): void {
    const id = this.#sought >= 0 || typeof key !== "string" ? this.#sought : this.#add(key);
    this.#append(key, value, id);
  }

  /** Puts many values in, one after the other: those of keys that are there are joined by `merge`. */
  mergeAll(
    { keys, values, length, known }: MergedColumns<V> & { known?: KeyIds | undefined },
    merge: (a: V, b: V) => V,
  ): void {
    const { dictionary } = this;
    const ids = known?.of === dictionary ? known.ids : undefined;
    for (let i = 0; i < length; i++) {
      if (dictionary.turn !== this.#turn) this.#take();
      const id = ids === undefined ? -1 : (ids[i] as number);
      const row = id < 0 ? this.find(keys[i]) : (dictionary.stamps[id] as number) - this.#base;
      if (row >= 0) this.values[row] = merge(this.values[row] as V, values[i] as V);
      else if (id < 0) this.insert(keys[i], values[i] as V);
      else this.#append(keys[i], values[i] as V, id);
    }
  }

  /** Removes all keys. The columns stay the same arrays. */
  clear(): void {
    this.#numbered = 0;
    this.#take();
    this.#keys.length = 0;
    this.values.length = 0;
    this.#others = undefined;
    this.#strays.length = 0;
  }

  #append(key: unknown, value: V, id: number): void {
    const row = this.values.length;
    this.values.push(value);
    if (id >= 0) {
      this.dictionary.stamp(id, this.#base + row);
      this.#number(row, id);
      return;
    }
    this.#others ??= new KeyTable();
    this.#others.insert(key, row);
    this.#number(row, this.#stray(key));
  }

  #keyOf(id: number): unknown {
    return id < 0 ? this.#strays[-1 - id] : this.dictionary.keys[id];
  }

  /** @returns the id of a key that is not in the dictionary */
  #stray(key: unknown): number {
    return -this.#strays.push(key);
  }

  #number(row: number, id: number): void {
    if (row >= this.#ids.length) {
      const ids = new Int32Array(2 * this.#ids.length);
      ids.set(this.#ids);
      this.#ids = ids;
    }
    this.#ids[row] = id;
    this.#numbered = row + 1;
  }

  #idOf(key: string): number {
    const id = this.dictionary.find(key);
    return id < 0 ? this.#add(key) : id;
  }

  #add(key: string): number {
    this.#came += 1;
    return this.takes(key) ? this.dictionary.add(key) : -1;
  }

  /** Another table had the dictionary meanwhile, or this one begins. */
  #take(): void {
    const { dictionary } = this;
    this.#base = dictionary.take();
    this.#turn = dictionary.turn;
    for (let row = 0; row < this.#numbered; row++) {
      const id = this.#ids[row] as number;
      if (id >= 0) dictionary.stamp(id, this.#base + row);
    }
  }
}

const FIRST_ROWS = 1024;
