import type { SidedPairs } from "../rows/column-batch.js";
import { isObject } from "../state/keyed-state.js";
import type { StateBytes } from "../state/state-bytes.js";
import type { HeldColumns } from "../state/state-sight.js";
import type { Merge } from "./combining-reader.js";
import { windowFromBytes, windowToBytes } from "./window-bytes.js";
import { ABSENT, lengthened, WindowColumn, type WindowPairs } from "./window-column.js";
import { type Pane, packed, type Rows, renumbered, WindowKeys } from "./window-keys.js";
import type { WindowState } from "./window-state.js";

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

/** What is to be known to undo a move. */
interface Move extends Arrangement {
  size: number;
  /** Whether the rows are not those of what was written before it. */
  isRenumbered: boolean;
}

/**
 * Without an inverse: two stacks. The back holds the newest panes and their reduction; the front holds older panes, each
 * reduced with all that are newer in the front, so that the oldest can leave by putting back what was there before it
 * came. When the front is empty the back is turned over into it: each pane is handled twice in its life.
 *
 * All of it follows from the panes and their arrangement: this is what is written, and what undoing goes back to.
 */
export class TwoStackWindow implements WindowState {
  #keys = new WindowKeys();
  /** By row, as far as there are values; ABSENT in between. */
  #front: unknown[] = [];
  #back: unknown[] = [];
  /** Oldest pane last. */
  #frontPanes: FrontPane[] = [];
  #backPanes: Pane[] = [];
  /** Both together, but for {@link #stale}. */
  readonly #both = new WindowColumn();
  /** Rows that changed in one of the two since they were put together; undefined for all. */
  #stale: Rows[] | undefined;
  readonly #moves: Move[] = [];
  #isRenumbered = false;
  /** What was loaded and is not stacked yet. */
  #loaded: Arrangement | undefined;
  #leftMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly reduce: Merge) {}

  move(parts: readonly SidedPairs[], endMs: number, leftMs: number): void {
    this.#leftMs = leftMs;
    this.#leave(leftMs);
    const pane = { endMs, ...this.#keys.reduce(parts, this.reduce) };
    this.#keys.hold(pane.rows);
    this.#push(pane);
  }

  pairs(): WindowPairs {
    this.#stack();
    this.#putTogether();
    return this.#both.pairs(this.#keys.keys, this.#keys.held);
  }

  get size(): number {
    this.#stack();
    return this.#keys.held;
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
    return this.#arrangement().panes.map(({ endMs, rows }) => ({ endMs, keys: rows.length }));
  }

  begin(): void {
    this.#stack();
    if (this.#moves.length === 0) this.#pack();
    this.#moves.push({
      ...this.#arrangement(),
      size: this.#keys.size,
      isRenumbered: this.#isRenumbered,
    });
    this.#isRenumbered = false;
  }

  delta(): Uint8Array {
    const move = this.#moves.at(-1);
    if (move?.isRenumbered === true) return this.snapshot();
    return windowToBytes({
      isWhole: false,
      leftMs: this.#leftMs,
      front: this.#frontPanes.length,
      keys: this.#keys.keys.slice(move?.size ?? 0),
      panes: this.#backPanes.slice(-1),
      running: undefined,
    });
  }

  snapshot(): Uint8Array {
    const { panes, front } = this.#arrangement();
    const { keys } = this.#keys;
    return windowToBytes({ isWhole: true, leftMs: this.#leftMs, front, keys, panes, running: undefined });
  }

  load(bytes: StateBytes): void {
    const { isWhole, leftMs, front, keys, panes } = windowFromBytes(bytes);
    this.#leftMs = leftMs;
    if (isWhole) this.#keys = new WindowKeys();
    this.#keys.add(keys);
    const before = isWhole ? [] : this.#arrangement().panes.filter(({ endMs }) => endMs > leftMs);
    this.#loaded = { panes: [...before, ...panes], front };
  }

  undo(moves: number): boolean {
    // What a function made of objects may be these very objects, changed.
    if (moves > this.#moves.length || this.#holdsObjects()) return false;
    const [first] = this.#moves.splice(this.#moves.length - moves);
    if (first === undefined) return true;
    this.#keys.goBack(first.size);
    this.#isRenumbered = first.isRenumbered;
    this.#loaded = first;
    return true;
  }

  settle(moves: number): void {
    this.#moves.splice(0, moves);
  }

  #holdsObjects(): boolean {
    return this.#arrangement().panes.some(({ values }) => Array.isArray(values) && values.some(isObject));
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
    this.#frontPanes = [];
    this.#backPanes = [];
    this.#front = [];
    this.#back = [];
    this.#both.replace([]);
    this.#stale = undefined;
    this.#keys.letGoOfAll();
    for (const { rows } of panes) this.#keys.hold(rows);
    for (const pane of panes.slice(0, front).reverse()) this.#pile(pane);
    for (const pane of panes.slice(front)) this.#push(pane);
  }

  /** Puts a pane on top of the back. */
  #push(pane: Pane): void {
    const { reduce } = this;
    const { rows, values } = pane;
    const back = lengthened(this.#back, this.#keys.size);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      const value = back[row];
      back[row] = value === ABSENT ? values[i] : reduce(value, values[i]);
    }
    this.#backPanes.push(pane);
    this.#stale?.push(rows);
  }

  /** Puts a pane on top of the front: one that is older than all there. */
  #pile(pane: Pane): void {
    const { reduce } = this;
    const { rows, values } = pane;
    const front = lengthened(this.#front, this.#keys.size);
    const before: unknown[] = [];
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      const value = front[row];
      front[row] = value === ABSENT ? values[i] : reduce(values[i], value);
      before.push(value);
    }
    this.#frontPanes.push({ pane, before });
  }

  #leave(leftMs: number): void {
    for (;;) {
      if (this.#frontPanes.length === 0) this.#turnOver(leftMs);
      const oldest = this.#frontPanes.at(-1);
      if (oldest === undefined || oldest.pane.endMs > leftMs) return;
      this.#frontPanes.pop();
      const { rows } = oldest.pane;
      for (let i = 0; i < rows.length; i++) this.#front[rows[i] as number] = oldest.before[i];
      this.#keys.letGo(rows);
      this.#stale?.push(rows);
    }
  }

  /** Moves the back into the front, newest pane first, if its oldest pane has to leave. */
  #turnOver(leftMs: number): void {
    const [oldest] = this.#backPanes;
    if (oldest === undefined || oldest.endMs > leftMs) return;
    const panes = this.#backPanes;
    this.#back = [];
    this.#backPanes = [];
    this.#stale = undefined;
    for (const pane of panes.reverse()) this.#pile(pane);
  }

  /** Front and back as one column. Keys that neither a pane that came nor one that left has are as they were. */
  #putTogether(): void {
    const { size } = this.#keys;
    const front = lengthened(this.#front, size);
    const back = lengthened(this.#back, size);
    const touched = this.#stale?.reduce((sum, { length }) => sum + length, 0) ?? size;
    this.#both.begin(touched);
    const both = lengthened(this.#both.now, size);
    if (this.#stale === undefined || touched >= size) {
      // So many that some of them would be twice.
      for (let row = 0; row < size; row++) both[row] = this.#joined(front[row], back[row]);
    } else
      for (const rows of this.#stale) {
        const before = this.#both.note(rows);
        for (let i = 0; i < rows.length; i++) {
          const row = rows[i] as number;
          before?.push(both[row]);
          both[row] = this.#joined(front[row], back[row]);
        }
      }
    this.#stale = [];
  }

  #joined(front: unknown, back: unknown): unknown {
    return front === ABSENT ? back : back === ABSENT ? front : this.reduce(front, back);
  }

  #pack(): void {
    const newRows = this.#keys.pack();
    if (newRows === undefined) return;
    this.#frontPanes = this.#frontPanes.map(({ pane, before }) => ({
      pane: renumbered(pane, newRows),
      before,
    }));
    this.#backPanes = this.#backPanes.map((pane) => renumbered(pane, newRows));
    this.#front = packed(this.#front, newRows);
    this.#back = packed(this.#back, newRows);
    this.#both.replace([]);
    this.#stale = undefined;
    this.#isRenumbered = true;
  }
}
