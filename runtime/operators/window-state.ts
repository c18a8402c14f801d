import { detach } from "../rows/detach.js";
import { KeyTable } from "../rows/key-table.js";
import { stableHash } from "../rows/stable-hash.js";
import { isObject, KeyedState } from "../state/keyed-state.js";
import type { PartitionState } from "../state/partition-state.js";
import { type Table, tablesFromBytes, tablesToBytes } from "../state/state-bytes.js";
import type { HeldColumns } from "../state/state-sight.js";
import type { Merge } from "./combining-reader.js";

/**
 * One partition of a reduced window. The window moves by panes: a pane is what came in during one slide (or a divisor
 * of it), already reduced by key. Adding a pane costs the keys of the panes that enter and leave, not of the window.
 */
export interface WindowState extends PartitionState {
  /** Moves the window so that it ends with this pane; panes that ended at or before `leftMs` leave. Once per move. */
  move(pane: KeyTable, endMs: number, leftMs: number): void;
  /** All pairs of the window, as columns that later moves do not change. */
  pairs(): { keys: unknown[]; values: unknown[]; length: number };
  /** End and number of keys of each pane now in the window, oldest first. */
  panes(): { endMs: number; keys: number }[];
}

/** What came in during a slide. It is never changed, so that undoing a move puts it back as it was. */
interface Pane {
  readonly endMs: number;
  readonly keys: readonly unknown[];
  readonly values: readonly unknown[];
  /** Of the keys: they are looked for whenever the pane comes, is turned over or leaves. */
  readonly hashes: Int32Array;
}

/**
 * With an inverse function: one running table; a pane that leaves is taken out of it. Without a filter keys stay for
 * ever, with whatever the inverse leaves (0 for counts): this is Spark's rule.
 */
export class InverseWindow implements WindowState {
  readonly #running = new KeyedState();
  #panes: readonly Pane[] = [];
  /** The panes before each move that can be undone. */
  readonly #before: (readonly Pane[])[] = [];
  #leftMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly reduce: Merge,
    private readonly inverse: Merge,
    private readonly filter: ((pair: [unknown, unknown]) => unknown) | undefined,
  ) {}

  move(pane: KeyTable, endMs: number, leftMs: number): void {
    this.#leftMs = leftMs;
    const leaving = this.#panes.filter((old) => old.endMs <= leftMs);
    for (const old of leaving) this.#takeOut(old);
    this.#panes = [...this.#panes.filter((old) => old.endMs > leftMs), this.#putIn(pane, endMs)];
    if (this.filter !== undefined)
      this.#drop([...leaving.flatMap((old) => old.keys), ...pane.keys], this.filter);
  }

  pairs(): { keys: unknown[]; values: unknown[]; length: number } {
    return this.#running.pairs();
  }

  get size(): number {
    return this.#running.size;
  }

  held(): HeldColumns[] {
    return [{ keys: this.#running.keys, values: this.#running.values, panes: this.panes() }];
  }

  lastKey(): unknown {
    return this.#running.lastKey();
  }

  panes(): { endMs: number; keys: number }[] {
    return this.#panes.map(({ endMs, keys }) => ({ endMs, keys: keys.length }));
  }

  begin(): void {
    this.#before.push(this.#panes);
    this.#running.begin();
  }

  delta(): Uint8Array {
    return panesToBytes(this.#leftMs, 0, this.#panes.slice(-1), this.#running.deltaTables());
  }

  snapshot(): Uint8Array {
    return panesToBytes(this.#leftMs, 0, this.#panes, this.#running.snapshotTables());
  }

  load(bytes: Uint8Array): void {
    const { leftMs, panes, rest } = panesFromBytes(bytes);
    this.#panes = [...this.#panes.filter(({ endMs }) => endMs > leftMs), ...panes];
    this.#running.loadTables(rest);
  }

  undo(moves: number): boolean {
    if (moves > this.#before.length || !this.#running.undo(moves)) return false;
    const [before] = this.#before.splice(this.#before.length - moves);
    this.#panes = before ?? this.#panes;
    return true;
  }

  settle(moves: number): void {
    this.#before.splice(0, moves);
    this.#running.settle(moves);
  }

  #takeOut(pane: Pane): void {
    const rows = rowsIn(this.#running, pane);
    rows.forEach((row, i) => {
      // A key that the filter dropped before its panes left has nothing to take out of.
      if (row >= 0) this.#running.set(row, this.inverse(this.#running.values[row], pane.values[i]));
    });
  }

  /** The pane that is remembered shares its keys with the running table: one string per key, whatever the panes. */
  #putIn(pane: KeyTable, endMs: number): Pane {
    const hashes = pane.hashes();
    const rows = rowsIn(this.#running, { keys: pane.keys, hashes });
    const keys = pane.keys.map((key, i) => {
      const row = rows[i] as number;
      if (row < 0) {
        this.#running.insert(key, pane.values[i]);
        return this.#running.keys.at(-1);
      }
      this.#running.set(row, this.reduce(this.#running.values[row], pane.values[i]));
      return this.#running.keys[row];
    });
    return { endMs, keys, values: pane.values, hashes };
  }

  #drop(touched: unknown[], filter: (pair: [unknown, unknown]) => unknown): void {
    for (const key of touched) {
      const row = this.#running.find(key);
      if (row >= 0 && !filter([key, this.#running.values[row]])) this.#running.delete(row);
    }
  }
}

/** A pane of the front, with what the front held for its keys before it was put on top (or ABSENT). */
interface FrontPane {
  pane: Pane;
  before: unknown[];
}

/** The panes of a window, oldest first, and how many of them are in the front. */
interface Arrangement {
  panes: readonly Pane[];
  front: number;
}

/**
 * Without an inverse: two stacks. The back holds the newest panes and their reduction; the front holds older panes, each
 * reduced with all that are newer in the front, so that the oldest can leave by putting back what was there before it
 * came. When the front is empty the back is turned over into it: each pane is handled twice in its life.
 *
 * All of it follows from the panes and their arrangement: this is what is written, and what undoing goes back to.
 */
export class TwoStackWindow implements WindowState {
  #front = new KeyTable();
  /** Oldest pane last. */
  #frontPanes: FrontPane[] = [];
  #back = new KeyTable();
  #backPanes: Pane[] = [];
  /** Before each move that can be undone. */
  readonly #before: Arrangement[] = [];
  #size = 0;
  /** What was loaded and is not stacked yet. */
  #loaded: Arrangement | undefined;
  #leftMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly reduce: Merge) {}

  move(pane: KeyTable, endMs: number, leftMs: number): void {
    this.#leftMs = leftMs;
    this.#leave(leftMs);
    this.#push({ endMs, keys: pane.keys, values: pane.values, hashes: pane.hashes() });
  }

  pairs(): { keys: unknown[]; values: unknown[]; length: number } {
    this.#stack();
    const back = this.#back;
    // Keys only ever come to the back: those that are there now stay where they are.
    if (this.#front.size === 0) return this.#sized(back.keys, back.values.slice());
    const keys = [...this.#front.keys];
    const values = [...this.#front.values];
    const rows = rowsIn(this.#front, { keys: back.keys, hashes: back.hashes() });
    rows.forEach((row, i) => {
      if (row >= 0) values[row] = this.reduce(values[row], back.values[i]);
      else {
        keys.push(back.keys[i]);
        values.push(back.values[i]);
      }
    });
    return this.#sized(keys, values);
  }

  /** As of the last time the pairs were asked for: to count them is to make them. */
  get size(): number {
    return this.#size;
  }

  held(): HeldColumns[] {
    return [{ ...this.pairs(), panes: this.panes() }];
  }

  lastKey(): unknown {
    return this.pairs().keys.at(-1);
  }

  panes(): { endMs: number; keys: number }[] {
    return this.#arrangement().panes.map(({ endMs, keys }) => ({ endMs, keys: keys.length }));
  }

  #sized(keys: unknown[], values: unknown[]): { keys: unknown[]; values: unknown[]; length: number } {
    this.#size = keys.length;
    return { keys, values, length: keys.length };
  }

  begin(): void {
    this.#before.push(this.#arrangement());
    this.#stack();
  }

  delta(): Uint8Array {
    return panesToBytes(this.#leftMs, this.#frontPanes.length, this.#backPanes.slice(-1));
  }

  snapshot(): Uint8Array {
    const { panes, front } = this.#arrangement();
    return panesToBytes(this.#leftMs, front, panes);
  }

  load(bytes: Uint8Array): void {
    const { leftMs, front, panes } = panesFromBytes(bytes);
    const kept = this.#arrangement().panes.filter(({ endMs }) => endMs > leftMs);
    this.#loaded = { panes: [...kept, ...panes], front };
  }

  undo(moves: number): boolean {
    // What a function made of objects may be these very objects, changed.
    if (moves > this.#before.length || this.#holdsObjects()) return false;
    const [before] = this.#before.splice(this.#before.length - moves);
    this.#loaded = before;
    return true;
  }

  settle(moves: number): void {
    this.#before.splice(0, moves);
  }

  #holdsObjects(): boolean {
    return this.#arrangement().panes.some(({ values }) => values.some(isObject));
  }

  #arrangement(): Arrangement {
    if (this.#loaded !== undefined) return this.#loaded;
    const front = this.#frontPanes.map(({ pane }) => pane).reverse();
    return { panes: [...front, ...this.#backPanes], front: front.length };
  }

  /** Makes both stacks anew of panes that were loaded, or gone back to. */
  #stack(): void {
    if (this.#loaded === undefined) return;
    const { panes, front } = this.#loaded;
    this.#loaded = undefined;
    this.#front = new KeyTable();
    this.#frontPanes = [];
    this.#back = new KeyTable();
    this.#backPanes = [];
    for (const pane of panes.slice(0, front).reverse()) this.#pile(pane);
    for (const pane of panes.slice(front)) this.#push(pane);
  }

  /** Puts a pane on top of the back, with its keys as they are held: one string per key, whatever the panes. */
  #push(pane: Pane): void {
    const back = this.#back;
    const rows = rowsIn(back, pane);
    const keys = pane.keys.map((key, i) => {
      const row = rows[i] as number;
      if (row < 0) {
        const own = this.#ownKey(key);
        back.insert(own, pane.values[i]);
        return own;
      }
      back.values[row] = this.reduce(back.values[row], pane.values[i]);
      return back.keys[row];
    });
    this.#backPanes.push({ ...pane, keys });
  }

  /** Puts a pane on top of the front: one that is older than all there. */
  #pile(pane: Pane): void {
    const rows = rowsIn(this.#front, pane);
    const before = pane.keys.map((key, i) => {
      const row = rows[i] as number;
      const value = row < 0 ? ABSENT : this.#front.values[row];
      if (row < 0) this.#front.insert(key, pane.values[i]);
      else this.#front.values[row] = this.reduce(pane.values[i], value);
      return value;
    });
    this.#frontPanes.push({ pane, before });
  }

  #leave(leftMs: number): void {
    for (;;) {
      if (this.#frontPanes.length === 0) this.#turnOver(leftMs);
      const oldest = this.#frontPanes.at(-1);
      if (oldest === undefined || oldest.pane.endMs > leftMs) return;
      this.#frontPanes.pop();
      oldest.pane.keys.forEach((key, i) => {
        const row = this.#front.row(key) as number;
        if (oldest.before[i] === ABSENT) this.#front.deleteRow(row);
        else this.#front.values[row] = oldest.before[i];
      });
    }
  }

  /** Moves the back into the front, newest pane first, if its oldest pane has to leave. */
  #turnOver(leftMs: number): void {
    const [oldest] = this.#backPanes;
    if (oldest === undefined || oldest.endMs > leftMs) return;
    const panes = this.#backPanes;
    this.#back = new KeyTable();
    this.#backPanes = [];
    for (const pane of panes.reverse()) this.#pile(pane);
  }

  /** Of a key that is not in the back. */
  #ownKey(key: unknown): unknown {
    const front = this.#front.size === 0 ? -1 : this.#front.find(key);
    return front >= 0 ? this.#front.keys[front] : detach(key);
  }
}

const ABSENT = Symbol("absent");

/** The row of each key, or -1. Keys are of a pane, each there once: a row holds good while others are added. */
function rowsIn(
  table: Pick<KeyTable, "findAll">,
  { keys, hashes }: { keys: readonly unknown[]; hashes: Int32Array },
): Int32Array {
  const rows = new Int32Array(keys.length);
  table.findAll(keys, rows, hashes);
  return rows;
}

/**
 * @param leftMs panes of the state before that ended at or before this have left
 * @param rest what else there is of the window
 */
function panesToBytes(
  leftMs: number,
  front: number,
  panes: readonly Pane[],
  rest: readonly Table[] = [],
): Uint8Array {
  const tables = panes.map(({ keys, values }): Table => ({ columns: [keys, values], length: keys.length }));
  return tablesToBytes([
    { columns: [[leftMs, front]], length: 2 },
    { columns: [panes.map(({ endMs }) => endMs)], length: panes.length },
    ...tables,
    ...rest,
  ]);
}

function panesFromBytes(bytes: Uint8Array): {
  leftMs: number;
  front: number;
  panes: Pane[];
  rest: Table[];
} {
  const [head, ends, ...tables] = tablesFromBytes(bytes);
  const [leftMs = 0, front = 0] = (head?.columns[0] ?? []) as number[];
  const panes = Array.from(ends?.columns[0] ?? [], (endMs, i): Pane => {
    const [keys = [], values = []] = tables[i]?.columns ?? [];
    const hashes = new Int32Array(keys.length);
    for (let at = 0; at < hashes.length; at++) hashes[at] = stableHash(keys[at]);
    return { endMs: endMs as number, keys: [...keys], values: [...values], hashes };
  });
  return { leftMs, front, panes, rest: tables.slice(panes.length) };
}
