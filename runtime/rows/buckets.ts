import { StreamError } from "../stream-error.js";
import { compareRows } from "./order.js";
import { short } from "./short-text.js";

/**
 * Which of the buckets between ascending edges a number falls into: from an edge up to, not with, the next; the last one
 * with its edge. NaN comes after all numbers, so that it is in no bucket unless NaN is the last edge.
 * @returns its index, or -1 for none
 * @throws TypeError when it is no number
 */
export function bucketOf(edges: readonly number[], value: number): number {
  if (typeof value !== "number") throw new TypeError(`a number is needed here, not ${short(value)}`);
  const last = edges.length - 1;
  if (compareRows(value, edges[0]) < 0 || compareRows(value, edges[last]) > 0) return -1;
  let low = 0;
  let high = last;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (compareRows(edges[middle], value) <= 0) low = middle;
    else high = middle - 1;
  }
  return Math.min(low, last - 1);
}

/**
 * Edges of `count` buckets of one width, from the least number to the greatest; one bucket when these are equal.
 * @throws StreamError RT_BUCKETS when there is no such number
 */
export function evenEdges(min: number, max: number, count: number): number[] {
  if (!Number.isInteger(count) || count < 1)
    throw new StreamError("RT_BUCKETS", `a number of buckets is a whole number of at least 1, not ${count}`);
  if (!Number.isFinite(min) || !Number.isFinite(max)) {
    throw new StreamError(
      "RT_BUCKETS",
      "there are no even buckets over no numbers, nor over infinite ones or NaN; filter these out, or give the edges",
    );
  }
  if (min === max) return [min, max];
  // The difference of great numbers may be beyond all numbers, where that of their parts is not.
  const edge = Number.isFinite((max - min) * count)
    ? (i: number) => min + ((max - min) * i) / count
    : (i: number) => min + (max / count - min / count) * i;
  return Array.from({ length: count + 1 }, (_, i) => (i === count ? max : edge(i)));
}

/** @throws StreamError RT_BUCKETS when they are not at least two that ascend */
export function checkEdges(edges: readonly number[]): void {
  const ascend = edges.every((edge, i) => i === 0 || compareRows(edges[i - 1], edge) < 0);
  if (edges.length >= 2 && ascend) return;
  throw new StreamError(
    "RT_BUCKETS",
    `edges of buckets are at least two numbers that ascend, not [${edges.join(", ")}]`,
  );
}
