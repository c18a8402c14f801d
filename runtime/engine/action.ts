import type { Top } from "../rows/largest.js";

/** What is wanted of an RDD. Results come back in the order of the partitions. */
export type Action =
  /** The first `limit` rows, in order; partitions are run only as far as they are needed. */
  | { kind: "take"; limit: number }
  /** All rows; with `most`, no more than that, else it fails. Many of them are given before the result, which then has none. */
  | { kind: "collect"; most?: Most }
  | { kind: "count" }
  /** All rows of some partitions, in the order of this list. */
  | { kind: "partitions"; partitions: readonly number[] }
  /** The `limit` largest rows, largest first, and how many there are in all; with `pairs` so many of pairs, and of other rows the first ones. */
  | ({ kind: "top" } & Top);

/** What a program's thread takes without being asked. */
export interface Most {
  rows: number;
  bytes: number;
}

/** Some rows, and how many there are in all. */
export interface Counted {
  rows: unknown[];
  count: number;
}

export type ActionResult = { rows: unknown[] } | { count: number } | Counted;
