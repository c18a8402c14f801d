import type { Column, PairColumns, SidedPairs } from "../rows/column-batch.js";
import type { KeyedState } from "../state/keyed-state.js";

/**
 * The values that came in for each key, beside the keys of a state. Keys that it did not have are added to it.
 *
 * The values of a row are a chain through integers, and become an array when they are asked for: an array for each key, kept
 * until all are there, cost more than all the rest.
 */
export class KeyGroups {
  /** How many keys the state had: those of its first rows. */
  readonly known: number;
  readonly #values: Column;
  /** For each row, its first value's place + 1; 0 where nothing came in. */
  readonly #first: Int32Array;
  /** For each value's place + 1, that of the next of its row. */
  readonly #next: Int32Array;

  constructor(pairs: readonly SidedPairs[], state: KeyedState) {
    this.known = state.size;
    this.#values = joined(pairs);
    const count = this.#values.length;
    const [first, next, rows] = scratch(this.known + count, count + 1, count);
    this.#first = first;
    this.#next = next;
    find(pairs, state, rows);
    // From the last value to the first: each goes before those that came after it.
    for (let place = count; place > 0; place--) {
      const row = rows[place - 1] as number;
      next[place] = first[row] as number;
      first[row] = place;
    }
  }

  /** Whether values came in for the key that had this row. */
  has(row: number): boolean {
    return this.#first[row] !== 0;
  }

  /** Values for the key that had this row, in their order; empty when none came in. */
  of(row: number): unknown[] {
    let place = this.#first[row] as number;
    if (place === 0) return [];
    const values: unknown[] = [ANYTHING];
    values[0] = this.#values[place - 1];
    for (place = this.#next[place] as number; place !== 0; place = this.#next[place] as number)
      values.push(this.#values[place - 1]);
    return values;
  }
}

/** The row of each key in the state, to which those that it does not have are added in their order. */
function find(pairs: readonly SidedPairs[], state: KeyedState, rows: Int32Array): void {
  let from = 0;
  for (const { keys, values, length, hashes } of pairs) {
    const found = rows.subarray(from, from + length);
    state.findAll(keys, found, hashes);
    for (let i = 0; i < length; i++) if ((found[i] as number) < 0) found[i] = state.rowOf(keys[i], values[i]);
    from += length;
  }
}

function joined(pairs: readonly PairColumns[]): Column {
  const [first] = pairs;
  if (pairs.length === 1 && first !== undefined) return first.values;
  const columns = pairs.map(({ values }) => values);
  if (!columns.every((column) => column instanceof Float64Array)) return joinedAny(columns);
  const all = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const column of columns) {
    all.set(column, at);
    at += column.length;
  }
  return all;
}

function joinedAny(columns: readonly Column[]): unknown[] {
  const all: unknown[] = [];
  for (const column of columns) for (let i = 0; i < column.length; i++) all.push(column[i]);
  return all;
}

/**
 * Makes an array one that may hold anything, to V8: the user's function is given those, empty ones and no others, and is compiled
 * for one kind of array. As numbers came and went it was compiled for several, and asked each array for its iterator.
 */
const ANYTHING = Symbol("anything");

/** Zeros in memory that is used again by the next groups of this thread, which are made when these are done. */
function scratch<L extends number[]>(...lengths: L): { [I in keyof L]: Int32Array } {
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  const zeros = whole > MOST_KEPT ? new Int32Array(whole) : keptZeros(whole);
  let at = 0;
  return lengths.map((length) => {
    at += length;
    return zeros.subarray(at - length, at);
  }) as { [I in keyof L]: Int32Array };
}

function keptZeros(length: number): Int32Array {
  if (memory.length < length) memory = new Int32Array(Math.min(2 * length, MOST_KEPT));
  else memory.fill(0, 0, length);
  return memory;
}

/** Of a batch with more, the memory goes with it. */
const MOST_KEPT = 2 ** 21;

let memory = new Int32Array(0);
