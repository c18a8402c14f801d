import { StreamError } from "../stream-error.js";
import { FutureAction } from "./future-action.js";
import type { Jobs } from "./jobs.js";
import type { RDD } from "./rdd.js";
import { rows } from "./rdd-actions.js";
import type { Row } from "./row.js";

/** What a job makes of a partition; it runs in the task threads. */
export type PartitionFunction<T, U extends Row> = (
  records: IterableIterator<T>,
  partition: number,
) => U | Promise<U>;

/** Takes what one partition came to, by its place among those that were asked for. */
export type ResultHandler<U> = (place: number, result: Awaited<U>) => void;

/**
 * @internal One job on some partitions of an RDD.
 * @param result what the action comes to, of the results in the order of the partitions
 * @throws StreamError RT_PARTITION for one that there is not
 */
export function partitionsJob<T, U extends Row, R>(
  jobs: Jobs,
  rdd: RDD<T>,
  f: PartitionFunction<T, U>,
  partitions: readonly number[],
  result: (results: Awaited<U>[]) => R,
): FutureAction<R> {
  for (const partition of partitions) checkPartition(partition, rdd.getNumPartitions());
  const { node } = rdd.eachPartition(f);
  const { jobId, result: answer } = jobs.submit(node, { kind: "partitions", partitions });
  const handled = answer.then((results) => result(rows(results)));
  return new FutureAction(handled, jobId, () => jobs.cancel(jobId));
}

function checkPartition(partition: number, count: number): void {
  if (Number.isInteger(partition) && partition >= 0 && partition < count) return;
  throw new StreamError(
    "RT_PARTITION",
    `Attempting to access a non-existent partition: ${partition}. Total number of partitions: ${count}`,
  );
}
