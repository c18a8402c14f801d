import type { SidedPairs } from "./column-batch.js";
import { DenseRows, wholeRange } from "./dense-rows.js";
import { KeyTable } from "./key-table.js";
import { NumberRows } from "./number-rows.js";

/**
 * Pairs of several sides by their keys, without a list for each key: the values of a side lie in one array, those of one
 * key beside each other and in the order in which they came, and numbers say where each key's begin. A million keys
 * would be millions of small arrays otherwise.
 */
export class SideGroups {
  /** Each key once, in the order in which they came. */
  readonly keys: readonly unknown[];
  /** Values of each side. */
  readonly values: readonly unknown[][];
  /** For each side, where the values of each key begin; one more for the end of the last. */
  readonly starts: readonly Int32Array[];

  constructor(buckets: readonly SidedPairs[], sides: number) {
    const { keys, rowsOf } = rowsOfNumbers(buckets) ?? rowsOfKeys(buckets);
    this.keys = keys;
    this.starts = Array.from({ length: sides }, () => new Int32Array(keys.length + 1));
    buckets.forEach(({ side }, bucket) => {
      countRows(this.starts[side] as Int32Array, rowsOf[bucket] as Int32Array);
    });
    this.values = this.starts.map((starts) => new Array<unknown>(addUp(starts)));
    const next = this.starts.map((starts) => starts.slice());
    buckets.forEach(({ side, values }, bucket) => {
      place(values, rowsOf[bucket] as Int32Array, this.values[side] as unknown[], next[side] as Int32Array);
    });
  }

  /** The values of a key on one side, as a list of its own. */
  group(side: number, row: number): unknown[] {
    const starts = this.starts[side] as Int32Array;
    return (this.values[side] as unknown[]).slice(starts[row], starts[row + 1]);
  }
}

/** Each key once, and for each bucket the row of each of its keys. */
interface Rows {
  keys: readonly unknown[];
  rowsOf: readonly Int32Array[];
}

/** @returns undefined unless all keys are numbers */
function rowsOfNumbers(buckets: readonly SidedPairs[]): Rows | undefined {
  const columns = buckets.flatMap(({ keys }) => (keys instanceof Float64Array ? [keys] : []));
  if (columns.length < buckets.length) return undefined;
  const perSide: number[] = [];
  for (const { side, length } of buckets) perSide[side] = (perSide[side] ?? 0) + length;
  const expected = Math.max(0, ...perSide.filter((length) => length !== undefined));
  const range = wholeRange(columns);
  const isDense = range !== undefined && range.greatest - range.least < DENSE_PLACES * expected;
  const rows = isDense ? new DenseRows(range) : new NumberRows(expected);
  const rowsOf = columns.map((column) => rows.of(column));
  return { keys: rows.numbers, rowsOf };
}

/** Places for each number, of four bytes, that are no more memory than a table of numbers takes. */
const DENSE_PLACES = 8;

function rowsOfKeys(buckets: readonly SidedPairs[]): Rows {
  const table = new KeyTable<undefined>();
  const rowsOf = buckets.map(({ keys, length }) => {
    const rows = new Int32Array(length);
    for (let i = 0; i < length; i++) rows[i] = table.rowOf(keys[i], undefined);
    return rows;
  });
  return { keys: table.keys, rowsOf };
}

/** Counts each row one place after its own. */
function countRows(counts: Int32Array, rows: Int32Array): void {
  for (const row of rows) (counts[row + 1] as number)++;
}

/** Makes places of counts. @returns the sum of all */
function addUp(counts: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    sum += counts[i] as number;
    counts[i] = sum;
  }
  return sum;
}

function place(values: ArrayLike<unknown>, rows: Int32Array, placed: unknown[], next: Int32Array): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const at = next[row] as number;
    placed[at] = values[i];
    next[row] = at + 1;
  }
}
