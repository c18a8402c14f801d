import type { OutputNode } from "../plan/stream-node.js";
import type { BatchInfo } from "./batch-info.js";
import type { SharedRows } from "./shared-rows.js";

/** A batch whose records are there; its RDDs are made when it is run. */
export interface Batch {
  info: BatchInfo;
  /** Those that are not done. */
  outputs: OutputNode[];
  /** What it consists of is written: nobody sees anything of it before. */
  planned: Promise<void>;
  /** What charts of one stream show of it. */
  shared: SharedRows;
  /** Bodies that the program is yet to run, or runs. */
  bodies: Promise<BatchFailure | undefined>[];
}

/** Why a batch failed. */
export interface BatchFailure {
  /** The one that failed; undefined where the batch failed outside of one. */
  output: OutputNode | undefined;
  error: unknown;
  /** When it began and failed. */
  startTimeMs?: number;
  endTimeMs?: number;
}
