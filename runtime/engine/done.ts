import type { KeptPartition, Moved, TaskMetrics, TaskResult } from "../pool/task.js";

/** What a task gave. */
export interface Done {
  result: TaskResult;
  metrics: TaskMetrics;
  worker: number;
  /** What its worker keeps of it, and what had to go for that. */
  kept: readonly KeptPartition[];
  /** Of a task that moved a state. */
  moved: Moved | undefined;
}

/** The rows of tasks, in their order. */
export function rowsOf(done: readonly Done[]): unknown[] {
  return done.flatMap(({ result }) => (result !== null && "rows" in result ? result.rows : []));
}

/** The sum of what tasks counted. */
export function countsOf(done: readonly Done[]): number {
  return done.reduce((sum, { result }) => sum + (result?.count ?? 0), 0);
}

/** All results, or the first failure; but not before the last one is over: nothing goes on behind the back of a failed job. */
export async function allOver<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
