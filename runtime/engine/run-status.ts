/** How a started context is, for people: what its engine answers when it is asked. */

import type { SourceStatus } from "../connect/source.js";
import type { OutputNode } from "../plan/stream-node.js";
import type { BatchInfo } from "./batch-info.js";
import type { OutputTally } from "./output-tallies.js";

export interface RunStatus {
  state: "ACTIVE" | "STOPPED";
  batchMs: number;
  zeroMs: number;
  /** Batches that wait for an earlier one. */
  waiting: number;
  /** Batches that are done but for what the program is to do for them: it is busy, or slow. */
  lag: number;
  completed: number;
  /** Time of its clock. */
  nowMs: number;
  clock: "system" | "manual";
  inputs: InputStatus[];
  /** Records a second that each input may bring, in the order of the inputs; infinite without a limit. */
  rates: number[];
  outputs: OutputStatus[];
  last: BatchInfo | undefined;
  /** Why it stopped by itself; empty otherwise. */
  failure: string;
}

/** How an output is. */
export interface OutputStatus extends OutputTally {
  id: string;
  name: string;
  kind: OutputNode["kind"];
  slideMs: number;
  /** Stopped by its name, while the context goes on. */
  held: boolean;
  /** Keys that the states hold that it is made from; undefined when it is made from none, or they have not moved yet. */
  stateRows: number | undefined;
  /** Bytes of these states that are on disk; 0 when all of them are in memory. */
  stateDiskBytes: number;
  /** How often a record is seen where it is written; undefined for one that writes to no sink. */
  delivery: string | undefined;
}

/** How an input is, and whose. */
export interface InputStatus extends SourceStatus {
  streamId: string;
  /** What its stream goes by: its own name, or its kind and its place among those without one. */
  name: string;
}
