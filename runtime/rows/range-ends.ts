import { compareRows } from "./order.js";
import type { Compare } from "./smallest.js";

/** A key of a sample, and for how many keys it stands. */
export interface WeightedKey {
  key: unknown;
  weight: number;
}

/** The keys that end ranges of about equal weight, all but the last; each once, so that there may be fewer. */
export function rangeEnds(
  sample: readonly WeightedKey[],
  partitions: number,
  compare: Compare<unknown> = compareRows,
): unknown[] {
  const weighted = [...sample].sort((a, b) => compare(a.key, b.key));
  const step = weighted.reduce((sum, { weight }) => sum + weight, 0) / partitions;
  const bounds: unknown[] = [];
  let seen = 0;
  for (const { key, weight } of weighted) {
    seen += weight;
    if (bounds.length === partitions - 1) break;
    if (seen < step * (bounds.length + 1)) continue;
    if (bounds.length === 0 || compare(bounds.at(-1), key) < 0) bounds.push(key);
  }
  return bounds;
}
