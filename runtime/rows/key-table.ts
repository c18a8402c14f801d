import { canonicalKey } from "./key.js";

/**
 * Keys and their values as two dense columns, with an index from key to row. What a combine, a reduce and a window keep.
 *
 * Dense columns rather than a Map of values: updating a number in an array makes no garbage, and a loop over the rows,
 * or a shuffle, takes the columns as they are. Rows keep the order of first arrival until a key is deleted (the last
 * row then moves into the gap).
 */
export class KeyTable<V = unknown> {
  readonly keys: unknown[] = [];
  readonly values: V[] = [];
  /** Row of each primitive key. Public for the fused loops, which look keys up without a call. */
  readonly index = new Map<unknown, number>();
  /** Row of each structured key, by its canonical text. */
  readonly #structured = new Map<string, number>();

  get size(): number {
    return this.keys.length;
  }

  /** The row of a key, or undefined. */
  row(key: unknown): number | undefined {
    if (typeof key === "object" && key !== null) return this.#structured.get(canonicalKey(key));
    return this.index.get(key);
  }

  /** Appends a key that is not there yet. */
  insert(key: unknown, value: V): void {
    if (typeof key === "object" && key !== null) this.#structured.set(canonicalKey(key), this.keys.length);
    else this.index.set(key, this.keys.length);
    this.keys.push(key);
    this.values.push(value);
  }

  get(key: unknown): V | undefined {
    const row = this.row(key);
    return row === undefined ? undefined : this.values[row];
  }

  /** Puts `value` in, joined by `merge` to what is there. */
  merge(key: unknown, value: V, merge: (a: V, b: V) => V): void {
    const row = this.row(key);
    if (row === undefined) this.insert(key, value);
    else this.values[row] = merge(this.values[row] as V, value);
  }

  /** Removes the key in `row`; the last row takes its place. */
  deleteRow(row: number): void {
    this.#unindex(this.keys[row]);
    const lastKey = this.keys.pop();
    const lastValue = this.values.pop() as V;
    if (row === this.keys.length) return;
    this.keys[row] = lastKey;
    this.values[row] = lastValue;
    if (typeof lastKey === "object" && lastKey !== null) this.#structured.set(canonicalKey(lastKey), row);
    else this.index.set(lastKey, row);
  }

  #unindex(key: unknown): void {
    if (typeof key === "object" && key !== null) this.#structured.delete(canonicalKey(key));
    else this.index.delete(key);
  }
}
