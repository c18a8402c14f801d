/**
 * The names that a misspelt one may stand for: those with the fewest letters to change, add, leave out or swap, or that begin with it.
 * @returns at most three, the nearest first; none where all are far. Case is ignored
 */
export function nearNames(name: string, names: readonly string[]): string[] {
  const wanted = name.toLowerCase();
  // Of one or two letters everything of their length would be near.
  const limit = wanted.length < 3 ? 0 : Math.max(1, Math.floor(wanted.length / 3));
  const distanceTo = (other: string) =>
    limit > 0 && other.startsWith(wanted) ? limit : changesBetween(wanted, other);
  return names
    .map((one) => ({ one, distance: distanceTo(one.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ one }) => one);
}

/** Levenshtein's distance, with a swap of neighbours as one change (optimal string alignment). */
function changesBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swaps = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = swaps ? at(beforeLast, j - 2) + 1 : replaced;
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, replaced, swapped));
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
