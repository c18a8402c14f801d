import { short } from "../rows/short-text.js";
import { StreamError } from "../stream-error.js";

/**
 * A number of partitions as it was asked for.
 * @throws StreamError RT_PARTITIONS when it is not a whole number of at least 1: rows would have no place to go
 */
export function partitionCount(n: number): number {
  if (Number.isInteger(n) && n >= 1) return n;
  throw new StreamError(
    "RT_PARTITIONS",
    `a number of partitions is a whole number of at least 1, not ${short(n)}`,
  );
}

/**
 * A number of rows as it was asked for, at least 0: less than none is none.
 * @throws StreamError RT_ROWS when it is not a whole number
 */
export function rowCount(n: number): number {
  if (Number.isInteger(n)) return Math.max(0, n);
  throw new StreamError("RT_ROWS", `a number of rows is a whole number, not ${short(n)}`);
}
