import type { PairColumns } from "../rows/column-batch.js";
import type { Compare } from "../rows/smallest.js";
import { sortOrder } from "../rows/sort-order.js";

interface Pairs extends PairColumns {
  keys: unknown[];
  values: unknown[];
}

/** All pairs, one after the other. */
export function joinPairs(parts: readonly PairColumns[]): Pairs {
  const keys: unknown[] = [];
  const values: unknown[] = [];
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) {
      keys.push(part.keys[i]);
      values.push(part.values[i]);
    }
  }
  return { keys, values, length: keys.length };
}

/** The pairs in the order of their keys; those of equal keys in the order in which they came. */
export function sortedPairs({ keys, values, length }: Pairs, compare: Compare<unknown>): Pairs {
  const order = sortOrder(keys, compare);
  return { keys: Array.from(order, (i) => keys[i]), values: Array.from(order, (i) => values[i]), length };
}
