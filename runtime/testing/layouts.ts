/** Ways to cut and to run a job that must not show in its result: 1, 2 and 5 partitions on 1, 2 and 5 workers. */
export const LAYOUTS: readonly { workers: number; partitions: number }[] = [1, 2, 5].flatMap((workers) =>
  [1, 2, 5].map((partitions) => ({ workers, partitions })),
);

/** Rows in an order of their own, to compare what has none. */
export function sorted<T>(rows: readonly T[]): T[] {
  const text = (row: T) => JSON.stringify(row) ?? "";
  return [...rows].sort((a, b) => (text(a) < text(b) ? -1 : 1));
}
