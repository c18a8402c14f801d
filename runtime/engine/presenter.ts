import type { OutputNode } from "../plan/stream-node.js";
import type { BatchInfo } from "./batch-info.js";
import type { JobProgress } from "./job-watch.js";

/**
 * Shows what outputs give, in the engine thread: a busy program must not hold up what its streams print or plot.
 * Given by the composition root; {@link consolePresenter} is the plain program's.
 */
export interface Presenter {
  /** People look at the streams, also when these have ended: what was in windows and states at their stop is kept for them. */
  readonly isLookedAt?: boolean;
  /**
   * Rows of one output for one batch: as many as the output takes, and for `print` one more when there are more.
   * @param count of all rows that the batch has, of an output that takes the largest; of others, of those that are given
   */
  rows(output: OutputNode, timeMs: number, rows: unknown[], count: number): void;
  /** A user's function printed in a task; `tag` is that of the output or the action it ran for. */
  printed(tag: unknown, name: "stdout" | "stderr", text: string): void;
  /** How far a job is that an action waits for: of a job that takes more than a second, four times a second and at its end. */
  jobProgress(tag: unknown, progress: JobProgress): void;
  /** After the last output of a batch. */
  batchCompleted(
    batch: BatchInfo,
    context: { batchMs: number; waiting: number; outputs: readonly OutputNode[] },
  ): void;
  /** The outputs' context ended; `reason` says why in one sentence, empty for an ordinary stop. It may start again. */
  stopped(outputs: readonly OutputNode[], reason: string): void;
  /** A program wants to have a context's standing shown from now on; `tag` says where. */
  follow?(context: string, tag: unknown): void;
  /** A context began, ended or has other outputs than before, or a batch of it is done. `isOver`: it ended. */
  changed?(context: string, isOver: boolean): void;
  /** The outputs were removed; they give nothing more. */
  removed(outputs: readonly OutputNode[]): void;
}
