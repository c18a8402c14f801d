import type { PairChunk } from "../pool/reader.js";
import { isObject } from "../state/keyed-state.js";

/** In a column by row: the key of that row is not there. */
export const ABSENT = Symbol("absent");

/** The column as it was at the end of a move: what the next one found in the rows that it changed, or all that it found. */
export interface ColumnVersion {
  before: { rows: ArrayLike<number>; values: unknown[] }[];
  whole: readonly unknown[] | undefined;
  /** What the next move made of it. */
  next: ColumnVersion | undefined;
}

/**
 * A window's values by row, changed move by move. A move notes what it finds in the rows that it changes; by that it is undone, and by
 * that the values of an earlier move are made again if somebody reads them. So a window that is counted, or read now and then, costs
 * what was touched. Versions are held by those who may read them, and go with these.
 *
 * After H. Baker, Shallow binding makes functional arrays fast, 1991.
 */
export class WindowColumn {
  #now: unknown[] = [];
  #version = newVersion();
  /** The version before, whose rows are noted; undefined where all of it was. */
  #noting: ColumnVersion | undefined;

  /** By row; {@link ABSENT} where there is no value. It is changed in place, between {@link begin} and the next one. */
  get now(): unknown[] {
    return this.#now;
  }

  /** What it is now: see {@link goBack}. */
  get version(): ColumnVersion {
    return this.#version;
  }

  /** Changes from here on are another move's. @param touched how many rows it will change, some perhaps twice */
  begin(touched: number): void {
    const before = this.#version;
    this.#version = newVersion();
    before.next = this.#version;
    // To copy a row is a fraction of what it takes to note it.
    const isWhole = 2 * touched >= this.#now.length;
    if (isWhole) before.whole = this.#now.slice();
    this.#noting = isWhole ? undefined : before;
  }

  /** @returns what is to be given the values of these rows, in their order, before they are changed; undefined when nobody wants them */
  note(rows: ArrayLike<number>): unknown[] | undefined {
    if (this.#noting === undefined) return undefined;
    const values: unknown[] = [];
    this.#noting.before.push({ rows, values });
    return values;
  }

  /** Whether a version was changed where it is, so that it cannot be gone back to: a function was given its objects. */
  hasGivenObjects(version: ColumnVersion): boolean {
    for (let at: ColumnVersion | undefined = version; at !== undefined; at = at.next)
      if (at.whole?.some(isObject) || at.before.some(({ values }) => values.some(isObject))) return true;
    return false;
  }

  /** It is again what it was at a version, when it had so many rows. */
  goBack(version: ColumnVersion, rows: number): void {
    const now = valuesAt(version, this.#now, rows);
    this.#version.whole = this.#now; // whoever has what is undone
    this.#now = now;
    this.#version = version;
    Object.assign(version, newVersion());
    this.#noting = undefined;
  }

  /** It has other rows from now on. */
  replace(now: unknown[]): void {
    this.#version.whole = this.#now;
    this.#now = now;
    this.#version = newVersion();
    this.#noting = undefined;
  }

  /**
   * The pairs of now, which are made when they are read, and stay as they are.
   * @param keys by row; more may be added to it, and none is changed
   * @param length how many rows are not {@link ABSENT}
   */
  pairs(keys: readonly unknown[], length: number): WindowPairs {
    return new WindowPairs(this, this.#version, this.#now.length, keys, length);
  }
}

/** The pairs of a window after a move. */
export class WindowPairs implements PairChunk {
  #made: { keys: readonly unknown[]; values: readonly unknown[] } | undefined;
  #of: { column: WindowColumn; version: ColumnVersion } | undefined;

  constructor(
    column: WindowColumn,
    version: ColumnVersion,
    private readonly rows: number,
    private readonly keysByRow: readonly unknown[],
    readonly length: number,
  ) {
    this.#of = { column, version };
  }

  /** May be longer than there are pairs. */
  get keys(): readonly unknown[] {
    return this.length === this.rows ? this.keysByRow : this.#make().keys;
  }

  get values(): readonly unknown[] {
    return this.#make().values;
  }

  #make(): { keys: readonly unknown[]; values: readonly unknown[] } {
    if (this.#made !== undefined || this.#of === undefined) return this.#made ?? { keys: [], values: [] };
    const { column, version } = this.#of;
    this.#of = undefined;
    const values = valuesAt(version, column.now, this.rows);
    this.#made =
      this.length === this.rows ? { keys: this.keysByRow, values } : present(this.keysByRow, values);
    return this.#made;
  }
}

/** A column that reaches to row `size`: it is made longer where it does not. */
export function lengthened(column: unknown[], size: number): unknown[] {
  while (column.length < size) column.push(ABSENT);
  return column;
}

function present(keys: readonly unknown[], column: readonly unknown[]) {
  const made = { keys: [] as unknown[], values: [] as unknown[] };
  for (let row = 0; row < column.length; row++) {
    const value = column[row];
    if (value === ABSENT) continue;
    made.keys.push(keys[row]);
    made.values.push(value);
  }
  return made;
}

/** The first rows of a column as they were at a version, in an array of their own. @param now of the last one */
function valuesAt(version: ColumnVersion, now: readonly unknown[], rows: number): unknown[] {
  const since: ColumnVersion[] = [];
  let from = version;
  for (; from.whole === undefined && from.next !== undefined; from = from.next) since.push(from);
  const values = (from.whole ?? now).slice(0, rows);
  for (const { before } of since.reverse())
    for (const noted of before.toReversed())
      for (let i = 0; i < noted.values.length; i++) {
        const row = noted.rows[i] as number;
        if (row < rows) values[row] = noted.values[i];
      }
  return values;
}

function newVersion(): ColumnVersion {
  return { before: [], whole: undefined, next: undefined };
}
