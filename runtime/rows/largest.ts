/**
 * The `limit` largest rows, largest first; ties keep their order. Pairs count by their value, anything else by itself.
 * Rows without a number to compare come last. One pass, with a sorted list of at most `limit` rows.
 */
export function largest(rows: readonly unknown[], limit: number): unknown[] {
  const best: { row: unknown; size: number }[] = [];
  for (const row of rows) {
    const size = sizeOf(row);
    const last = best.at(-1);
    if (best.length >= limit && (last === undefined || size <= last.size)) continue;
    best.splice(insertionPoint(best, size), 0, { row, size });
    if (best.length > limit) best.pop();
  }
  return best.map(({ row }) => row);
}

/** What is wanted of rows: the largest of all, or with `pairs` so many of pairs and the first of other rows. */
export interface Top {
  limit: number;
  pairs?: number;
}

export function top(rows: readonly unknown[], { limit, pairs }: Top): unknown[] {
  return pairs === undefined ? largest(rows, limit) : largestPairs(rows, pairs, limit);
}

/** Of pairs the `pairs` largest, largest first; of others the first `limit`. */
function largestPairs(rows: readonly unknown[], pairs: number, limit: number): unknown[] {
  return arePairs(rows) ? largest(rows, pairs) : rows.slice(0, limit);
}

/** Whether rows are pairs, as the first tells. */
export function arePairs([first]: readonly unknown[]): boolean {
  return Array.isArray(first) && first.length === 2;
}

function sizeOf(row: unknown): number {
  const size = Number(Array.isArray(row) ? row[1] : row);
  return Number.isNaN(size) ? Number.NEGATIVE_INFINITY : size;
}

/** After all that are at least as large. */
function insertionPoint(sorted: readonly { size: number }[], size: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.size ?? 0) >= size) low = middle + 1;
    else high = middle;
  }
  return low;
}
