import type { Action, ActionResult } from "../engine/action.js";
import { rowCount } from "../plan/counts.js";
import { FutureAction } from "./future-action.js";
import { FUNCTION, NUMBER } from "./operands.js";
import { COLLECT, RDDActions, rows } from "./rdd-actions.js";
import type { BaseRDD } from "./rdd-base.js";
import { takes } from "./signatures.js";

/** Actions that can be cancelled on their own. All actions are promises; these are futures. */
export abstract class AsyncRDDActions<T> extends RDDActions<T> {
  /** {@link collect} that can be cancelled. */
  collectAsync(): FutureAction<T[]> {
    return future(this, COLLECT, rows<T>);
  }

  /** {@link count} that can be cancelled. */
  countAsync(): FutureAction<number> {
    return future(this, { kind: "count" }, countOf);
  }

  /** {@link take} that can be cancelled. @throws StreamError RT_ROWS */
  takeAsync(n: number): FutureAction<T[]> {
    return future(this, { kind: "take", limit: rowCount(n) }, rows<T>);
  }

  /** {@link foreach} that can be cancelled. */
  foreachAsync(f: (record: T) => unknown): FutureAction<void> {
    return future(this.narrow("foreach", f), { kind: "count" }, () => undefined);
  }

  /** {@link foreachPartition} that can be cancelled. */
  foreachPartitionAsync(f: (records: IterableIterator<T>) => unknown): FutureAction<void> {
    return future(this.narrow("foreachPartition", f), { kind: "count" }, () => undefined);
  }
}

takes(AsyncRDDActions.prototype, {
  takeAsync: { n: NUMBER },
  foreachAsync: { f: FUNCTION },
  foreachPartitionAsync: { f: FUNCTION },
});

function future<R>(rdd: BaseRDD, action: Action, result: (answer: ActionResult) => R): FutureAction<R> {
  const { jobs } = rdd.context;
  const { jobId, result: answer } = jobs.submit(rdd.node, action);
  return new FutureAction(answer.then(result), jobId, () => jobs.cancel(jobId));
}

function countOf(answer: ActionResult): number {
  return "count" in answer ? answer.count : 0;
}
