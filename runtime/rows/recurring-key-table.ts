import { gatherIntegers } from "./column-batch.js";
import type { KeyDictionary } from "./key-dictionary.js";
import { KeyTable, type MergedColumns } from "./key-table.js";
import { type KeyIds, NumberedKeys } from "./numbered-keys.js";
import { stableHash } from "./stable-hash.js";

/**
 * What a {@link KeyTable} is, of keys that most often were in earlier tables too: keys that are in a dictionary are found through
 * it, and the table itself has no index that would have to grow. Keys that are in no dictionary are beside it. Each key is looked
 * for before it is put in.
 *
 * Rows keep the order of first arrival, as in a KeyTable, whatever the dictionary knew before.
 */
export class RecurringKeyTable<V = unknown> {
  readonly values: V[] = [];
  /** Of the first rows, or of all: see {@link keys}. */
  readonly #keys: unknown[] = [];
  /** By row, and beyond. */
  #ids: Int32Array<ArrayBuffer>;
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

  /**
   * @param takes whether a key may be added to the dictionary: it then is
   * @param rows about how many there will be, where that is known
   */
  constructor(
    readonly dictionary: KeyDictionary,
    private readonly takes: (key: string) => boolean,
    rows = 0,
  ) {
    this.#ids = new Int32Array(rows > 0 ? rows : FIRST_ROWS);
  }

  get size(): number {
    return this.values.length;
  }

  /** Keys that were new to the dictionary. */
  get came(): number {
    return this.#came;
  }

  /** Made when they are asked for. Always the same array, which is not to be changed. */
  get keys(): unknown[] {
    const keys = this.#keys;
    for (let row = keys.length; row < this.size; row++) keys.push(this.#keyOf(this.#ids[row] as number));
    return keys;
  }

  /** The keys of some rows, by their ids. */
  numbered(rows: Int32Array): NumberedKeys {
    const ids = gatherIntegers(this.#ids, rows);
    const others = this.#strays.length === 0 ? [] : this.#othersOf(ids);
    return new NumberedKeys(this.dictionary, ids, others, { of: this.dictionary, ids });
  }

  /** The hash of each key, which has its partition too: stableHash, as a signed integer. */
  hashes(): Int32Array {
    const ids = this.#ids;
    const known = this.dictionary.hashes;
    const hashes = new Int32Array(this.size);
    for (let row = 0; row < hashes.length; row++) {
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
      keys.push(this.#keyOf(this.#ids[row] as number));
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
  mergeAll(pairs: MergedColumns<V> & { known?: KeyIds | undefined }, merge: (a: V, b: V) => V): void {
    const { dictionary } = this;
    if (dictionary.turn !== this.#turn) this.#take();
    const { values, length, known } = pairs;
    const ids = known?.of === dictionary ? known.ids : undefined;
    for (let i = 0; i < length; i++) {
      const id = ids === undefined ? -1 : (ids[i] as number);
      // Keys that are known by their ids are never asked for.
      const row = id < 0 ? this.find(pairs.keys[i]) : (dictionary.stamps[id] as number) - this.#base;
      if (row >= 0) this.values[row] = merge(this.values[row] as V, values[i] as V);
      else if (id < 0) this.insert(pairs.keys[i], values[i] as V);
      else this.#append(undefined, values[i] as V, id);
    }
  }

  /** Removes all keys. The columns stay the same arrays. */
  clear(): void {
    this.#keys.length = 0;
    this.values.length = 0;
    this.#take();
    this.#others = undefined;
    this.#strays.length = 0;
  }

  /** @param key is read only where there is no id */
  #append(key: unknown, value: V, id: number): void {
    const row = this.values.push(value) - 1;
    if (row >= this.#ids.length) this.#grow();
    if (id >= 0) {
      this.#ids[row] = id;
      this.dictionary.stamp(id, this.#base + row);
      return;
    }
    this.#ids[row] = -this.#strays.push(key);
    this.#others ??= new KeyTable();
    this.#others.insert(key, row);
  }

  #grow(): void {
    const ids = new Int32Array(2 * this.#ids.length);
    ids.set(this.#ids);
    this.#ids = ids;
  }

  #othersOf(ids: Int32Array): unknown[] {
    const others: unknown[] = [];
    for (const id of ids) if (id < 0) others.push(this.#keyOf(id));
    return others;
  }

  #keyOf(id: number): unknown {
    return id < 0 ? this.#strays[-1 - id] : this.dictionary.keys[id];
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
    for (let row = 0; row < this.size; row++) {
      const id = this.#ids[row] as number;
      if (id >= 0) dictionary.stamp(id, this.#base + row);
    }
  }
}

const FIRST_ROWS = 1024;
