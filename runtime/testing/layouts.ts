/** Ways to cut and to run a job that must not show in its result: 1, 2 and 5 partitions on 1, 2 and 5 workers. */
export const LAYOUTS: readonly { workers: number; partitions: number }[] = [1, 2, 5].flatMap((workers) =>
  [1, 2, 5].map((partitions) => ({ workers, partitions })),
);

/** The same, each in memory, with some of it on disk, and with next to everything on disk. */
export const SPILLING_LAYOUTS = LAYOUTS.flatMap((layout) => [
  { ...layout, memory: "all in memory", spillBytes: 2 ** 24 },
  { ...layout, memory: "partly on disk", spillBytes: 2000 },
  { ...layout, memory: "on disk", spillBytes: 1 },
]);

/** Rows in an order of their own, to compare what has none. */
export function sorted<T>(rows: readonly T[]): T[] {
  const text = (row: T) => JSON.stringify(row) ?? "";
  return [...rows].sort((a, b) => (text(a) < text(b) ? -1 : 1));
}
