import { gather } from "../rows/column-batch.js";
import { EncodedColumn } from "../rows/column-codec.js";
import { detach } from "../rows/detach.js";
import { KeyTable } from "../rows/key-table.js";
import { LentPairs } from "./lent-pairs.js";
import type { PartitionState } from "./partition-state.js";
import {
  type StateBytes,
  type Table,
  tablesFromBytes,
  tablesToBytes,
  type WrittenTable,
} from "./state-bytes.js";
import type { HeldColumns } from "./state-sight.js";
import { TouchOrder } from "./touch-order.js";
import { TouchTimes } from "./touch-times.js";

/** What a move did, by the keys. */
export interface StateChanges<S = unknown> {
  /** Keys that are not there any more. */
  gone: ArrayLike<unknown>;
  /** Keys that came or have another value or time, each once. */
  keys: ArrayLike<unknown>;
  values: ArrayLike<S>;
  timesMs: ArrayLike<number>;
}

/** What a move found in the rows that it changed, as far as they were there: of each once. */
interface Log<S> {
  /** How many rows there were. */
  size: number;
  rows: number[];
  /** Of the rows that have another key since, or are gone: by row. */
  keys: Map<number, unknown>;
  values: S[];
  /** As far as times were kept. */
  times: (number | undefined)[];
  /** Whether the move came to its end. */
  isFinished: boolean;
}

/**
 * Values by key, with the time at which each was last touched. Keys are in a {@link KeyTable}, whose rows change their places when
 * one is deleted.
 *
 * What each move changed is known by the rows: what was in them before is how the move is undone, and what is in them now is
 * what is written when it is committed. So both cost what was touched, not what is held, and neither has to find a key
 * again. A key is written when it comes into a row; from then on its row stands for it, in the same table elsewhere too.
 */
export class KeyedState<S = unknown> implements PartitionState {
  readonly #table: KeyTable<S>;
  readonly #times: TouchTimes;
  /** The move in which each row was logged last, or came to be. */
  readonly #logged: number[] = [];
  readonly #moves: Log<S>[] = [];
  #log: Log<S> = newLog(0);
  #move = 0;
  #order: TouchOrder | undefined;
  /** Whether somebody was given the keys as they are. */
  #isLent = false;
  /** The keys as they were written last: they come and go more seldom than that. */
  #encodedKeys: EncodedColumn | undefined;
  /** Pairs as they were after one of the last moves. */
  readonly #lent = new Set<LentPairs<S>>();

  /** @param rows about how many keys there will be */
  constructor(rows = 0) {
    this.#table = new KeyTable<S>(rows);
    this.#times = new TouchTimes(this.#table);
  }

  get size(): number {
    return this.#table.size;
  }

  get keys(): readonly unknown[] {
    return this.#table.keys;
  }

  get values(): readonly S[] {
    return this.#table.values;
  }

  /** The row of a key, or -1. */
  find(key: unknown): number {
    return this.#table.find(key);
  }

  /** The rows of many keys, or -1: faster than {@link find} for each. */
  findAll(keys: ArrayLike<unknown>, rows: Int32Array, hashes?: Int32Array): void {
    this.#table.findAll(keys, rows, hashes);
  }

  /** The row of a key, which is added with `value` if it is not there. */
  rowOf(key: unknown, value: S): number {
    const row = this.#table.find(key);
    if (row >= 0) return row;
    this.insert(key, value);
    return this.#table.size - 1;
  }

  /** When the key of a row was last touched, in ms. */
  timeOf(row: number): number {
    return this.#times.of(row);
  }

  /** Adds a key that is not there. */
  insert(key: unknown, value: S, timeMs = 0): void {
    this.#ownKeys();
    this.#order?.add(this.#table.size);
    this.#table.insert(detach(key), value);
    this.#times.set(this.#table.size - 1, timeMs);
    this.#logged.push(this.#move);
  }

  /** Gives the key of a row another value, and the time of its touch. */
  set(row: number, value: S, timeMs = 0): void {
    if (this.#logged[row] !== this.#move) this.#note(row);
    this.#table.values[row] = value;
    this.#times.set(row, timeMs);
    this.#order?.touch(row);
  }

  /** Removes the key of a row; the last row takes its place. */
  delete(row: number): void {
    const last = this.#table.size - 1;
    this.#noteKey(row);
    this.#noteKey(last);
    this.#ownKeys();
    this.#order?.delete(row, last);
    this.#table.deleteRow(row);
    this.#times.deleteRow(row, last);
    this.#logged.pop();
  }

  /** All pairs, as columns that later moves do not change. */
  pairs(): { keys: unknown[]; values: unknown[]; length: number } {
    this.#isLent = true;
    return { keys: this.#table.keys, values: this.#table.values.slice(), length: this.size };
  }

  /** The same, of which the values are not copied before they are read, or the next move but one begins. To be given back. */
  lend(): LentPairs<S> {
    this.#isLent = true;
    const lent: LentPairs<S> = new LentPairs(this.#table, () => this.#lent.delete(lent));
    this.#lent.add(lent);
    return lent;
  }

  held(): HeldColumns[] {
    return [this.columns()];
  }

  lastKey(): unknown {
    return this.#table.keys.at(-1);
  }

  /** All that it holds, in place. */
  columns(): HeldColumns & { timesMs: ArrayLike<number> } {
    return { keys: this.#table.keys, values: this.#table.values, timesMs: this.#times.all() };
  }

  /** The hash of each key: {@link KeyTable.hashes}. */
  hashes(): Int32Array {
    return this.#table.hashes();
  }

  /**
   * Puts keys in that are not there, which belongs to no move: none may be under way. They are kept as they are. Each counts as
   * the one that was not touched for longest: the last is the first to be told of by {@link oldestBefore}.
   */
  fill(keys: ArrayLike<unknown>, values: ArrayLike<S>, timesMs: ArrayLike<number>): void {
    for (let i = 0; i < keys.length; i++) {
      this.#ownKeys();
      this.#order?.addOldest(this.#table.size);
      this.#table.insert(keys[i], values[i] as S);
      this.#times.set(this.#table.size - 1, timesMs[i] as number);
      this.#logged.push(this.#move);
    }
  }

  /** The row that was not touched for longest, if that was before `timeMs`. The cost does not depend on how many keys there are. */
  oldestBefore(timeMs: number): number | undefined {
    this.#order ??= this.#inOrder();
    const row = this.#order.oldest();
    return row !== undefined && this.#times.of(row) < timeMs ? row : undefined;
  }

  begin(): void {
    this.#log = newLog(this.size);
    for (const lent of this.#lent) lent.moves(this.#log);
    this.#moves.push(this.#log);
    this.#move += 1;
  }

  delta(): Uint8Array {
    return tablesToBytes(this.#deltaTables());
  }

  snapshot(): Uint8Array {
    return tablesToBytes(this.#snapshotTables());
  }

  load(bytes: StateBytes): void {
    this.#loadTables(tablesFromBytes(bytes));
  }

  #deltaTables(): WrittenTable[] {
    this.#log.isFinished = true;
    const { rows, keys, size: before } = this.#log;
    const { size } = this;
    const isMoved = (row: number) => keys.has(row) && keys.get(row) !== this.#table.keys[row];
    const stayed = keys.size === 0 ? rows : rows.filter((row) => row < size && !isMoved(row));
    const others = keys.size === 0 ? [] : rows.filter((row) => row < size && isMoved(row));
    for (let row = before; row < size; row++) others.push(row);
    const [changed, moved] = [rowNumbers(stayed), rowNumbers(others)];
    return [
      { columns: [[size]], length: 1 },
      { columns: [changed, ...this.#of(changed)], length: changed.length },
      {
        columns: [moved, ...this.#of(moved), others.map((row) => this.#table.keys[row])],
        length: moved.length,
      },
    ];
  }

  #snapshotTables(): WrittenTable[] {
    this.#log.isFinished = true;
    const { size } = this;
    const rows = new Int32Array(size);
    for (let row = 0; row < size; row++) rows[row] = row;
    this.#encodedKeys ??= new EncodedColumn(this.#table.keys);
    return [
      { columns: [[size]], length: 1 },
      { columns: [new Int32Array(0), [], []], length: 0 },
      { columns: [rows, this.#table.values, this.#times.all(), this.#encodedKeys], length: size },
    ];
  }

  #loadTables([sizes, changed, moved]: readonly Table[]): void {
    const [rows = [], values = [], times = []] = (changed?.columns ?? []) as ArrayLike<number>[];
    const [newRows = [], newValues = [], newTimes = [], newKeys = []] = moved?.columns ?? [];
    const size = (sizes?.columns[0]?.[0] ?? 0) as number;
    for (const lent of this.#lent) lent.copy();
    this.#ownKeys();
    this.#rewrite(size, {
      rows: newRows as ArrayLike<number>,
      keys: newKeys,
      values: newValues as ArrayLike<S>,
      times: newTimes as ArrayLike<number>,
    });
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      this.#table.values[row] = values[i] as S;
      this.#times.set(row, times[i] as number);
    }
    this.#order = undefined;
  }

  /** What the last move changed, by the keys: good for a state whose rows are others. */
  changes(): StateChanges<S> {
    this.#log.isFinished = true;
    const { rows, keys, size: before } = this.#log;
    const changed = rows.filter((row) => row < this.size);
    for (let row = before; row < this.size; row++) changed.push(row);
    const [values, timesMs] = this.#of(rowNumbers(changed));
    return {
      // A key that was in a changed row is in another one now, or nowhere.
      gone: [...keys.values()].filter((key) => this.find(key) < 0),
      keys: changed.map((row) => this.#table.keys[row]),
      values,
      timesMs,
    };
  }

  /** Makes the changes of another's move, which belongs to no move of this one. */
  change({ gone, keys, values, timesMs }: StateChanges<S>): void {
    this.begin();
    for (let i = 0; i < gone.length; i++) {
      const row = this.find(gone[i]);
      if (row >= 0) this.delete(row);
    }
    for (let i = 0; i < keys.length; i++) {
      const row = this.find(keys[i]);
      if (row < 0) this.insert(keys[i], values[i] as S, timesMs[i]);
      else this.set(row, values[i] as S, timesMs[i]);
    }
    this.settle(this.#moves.length);
  }

  undo(moves: number): boolean {
    const undone = this.#moves.slice(this.#moves.length - moves);
    if (undone.length < moves || undone.some(({ values }) => values.some(isObject))) return false;
    // A function that threw may have changed the object that it was given, of which nothing was noted.
    if (undone.some(({ isFinished }) => !isFinished) && this.#table.values.some(isObject)) return false;
    for (const lent of this.#lent) lent.copy();
    for (const log of undone.reverse()) this.#takeBack(log);
    this.#moves.length -= moves;
    this.#log = this.#moves.at(-1) ?? newLog(this.size);
    this.#order = undefined;
    return true;
  }

  settle(moves: number): void {
    this.#moves.splice(0, moves);
  }

  #takeBack(log: Log<S>): void {
    this.#ownKeys();
    // Rows that are not there now are added one after the other.
    const order = log.rows.map((_, i) => i).sort((a, b) => (log.rows[a] as number) - (log.rows[b] as number));
    const rows = order.map((i) => log.rows[i] as number);
    this.#rewrite(log.size, {
      rows,
      keys: rows.map((row) => (log.keys.has(row) ? log.keys.get(row) : this.#table.keys[row])),
      values: order.map((i) => log.values[i] as S),
      times: order.map((i) => log.times[i] ?? 0),
    });
  }

  /** There are `size` rows from now on, and in some of them, those that are new among them, this. */
  #rewrite(
    size: number,
    to: { rows: ArrayLike<number>; keys: ArrayLike<unknown>; values: ArrayLike<S>; times: ArrayLike<number> },
  ): void {
    this.#table.rewrite(size, to.rows, to.keys, to.values);
    this.#times.cut(size);
    this.#logged.length = Math.min(size, this.#logged.length);
    for (let i = 0; i < to.rows.length; i++) {
      const row = to.rows[i] as number;
      this.#times.set(row, to.times[i] as number);
      this.#logged[row] = 0;
    }
  }

  #of(rows: Int32Array): [values: ArrayLike<S>, times: Float64Array] {
    return [gather(this.#table.values, rows) as ArrayLike<S>, this.#times.some(rows)];
  }

  #note(row: number): void {
    const log = this.#log;
    const at = log.rows.push(row) - 1;
    log.values.push(this.#table.values[row] as S);
    if (this.#times.areKept) log.times[at] = this.#times.of(row);
    this.#logged[row] = this.#move;
  }

  /** The row is to have another key, or none. */
  #noteKey(row: number): void {
    if (this.#logged[row] !== this.#move) this.#note(row);
    const { keys, size } = this.#log;
    if (row < size && !keys.has(row)) keys.set(row, this.#table.keys[row]);
  }

  /** Keys are about to come or go: whoever was given them keeps those there were. */
  #ownKeys(): void {
    this.#encodedKeys = undefined;
    if (!this.#isLent) return;
    this.#table.copyKeys();
    this.#isLent = false;
  }

  #inOrder(): TouchOrder {
    const rows = Array.from({ length: this.size }, (_, row) => row);
    rows.sort((a, b) => this.#times.of(a) - this.#times.of(b));
    const order = new TouchOrder();
    for (const row of rows) order.add(row);
    return order;
  }
}

function newLog<S>(size: number): Log<S> {
  return { size, rows: [], keys: new Map(), values: [], times: [], isFinished: false };
}

/** One by one: to make such an array of another takes V8 ten times as long. */
function rowNumbers(rows: readonly number[]): Int32Array {
  const numbers = new Int32Array(rows.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = rows[i] as number;
  return numbers;
}

/** Whoever had it may have changed it where it is. */
export function isObject(value: unknown): boolean {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
