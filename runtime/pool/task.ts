/** What the engine thread and a task thread say to each other. Everything here survives structured clone. */

import type { MessagePort } from "node:worker_threads";
import type { Accumulated } from "../closure/accumulation.js";
import type { PortableFunction } from "../closure/portable-function.js";
import type { Column } from "../rows/column-batch.js";
import type { LineBlock } from "../rows/lines.js";
import type { Partitioning } from "../rows/partitioning.js";
import type { Storage } from "../rows/storage-level.js";
import type { StateBytes } from "../state/state-bytes.js";
import type { StateQuery, StateSight } from "../state/state-sight.js";
import type { PlainError } from "./plain-error.js";

/** What all workers are told at their start. */
export interface WorkerSettings {
  /** Megabytes of heap it may use, for all that it holds and computes. */
  memoryMb: number;
  /** Folder for their chunk files, made by the first that needs it. */
  scratch: string;
  /** Bytes that a worker holds of one kind before they go to disk; undefined: an eighth of {@link memoryMb}, 256 MB at most. */
  spillBytes: number | undefined;
  /** Bytes that the states of streams take in a worker before they go to disk; undefined: 30 % of {@link memoryMb}. */
  stateBytes?: number | undefined;
}

/** A fused loop as source text, with the functions it calls. Sent to a task thread once, compiled there once. */
export interface Program {
  id: string;
  /** Body of a function that takes the list of functions and returns a {@link CompiledProgram}. */
  source: string;
  /** Ids of the portable functions, in the order in which `source` takes them. */
  functions: string[];
  /** Operator names by step, for messages. */
  steps: string[];
}

/** Where the rows of one task come from. */
export type TaskInput =
  /** Lines of text, decoded and cut in the task. */
  | { kind: "lines"; blocks: LineBlock[] }
  | { kind: "rows"; rows: Column }
  /** What a connector reads from outside: it is the one of the operator's name. */
  | { kind: "split"; connector: string; split: unknown }
  /** `length` numbers from `start` on. */
  | { kind: "range"; start: number; step: number; length: number }
  /** One partition of a shuffle, read by the wide operator that asked for it. */
  | ({ kind: "shuffle" } & ShuffleRead)
  /** Rows that this very worker kept: see {@link Task.keeps}. */
  | { kind: "kept"; node: string; partition: number };

/** The reduce side of a wide operator. The first read of a partition merges it; later ones see the merged rows. */
export interface ShuffleRead {
  shuffle: number;
  partition: number;
  /** Name of the reader, as operators register it. */
  reader: string;
  functions: string[];
  params: unknown;
  /** How the operator's state is moved; null when it has none, or has moved it. */
  state: StateRead | null;
  /** Which of the forms that the reader gave is read; empty for its result. */
  view: string;
}

/** The move of one partition of a state that outlives the batch. */
export interface StateRead {
  key: string;
  /** What a worker makes of the state's bytes is made for this; what it made for something else is not the state that is wanted. */
  madeFor: string;
  /** The version it begins with; undefined for an empty state. */
  before: number | undefined;
  /** The version it ends with. */
  after: number;
  /** No move up to this version will be undone any more. */
  settled: number | undefined;
  /** Whether the state as a whole is to be kept, or only what the move changes. */
  whole: boolean;
  /** Whether it is to be told of what kinds its keys are. */
  kinds: boolean;
  /** The state at `before`, where the worker has been found not to have it: a whole one, and changes. */
  parts?: StateBytes[];
}

/** What becomes of the rows of one task. */
export type TaskOutput =
  /** The first `limit` rows go back to the engine thread; with `maxBytes`, with their size, and none when it is more. */
  | { kind: "rows"; limit: number; maxBytes?: number }
  | { kind: "count" }
  /** At most `limit` rows, each as likely as any other, go back with the number of all. */
  | { kind: "sample"; limit: number }
  /**
   * The `limit` largest rows go back, largest first: pairs by their value, numbers by themselves. With `pairs` so many of
   * pairs, and of other rows the first ones. With them goes the number of all.
   */
  | { kind: "top"; limit: number; pairs?: number }
  /** Pairs, combined by key or not, that are sent to the workers that own the keys' partitions. */
  | {
      kind: "pairs";
      shuffle: number;
      partitions: number;
      partitioning: Partitioning;
      /** Which parent of the wide RDD the pairs come from. */
      side: number;
      /** Whether the pairs of a key are wanted together; else those of a partition are, in their order. */
      keyed: boolean;
    }
  /** Counted; the count goes to partition 0. */
  | { kind: "tally"; shuffle: number }
  /** Nothing: the task is run for what it reads or keeps. */
  | { kind: "none" };

export interface Task {
  task: number;
  job: number;
  /** Where the worker looks whether this task has to end. */
  seat: number;
  program: string;
  input: TaskInput;
  output: TaskOutput;
  /** For each keep step of the program, under which (node, partition) this worker keeps the rows passing there. */
  keeps: { node: string; partition: number; storage: Storage | "NONE" }[];
  /** What the operators of the program are told for this partition, in their order; only of those that ask. */
  args: unknown[];
}

export type ToWorker =
  | { type: "function"; portable: PortableFunction }
  | { type: "program"; program: Program }
  | { type: "task"; task: Task }
  /** Ends a task that waits for promises; others look at their seat. */
  | { type: "cancel"; task: number }
  /** A pipe to another worker; replaces the one before when that worker was replaced. */
  | { type: "peer"; worker: number; port: MessagePort }
  /** Drops merged partitions, kept rows and operator state that nothing will ask for again. */
  | { type: "release"; shuffles: number[]; nodes: string[]; states: string[] }
  /** Drops functions and programs: they come again with a task that needs them. */
  | { type: "drop"; ids: string[] }
  /** Answers with what it holds of a state, between two tasks. */
  | { type: "look"; look: number; state: string; query: StateQuery }
  /** Drops the copy of a broadcast value. */
  | { type: "releaseBroadcast"; id: string; destroyed: boolean };

/** What became of a partition's rows. */
export interface KeptPartition {
  node: string;
  partition: number;
  /** False for one that had to make room. */
  isKept: boolean;
  memoryBytes: number;
  diskBytes: number;
}

export interface TaskMetrics {
  /** Rows taken in: lines, rows, or pairs read from a shuffle. */
  recordsIn: number;
  elapsedMs: number;
}

/** What user functions printed in a task, in order. */
export type Printed = { name: "stdout" | "stderr"; text: string }[];

export type FromWorker =
  | {
      type: "done";
      task: number;
      result: TaskResult;
      metrics: TaskMetrics;
      printed: Printed;
      accumulated: Accumulated;
      /** Rows that are kept here from now on, and those that are here no more. */
      kept: KeptPartition[];
      /** Of a task that moved a state. */
      moved: Moved | undefined;
    }
  /** The worker has not got the state that the task was to move. */
  | { type: "stateNotHere"; task: number; state: string; partition: number; printed: Printed }
  | { type: "failed"; task: number; failure: TaskFailure; printed: Printed }
  /** The rows the task was to read are not kept here. */
  | { type: "notKept"; task: number; node: string; partition: number; printed: Printed }
  /** What it holds of a state; nothing of one that is not here. */
  | { type: "seen"; look: number; sights: StateSight[] }
  /** Printed after the last task that was run for this job. */
  | { type: "printed"; job: number; printed: Printed };

/** What became of a partition of a state. */
export interface Moved {
  /** What is to be kept of the move; in a file of the worker, until the move is settled or undone. */
  bytes: StateBytes;
  /** Keys that the partition holds after it. */
  rows: number;
  /** What of it is on disk. */
  diskBytes: number;
  /** Where that was asked, and both were there. */
  kinds?: KeyKinds | undefined;
}

/** Of what kind a key is that a state held before a move, and one that came with it. */
export interface KeyKinds {
  held: string;
  came: string;
}

/** Rows (for `rows`), a number (for `count`) or both (for `sample` and `top`); nothing for the others. */
export type TaskResult = { rows: unknown[]; count?: number; bytes?: number } | { count: number } | null;

/** Why a task failed, as plain data: what was thrown keeps its name, message and stack. */
export interface TaskFailure {
  thrown: PlainError;
  /** Code of a StreamError that says all by itself; empty for what a user's function threw. */
  code: string;
  /** Of what lies outside and is away: how long it is worth waiting for. */
  patienceMs?: number;
  /** Operator that called the user's function, or the reader; empty when the fault is not in a user's function. */
  operator: string;
  /** The record it was given, as short text; empty when there is none. */
  record: string;
}
