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
