import { KeyTable } from "../rows/key-table.js";
import type { Merge } from "./combining-reader.js";

/**
 * One partition of a reduced window. The window moves by panes: a pane is what came in during one slide (or a divisor
 * of it), already reduced by key. Adding a pane costs the keys of the panes that enter and leave, not of the window.
 */
export interface WindowState {
  /** Moves the window so that it ends with this pane; panes that ended at or before `leftMs` leave. */
  move(pane: KeyTable, endMs: number, leftMs: number): void;
  /** All pairs of the window, as columns that later moves do not change. */
  pairs(): { keys: unknown[]; values: unknown[]; length: number };
  /** End and number of keys of each pane now in the window, oldest first. */
  panes(): { endMs: number; keys: number }[];
}

interface Pane {
  endMs: number;
  keys: unknown[];
  values: unknown[];
}

/**
 * With an inverse function: one running table; a pane that leaves is taken out of it. Without a filter keys stay for
 * ever, with whatever the inverse leaves (0 for counts): this is Spark's rule.
 */
export class InverseWindow implements WindowState {
  readonly #running = new KeyTable();
  #panes: Pane[] = [];

  constructor(
    private readonly reduce: Merge,
    private readonly inverse: Merge,
    private readonly filter: ((pair: [unknown, unknown]) => unknown) | undefined,
  ) {}

  move(pane: KeyTable, endMs: number, leftMs: number): void {
    const leaving = this.#panes.filter((old) => old.endMs <= leftMs);
    this.#panes = this.#panes.filter((old) => old.endMs > leftMs);
    for (const old of leaving) this.#takeOut(old);
    this.#panes.push(this.#putIn(pane, endMs));
    if (this.filter !== undefined)
      this.#drop([...leaving.flatMap((old) => old.keys), ...pane.keys], this.filter);
  }

  pairs(): { keys: unknown[]; values: unknown[]; length: number } {
    return { keys: [...this.#running.keys], values: [...this.#running.values], length: this.#running.size };
  }

  panes(): { endMs: number; keys: number }[] {
    return this.#panes.map(({ endMs, keys }) => ({ endMs, keys: keys.length }));
  }

  #takeOut(pane: Pane): void {
    pane.keys.forEach((key, i) => {
      const row = this.#running.row(key);
      // A key that the filter dropped before its panes left has nothing to take out of.
      if (row !== undefined)
        this.#running.values[row] = this.inverse(this.#running.values[row], pane.values[i]);
    });
  }

  /** The pane that is remembered shares its keys with the running table: one string per key, whatever the panes. */
  #putIn(pane: KeyTable, endMs: number): Pane {
    const keys = pane.keys.map((key, i) => {
      const row = this.#running.row(key);
      if (row === undefined) {
        const own = detach(key);
        this.#running.insert(own, pane.values[i]);
        return own;
      }
      this.#running.values[row] = this.reduce(this.#running.values[row], pane.values[i]);
      return this.#running.keys[row];
    });
    return { endMs, keys, values: pane.values };
  }

  #drop(touched: unknown[], filter: (pair: [unknown, unknown]) => unknown): void {
    for (const key of touched) {
      const row = this.#running.row(key);
      if (row !== undefined && !filter([key, this.#running.values[row]])) this.#running.deleteRow(row);
    }
  }
}

/**
 * Without an inverse: two stacks. The back holds the newest panes and their reduction; the front holds older panes, each
 * reduced with all that are newer in the front, so that the oldest can leave by putting back what was there before it
 * came. When the front is empty the back is turned over into it: each pane is handled twice in its life.
 */
export class TwoStackWindow implements WindowState {
  #front = new KeyTable();
  /** Oldest pane last. `values` are what the front held for its keys before the pane was put on top (or ABSENT). */
  readonly #undo: Pane[] = [];
  #back = new KeyTable();
  #backPanes: Pane[] = [];

  constructor(private readonly reduce: Merge) {}

  move(pane: KeyTable, endMs: number, leftMs: number): void {
    this.#leave(leftMs);
    const keys = pane.keys.map((key, i) => {
      const row = this.#back.row(key);
      if (row === undefined) {
        const own = this.#ownKey(key);
        this.#back.insert(own, pane.values[i]);
        return own;
      }
      this.#back.values[row] = this.reduce(this.#back.values[row], pane.values[i]);
      return this.#back.keys[row];
    });
    this.#backPanes.push({ endMs, keys, values: pane.values });
  }

  pairs(): { keys: unknown[]; values: unknown[]; length: number } {
    const keys = [...this.#front.keys];
    const values = [...this.#front.values];
    this.#back.keys.forEach((key, i) => {
      const row = this.#front.row(key);
      if (row !== undefined) values[row] = this.reduce(values[row], this.#back.values[i]);
      else {
        keys.push(key);
        values.push(this.#back.values[i]);
      }
    });
    return { keys, values, length: keys.length };
  }

  panes(): { endMs: number; keys: number }[] {
    return [...[...this.#undo].reverse(), ...this.#backPanes].map(({ endMs, keys }) => ({
      endMs,
      keys: keys.length,
    }));
  }

  #leave(leftMs: number): void {
    for (;;) {
      if (this.#undo.length === 0) this.#turnOver(leftMs);
      const oldest = this.#undo.at(-1);
      if (oldest === undefined || oldest.endMs > leftMs) return;
      this.#undo.pop();
      oldest.keys.forEach((key, i) => {
        const row = this.#front.row(key) as number;
        if (oldest.values[i] === ABSENT) this.#front.deleteRow(row);
        else this.#front.values[row] = oldest.values[i];
      });
    }
  }

  /** Moves the back into the front, newest pane first, if its oldest pane has to leave. */
  #turnOver(leftMs: number): void {
    const [oldest] = this.#backPanes;
    if (oldest === undefined || oldest.endMs > leftMs) return;
    for (const pane of this.#backPanes.reverse()) {
      const before = pane.keys.map((key, i) => {
        const row = this.#front.row(key);
        const value = row === undefined ? ABSENT : this.#front.values[row];
        if (row === undefined) this.#front.insert(key, pane.values[i]);
        else this.#front.values[row] = this.reduce(pane.values[i], value);
        return value;
      });
      this.#undo.push({ endMs: pane.endMs, keys: pane.keys, values: before });
    }
    this.#back = new KeyTable();
    this.#backPanes = [];
  }

  /** One string per key, whatever the panes. */
  #ownKey(key: unknown): unknown {
    const row = this.#front.row(key);
    return row === undefined ? detach(key) : this.#front.keys[row];
  }
}

const ABSENT = Symbol("absent");

/** V8 makes substrings of 13 characters and more by reference. */
const SLICED_LENGTH = 13;

/**
 * A key that may be kept for long: a word cut out of a block of text would hold the whole block. Joining makes a new
 * string, which the cut at its second character then refers to.
 */
function detach(key: unknown): unknown {
  return typeof key === "string" && key.length >= SLICED_LENGTH ? ` ${key}`.slice(1) : key;
}
