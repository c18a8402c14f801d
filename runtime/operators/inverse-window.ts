import type { SidedPairs } from "../rows/column-batch.js";
import { isObject } from "../state/keyed-state.js";
import type { StateBytes } from "../state/state-bytes.js";
import type { HeldColumns } from "../state/state-sight.js";
import type { Merge } from "./combining-reader.js";
import { windowFromBytes, windowToBytes } from "./window-bytes.js";
import { ABSENT, type ColumnVersion, lengthened, WindowColumn, type WindowPairs } from "./window-column.js";
import { type Pane, packed, type Rows, renumbered, WindowKeys } from "./window-keys.js";
import type { WindowState } from "./window-state.js";

/** What is to be known to undo a move. */
interface Move {
  size: number;
  panes: readonly Pane[];
  /** Of the running values. */
  version: ColumnVersion;
  /** Whether the rows are not those of what was written before it. */
  isRenumbered: boolean;
  /** Whether it came to its end. */
  isFinished: boolean;
}

/**
 * With an inverse function: one running value for each key; a pane that leaves is taken out of it. Without a filter keys stay for
 * ever, with whatever the inverse leaves (0 for counts): this is Spark's rule.
 *
 * A move is written as its pane: what it makes of the running values is made again of that, by the same functions.
 */
export class InverseWindow implements WindowState {
  #keys = new WindowKeys();
  /** ABSENT for a key that the filter dropped. */
  #running = new WindowColumn();
  /** Keys that are not absent. */
  #present = 0;
  #panes: readonly Pane[] = [];
  readonly #moves: Move[] = [];
  #isRenumbered = false;
  #leftMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly reduce: Merge,
    private readonly inverse: Merge,
    private readonly filter: ((pair: [unknown, unknown]) => unknown) | undefined,
  ) {}

  move(parts: readonly SidedPairs[], endMs: number, leftMs: number): void {
    this.#slide({ endMs, ...this.#keys.reduce(parts, this.reduce) }, leftMs);
  }

  pairs(): WindowPairs {
    return this.#running.pairs(this.#keys.keys, this.#present);
  }

  get size(): number {
    return this.#present;
  }

  held(): HeldColumns[] {
    const { keys, values, length } = this.pairs();
    return [{ keys: keys.slice(0, length), values, panes: this.panes() }];
  }

  lastKey(): unknown {
    const { keys, length } = this.pairs();
    return keys[length - 1];
  }

  panes(): { endMs: number; keys: number }[] {
    return this.#panes.map(({ endMs, rows }) => ({ endMs, keys: rows.length }));
  }

  begin(): void {
    if (this.#moves.length === 0) this.#pack();
    this.#moves.push({
      size: this.#keys.size,
      panes: this.#panes,
      version: this.#running.version,
      isRenumbered: this.#isRenumbered,
      isFinished: false,
    });
    this.#isRenumbered = false;
  }

  delta(): Uint8Array {
    const move = this.#moves.at(-1);
    if (move?.isRenumbered === true) return this.snapshot();
    if (move !== undefined) move.isFinished = true;
    return windowToBytes({
      isWhole: false,
      leftMs: this.#leftMs,
      front: 0,
      keys: this.#keys.keys.slice(move?.size ?? 0),
      panes: this.#panes.slice(-1),
      running: undefined,
    });
  }

  snapshot(): Uint8Array {
    const move = this.#moves.at(-1);
    if (move !== undefined) move.isFinished = true;
    const rows = this.#presentRows();
    return windowToBytes({
      isWhole: true,
      leftMs: this.#leftMs,
      front: 0,
      keys: this.#keys.keys,
      panes: this.#panes,
      running: { rows, values: Array.from(rows, (row) => this.#running.now[row]) },
    });
  }

  load(bytes: StateBytes): void {
    const { isWhole, leftMs, keys, panes, running } = windowFromBytes(bytes);
    if (isWhole) this.#clear();
    this.#keys.add(keys);
    if (running === undefined) {
      for (const pane of panes) this.#slide(pane, leftMs);
      return;
    }
    this.#leftMs = leftMs;
    const now = lengthened([], this.#keys.size);
    for (let i = 0; i < running.rows.length; i++) {
      const row = running.rows[i] as number;
      const value = running.values[i];
      // The filter may be another than the one that kept it.
      if (this.filter === undefined || this.filter([this.#keys.keys[row], value])) now[row] = value;
    }
    this.#running.replace(now);
    this.#panes = panes;
    this.#countAgain();
  }

  undo(moves: number): boolean {
    const undone = this.#moves.slice(this.#moves.length - moves);
    const [first] = undone;
    if (first === undefined || undone.length < moves) return false;
    if (this.#running.hasGivenObjects(first.version)) return false;
    // A function that threw may have changed the object that it was given, of which nothing was noted.
    if (undone.some(({ isFinished }) => !isFinished) && this.#running.now.some(isObject)) return false;
    this.#moves.length -= moves;
    this.#running.goBack(first.version, first.size);
    this.#keys.goBack(first.size);
    this.#panes = first.panes;
    this.#isRenumbered = first.isRenumbered;
    this.#countAgain();
    return true;
  }

  settle(moves: number): void {
    this.#moves.splice(0, moves);
  }

  #clear(): void {
    this.#keys = new WindowKeys();
    this.#running = new WindowColumn();
    this.#present = 0;
    this.#panes = [];
  }

  #slide(pane: Pane, leftMs: number): void {
    this.#leftMs = leftMs;
    const leaving = this.#panes.filter(({ endMs }) => endMs <= leftMs);
    this.#running.begin([...leaving, pane].reduce((sum, { rows }) => sum + rows.length, 0));
    for (const old of leaving) this.#takeOut(old);
    this.#putIn(pane);
    this.#panes = [...this.#panes.filter(({ endMs }) => endMs > leftMs), pane];
    if (this.filter !== undefined) for (const { rows } of [...leaving, pane]) this.#drop(rows, this.filter);
  }

  #takeOut({ rows, values }: Pane): void {
    const { inverse } = this;
    const { now } = this.#running;
    const before = this.#running.note(rows);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      const value = now[row];
      before?.push(value);
      // A key that the filter dropped before its panes left has nothing to take out of.
      if (value !== ABSENT) now[row] = inverse(value, values[i]);
    }
    this.#keys.letGo(rows);
  }

  #putIn({ rows, values }: Pane): void {
    const { reduce } = this;
    const now = lengthened(this.#running.now, this.#keys.size);
    const before = this.#running.note(rows);
    const came: number[] = [];
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      const value = now[row];
      before?.push(value);
      if (value !== ABSENT) now[row] = reduce(value, values[i]);
      else {
        now[row] = values[i];
        came.push(row);
      }
    }
    this.#present += came.length;
    this.#keys.hold(came);
    this.#keys.hold(rows);
  }

  #drop(rows: Rows, filter: (pair: [unknown, unknown]) => unknown): void {
    const { keys } = this.#keys;
    const { now } = this.#running;
    const gone: number[] = [];
    const before = this.#running.note(gone);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      const value = now[row];
      if (value === ABSENT || filter([keys[row], value])) continue;
      gone.push(row);
      before?.push(value);
      now[row] = ABSENT;
    }
    this.#present -= gone.length;
    this.#keys.letGo(gone);
  }

  #pack(): void {
    const newRows = this.#keys.pack();
    if (newRows === undefined) return;
    this.#running.replace(packed(this.#running.now, newRows));
    this.#panes = this.#panes.map((pane) => renumbered(pane, newRows));
    this.#isRenumbered = true;
  }

  #presentRows(): Int32Array {
    const { now } = this.#running;
    const rows = new Int32Array(this.#present);
    let next = 0;
    for (let row = 0; row < now.length; row++) if (now[row] !== ABSENT) rows[next++] = row;
    return rows;
  }

  /** Which keys are held, by what there is. */
  #countAgain(): void {
    this.#keys.letGoOfAll();
    this.#present = this.#running.now.reduce<number>((sum, value) => (value === ABSENT ? sum : sum + 1), 0);
    this.#keys.hold(this.#presentRows());
    for (const { rows } of this.#panes) this.#keys.hold(rows);
  }
}
