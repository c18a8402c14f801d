/** What a program's thread and the engine thread say to each other. */

import type { Accumulated } from "../closure/accumulation.js";
import type { OffsetRange } from "../connect/kafka/offset-range.js";
import type { SourceStatus } from "../connect/source.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { OutputNode } from "../plan/stream-node.js";
import type { PlanParts } from "../plan/transfer.js";
import type { StateQuery, StateSight } from "../state/state-sight.js";
import type { Action, ActionResult } from "./action.js";
import type { BatchInfo } from "./batch-info.js";
import type { ErrorData } from "./failure.js";
import type { StageInfo } from "./job.js";
import type { LastLook } from "./last-looks.js";
import type { Peeked } from "./peeked.js";
import type { StorageInfo } from "./persisted.js";
import type { RateOptions } from "./rate-control.js";
import type { OnChange } from "./recovery/fit-states.js";
import type { StreamName } from "./recovery/stream-names.js";
import type { RunStatus } from "./run-status.js";
import type { StreamEvent } from "./stream-event.js";

/** An output as it travels: its stream by id. */
export type FlatOutput = Omit<OutputNode, "stream"> & { stream: string };

/** What can be asked of the engine: name → arguments and answer. */
export interface EngineCalls {
  /** Runs an action; `job` is the caller's number for it, to cancel it by; `tag` says whose it is. */
  run: { args: { rdd: string; action: Action; job: number; tag: unknown }; answer: ActionResult };
  /** Stages of the last thousand jobs, those of streams among them, oldest first. */
  stages: { args: null; answer: StageInfo[] };
  /** What is kept of RDDs, by their ids; those of which nothing is are left out. */
  stored: { args: { rdds: string[] }; answer: Map<string, StorageInfo> };
  /** Where the ranges of sorts end that were computed, by the ids of their RDDs. */
  ranges: { args: { rdds: string[] }; answer: Map<string, unknown> };
  start: {
    args: {
      context: string;
      batchMs: number;
      rememberMs: number;
      clock: ClockSpec;
      rates: RateOptions;
      outputs: FlatOutput[];
      /** Those of them that are stopped until they are started by name. */
      held: string[];
      /** What states and inputs go by, by the ids of their streams. */
      names: StreamName[];
      recovery: RecoveryOptions;
    };
    /** The names as they are with what is gone on with. */
    answer: StreamName[];
  };
  stop: { args: { context: string; how: StopKind }; answer: null };
  /** Ends a context with an error of the program's side. */
  fail: { args: { context: string; error: ErrorData }; answer: null };
  /** Outputs join, some in place of others. Answered when those are over. */
  addOutputs: {
    args: {
      context: string;
      outputs: FlatOutput[];
      inPlaceOf: string[];
      names: StreamName[];
    };
    answer: null;
  };
  /** Has outputs read other streams than before. */
  moveOutputs: {
    args: { context: string; outputs: FlatOutput[]; names: StreamName[] };
    answer: null;
  };
  /** Stops outputs until they are started again, or starts those that were stopped. */
  holdOutputs: { args: { context: string; outputs: string[]; held: boolean }; answer: null };
  removeOutputs: { args: { context: string; outputs: string[] }; answer: null };
  status: { args: { context: string }; answer: RunStatus | null };
  /** Rows of a stream's last completed batch; null before the first. */
  latest: {
    args: { context: string; stream: string; action: Action; tag: unknown };
    answer: ({ timeMs: number } & ActionResult) | null;
  };
  /** What was in a stream's window or state when its context was stopped; null where that was not kept. */
  lastLook: { args: { context: string; stream: string }; answer: LastLook | null };
  /** What the state of a stream held then; null where nothing had moved it, or nobody looks at streams. */
  lastState: { args: { context: string; stream: string }; answer: LastState | null };
  /** What the workers hold of the state of a stream now; null when nothing has moved it yet. */
  look: { args: { stream: string; query: StateQuery }; answer: StateLook | null };
  /** The next rows of a stream; `peek` is the caller's number, to end it by. Null when the context does not run. */
  peek: {
    args: { context: string; stream: string; limit: number; peek: number; tag: unknown };
    answer: Peeked | null;
  };
  endPeek: { args: { context: string; peek: number }; answer: null };
  /** Has the presenter show how a context stands. */
  follow: { args: { context: string; tag: unknown }; answer: null };
  /** The last `limit` completed batches, oldest first; empty before the first. */
  batches: { args: { context: string; limit: number }; answer: BatchInfo[] };
  /** Moves a manual clock and waits until the batches that fell due are done. Answers the clock's time. */
  advance: { args: { context: string; by: { ms: number } | { toMs: number } }; answer: number };
  /** Advances of the clock that were asked for before end with the batch being run. */
  endAdvance: { args: { context: string }; answer: null };
  /** The RDDs that a stream has from one time to another, both with. */
  slice: { args: { context: string; stream: string; fromMs: number; toMs: number }; answer: LentRdd[] };
  /** Whether the program wants to be told of the events of a context. */
  events: { args: { context: string; wanted: boolean }; answer: null };
  /** Records that a receiver stored. Answered when there is room for more. */
  store: { args: { stream: string; records: unknown[]; bytes: number }; answer: null };
  /** How a receiver is. */
  receiver: {
    args: {
      context: string;
      stream: string;
      state: Pick<SourceStatus, "state" | "reason">;
      problem: ReceiverProblem | null;
    };
    answer: null;
  };
  /** Has the group of a direct stream told how far the program is. Answered when it is, or cannot be. */
  commitOffsets: { args: { context: string; stream: string; ranges: OffsetRange[] }; answer: null };
  /** Items for a queue stream, whether or not it runs: RDDs by id, null for a batch without RDD. */
  queue: { args: { stream: string; items: (string | null)[] }; answer: null };
}

/** What went wrong with a receiver: what it says, and what was thrown, empty for nothing. */
export interface ReceiverProblem {
  message: string;
  error: string;
}

/** What the workers hold of a state. */
export interface StateLook {
  /** Partitions that are there; one that is missing was lost, and is made again by the next batch. */
  sights: StateSight[];
  /** How many there are in all. */
  partitions: number;
  /** The batch after which it is like this, ms. */
  versionMs: number;
}

/** What is known of a state when its context has been stopped. */
export interface LastState {
  /** The batch after which it was like this, ms. */
  timeMs: number;
  /** Keys that it held, and bytes of it on disk. */
  rows: number;
  diskBytes: number;
  /** Of each partition the 1,000 entries with the greatest numbers; undefined for what could not be read in time, or is too much. */
  look: StateLook | undefined;
}

/**
 * How a context ends: `graceful`ly, with what was received; after the `batch` that is being run; or `now`, with that batch
 * cancelled.
 */
export type StopKind = "graceful" | "batch" | "now";

/** What becomes of a run that fails, or whose process ends. */
export interface RecoveryOptions {
  /** What becomes of a batch that fails: the run ends, or the batch is left out. */
  onFailure: "stop" | "skip";
  /** Folder of the checkpoint; empty for none. */
  folder: string;
  /** Whether the run goes on where the one ended whose checkpoint is there. Else it begins anew. */
  goesOn: boolean;
  onChange: OnChange;
  /** Whether a checkpoint that cannot be read is removed, and the run begins anew. */
  createOnError: boolean;
  /** Spark's rules: a run with a queue does not go on. */
  strict: boolean;
}

/** The RDD of a batch, as much as the program is told of it. */
export interface LentRdd {
  id: string;
  partitions: number;
  /** Of one that is what a direct stream of Kafka has read, by partition. */
  offsetRanges?: OffsetRange[];
}

/** The system's clock, or virtual time from a start. */
export type ClockSpec = { kind: "system" } | { kind: "manual"; startMs: number };

export type CallName = keyof EngineCalls;

export type ToEngine =
  | { [N in CallName]: { type: "call"; id: number; name: N; args: EngineCalls[N]["args"] } }[CallName]
  /** Parts of plans that later messages name by id. */
  | { type: "plan"; parts: PlanParts }
  /** Whether and where the rows of an RDD are kept from now on. */
  | { type: "persist"; rdd: string; storage: RddNode["storage"] }
  /** An RDD reads what was kept of it from now on, and is made from nothing else. */
  | { type: "cut"; rdd: string; checkpoint: string }
  /** The same for the RDDs that a stream has from now on. */
  | { type: "persistStream"; stream: string; storage: RddNode["storage"] }
  /** RDDs that the program cannot reach any more. */
  | { type: "forget"; rdds: string[] }
  /** Drops the workers' copies of a broadcast value; a destroyed one is not made again. */
  | { type: "releaseBroadcast"; id: string; destroyed: boolean }
  | { type: "cancel"; job: number }
  /** A foreachRDD body is done, or failed. */
  | { type: "bodyDone"; id: number; error?: ErrorData }
  /** The function of a transform gave this RDD, or failed. */
  | { type: "transformed"; id: number; rdd: string }
  | { type: "transformed"; id: number; error: ErrorData };

export type FromEngine =
  | { type: "answer"; id: number; value: unknown }
  | { type: "error"; id: number; error: ErrorData }
  /** Rows of a partition, before the answer of the job, which is the caller's number. */
  | { type: "rows"; job: number; place: number; rows: unknown[] }
  /** Run the body of an output on the RDD of a batch. */
  | {
      type: "body";
      id: number;
      context: string;
      output: string;
      rdd: LentRdd;
      timeMs: number;
    }
  /** Run the function of a transform on the RDDs of a batch. */
  | { type: "transform"; id: number; context: string; stream: string; rdds: LentRdd[]; timeMs: number }
  /** What the functions of a task that is done added up; before the answer of its job. */
  | { type: "accumulated"; accumulated: Accumulated }
  | { type: "batch"; context: string; batch: BatchInfo }
  | { type: "event"; context: string; event: StreamEvent }
  /** Something that people should know of a context, and that ends nothing. */
  | { type: "warning"; context: string; text: string }
  /** A context ended: by stop, or by an error, which may be that of one output. */
  | { type: "stopped"; context: string; error?: ErrorData; output?: string }
  /** The outputs of a context that are stopped by name, as they are now. */
  | { type: "held"; context: string; outputs: string[] }
  /** A stopped context was started again from the engine's side (by a button of a chart). */
  | { type: "started"; context: string };
