import type { PairColumns } from "../rows/column-batch.js";
import { KeyTable } from "../rows/key-table.js";
import type { KeyedState } from "../state/keyed-state.js";

/** The values that came in for each key, beside the keys that a state had when they came. */
export class KeyGroups {
  /** How many keys the state had: those of its first rows. */
  readonly known: number;
  /** By row of the state; undefined where nothing came in. */
  readonly #values: (unknown[] | undefined)[];
  readonly #fresh = new KeyTable<unknown[]>();

  constructor(pairs: readonly PairColumns[], state: KeyedState) {
    this.known = state.size;
    this.#values = new Array(this.known);
    for (const { keys, values, length } of pairs) {
      for (let i = 0; i < length; i++) this.#add(state.find(keys[i]), keys[i], values[i]);
    }
  }

  /** Values for the key that had this row; empty when none came in. */
  of(row: number): unknown[] {
    return this.#values[row] ?? [];
  }

  /** Keys that the state did not have, with their values. */
  *fresh(): Generator<[key: unknown, values: unknown[]], void> {
    const { keys, values } = this.#fresh;
    for (let i = 0; i < keys.length; i++) yield [keys[i], values[i] as unknown[]];
  }

  #add(row: number, key: unknown, value: unknown): void {
    const group = row < 0 ? this.#fresh.get(key) : this.#values[row];
    if (group !== undefined) group.push(value);
    else if (row < 0) this.#fresh.insert(key, [value]);
    else this.#values[row] = [value];
  }
}
