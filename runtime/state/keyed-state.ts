import { KeyTable } from "../rows/key-table.js";
import type { PartitionState } from "./partition-state.js";
import { type Table, tablesFromBytes, tablesToBytes } from "./state-bytes.js";
import type { HeldColumns } from "./state-sight.js";
import { TouchOrder } from "./touch-order.js";

/** What was there of the keys that a move changed, in the order in which they were first changed. */
interface Log<S> {
  keys: unknown[];
  /** {@link ABSENT} for a key that was not there. */
  values: (S | typeof ABSENT)[];
  times: number[];
  /** Rows in which the keys were left by the move, as far as no key was deleted since. */
  rows: number[];
}

const ABSENT = Symbol("absent");

/**
 * Values by key, with the time at which each was last touched. Keys are in a {@link KeyTable}, whose rows change their places when
 * one is deleted.
 *
 * What each move changed is logged once per key: the log is how the move is undone, and the list of the keys that are
 * written when it is committed. So both cost what was touched, not what is held.
 */
export class KeyedState<S = unknown> implements PartitionState {
  readonly #table = new KeyTable<S>();
  readonly #times: number[] = [];
  /** The move in which the key of each row was logged last. */
  readonly #logged: number[] = [];
  readonly #moves: Log<S>[] = [];
  #log: Log<S> = newLog();
  #move = 0;
  #order: TouchOrder | undefined;

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

  /** When the key of a row was last touched, in ms. */
  timeOf(row: number): number {
    return this.#times[row] as number;
  }

  /** Adds a key that is not there. */
  insert(key: unknown, value: S, timeMs = 0): void {
    const row = this.#table.size;
    const own = detach(key);
    this.#note(own, ABSENT, 0, row);
    this.#append(own, value, timeMs, this.#move);
  }

  /** Gives the key of a row another value, and the time of its touch. */
  set(row: number, value: S, timeMs = 0): void {
    if (this.#logged[row] !== this.#move) {
      this.#note(this.#table.keys[row], this.#table.values[row] as S, this.#times[row] as number, row);
      this.#logged[row] = this.#move;
    }
    this.#table.values[row] = value;
    this.#times[row] = timeMs;
    this.#order?.touch(row);
  }

  /** Removes the key of a row; the last row takes its place. */
  delete(row: number): void {
    if (this.#logged[row] !== this.#move)
      this.#note(this.#table.keys[row], this.#table.values[row] as S, this.#times[row] as number, row);
    this.#remove(row);
  }

  /** All pairs, as columns that later moves do not change. */
  pairs(): { keys: unknown[]; values: unknown[]; length: number } {
    return { keys: this.#table.keys.slice(), values: this.#table.values.slice(), length: this.size };
  }

  held(): HeldColumns {
    return { keys: this.#table.keys, values: this.#table.values, timesMs: this.#times };
  }

  /** The row that was not touched for longest, if that was before `timeMs`. The cost does not depend on how many keys there are. */
  oldestBefore(timeMs: number): number | undefined {
    this.#order ??= this.#inOrder();
    const row = this.#order.oldest();
    return row !== undefined && (this.#times[row] as number) < timeMs ? row : undefined;
  }

  begin(): void {
    this.#log = newLog();
    this.#moves.push(this.#log);
    this.#move += 1;
  }

  delta(): Uint8Array {
    return tablesToBytes(this.deltaTables());
  }

  snapshot(): Uint8Array {
    return tablesToBytes(this.snapshotTables());
  }

  load(bytes: Uint8Array): void {
    this.loadTables(tablesFromBytes(bytes));
  }

  /** {@link delta} as a part of a larger state's. */
  deltaTables(): Table[] {
    const { keys, rows } = this.#log;
    const table = this.#table;
    const live: { keys: unknown[]; values: unknown[]; times: number[] } = { keys: [], values: [], times: [] };
    const gone: unknown[] = [];
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      const at = rows[i] as number;
      const row = table.keys[at] === key ? at : table.find(key);
      if (row < 0) gone.push(key);
      else {
        live.keys.push(key);
        live.values.push(table.values[row]);
        live.times.push(this.#times[row] as number);
      }
    }
    return [
      { columns: [live.keys, live.values, live.times], length: live.keys.length },
      { columns: [gone], length: gone.length },
    ];
  }

  snapshotTables(): Table[] {
    return [
      { columns: [this.#table.keys, this.#table.values, this.#times], length: this.size },
      { columns: [[]], length: 0 },
    ];
  }

  loadTables([live, gone]: readonly Table[]): void {
    const [keys = [], values = [], times = []] = live?.columns ?? [];
    for (let i = 0; i < (live?.length ?? 0); i++) {
      const row = this.find(keys[i]);
      if (row < 0) this.#append(keys[i], values[i] as S, times[i] as number, 0);
      else this.#put(row, values[i] as S, times[i] as number);
    }
    const [lost = []] = gone?.columns ?? [];
    for (let i = 0; i < (gone?.length ?? 0); i++) {
      const row = this.find(lost[i]);
      if (row >= 0) this.#remove(row);
    }
    this.#order = undefined;
  }

  undo(moves: number): boolean {
    const undone = this.#moves.slice(this.#moves.length - moves);
    if (undone.length < moves || undone.some(({ values }) => values.some(isObject))) return false;
    for (const log of undone.reverse()) this.#takeBack(log);
    this.#moves.length -= moves;
    this.#log = this.#moves.at(-1) ?? newLog();
    this.#order = undefined;
    return true;
  }

  settle(moves: number): void {
    this.#moves.splice(0, moves);
  }

  /** Backwards: of a key that was logged more than once, what was there first counts. */
  #takeBack({ keys, values, times }: Log<S>): void {
    for (let i = keys.length - 1; i >= 0; i--) {
      const row = this.find(keys[i]);
      const value = values[i] as S | typeof ABSENT;
      if (value === ABSENT) {
        if (row >= 0) this.#remove(row);
      } else if (row < 0) this.#append(keys[i], value, times[i] as number, 0);
      else this.#put(row, value, times[i] as number);
    }
  }

  #note(key: unknown, value: S | typeof ABSENT, timeMs: number, row: number): void {
    this.#log.keys.push(key);
    this.#log.values.push(value);
    this.#log.times.push(timeMs);
    this.#log.rows.push(row);
  }

  #append(key: unknown, value: S, timeMs: number, logged: number): void {
    this.#order?.add(this.#table.size);
    this.#table.insert(key, value);
    this.#times.push(timeMs);
    this.#logged.push(logged);
  }

  #put(row: number, value: S, timeMs: number): void {
    this.#table.values[row] = value;
    this.#times[row] = timeMs;
  }

  #remove(row: number): void {
    const last = this.#table.size - 1;
    this.#order?.delete(row, last);
    this.#table.deleteRow(row);
    const [time, logged] = [this.#times.pop() as number, this.#logged.pop() as number];
    if (row === last) return;
    this.#times[row] = time;
    this.#logged[row] = logged;
  }

  #inOrder(): TouchOrder {
    const rows = Array.from({ length: this.size }, (_, row) => row);
    rows.sort((a, b) => (this.#times[a] as number) - (this.#times[b] as number));
    const order = new TouchOrder();
    for (const row of rows) order.add(row);
    return order;
  }
}

function newLog<S>(): Log<S> {
  return { keys: [], values: [], times: [], rows: [] };
}

/** Whoever had it may have changed it where it is. */
export function isObject(value: unknown): boolean {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** V8 makes substrings of 13 characters and more by reference. */
const SLICED_LENGTH = 13;

/**
 * A key that may be kept for long: a word cut out of a block of text would hold the whole block. Joining makes a new
 * string, which the cut at its second character then refers to.
 */
export function detach(key: unknown): unknown {
  return typeof key === "string" && key.length >= SLICED_LENGTH ? ` ${key}`.slice(1) : key;
}
