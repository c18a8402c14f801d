import type { Materialized } from "../closure/materialize.js";
import { isDiskError } from "../disk/disk-error.js";
import { bucketOf } from "../rows/buckets.js";
import { fresh } from "../rows/fresh.js";
import { addToSketch, newSketch } from "../rows/hyper-log-log.js";
import { iterate } from "../rows/iterate.js";
import { JsonLines } from "../rows/json-lines.js";
import { equalTo } from "../rows/key.js";
import { KeyTable } from "../rows/key-table.js";
import { compareRows } from "../rows/order.js";
import { Random } from "../rows/random.js";
import { rangeEnds } from "../rows/range-ends.js";
import type { RecurringKeyTable } from "../rows/recurring-key-table.js";
import { short } from "../rows/short-text.js";
import { Smallest } from "../rows/smallest.js";
import { StatCounter } from "../rows/stat-counter.js";
import { Fractions, Urns } from "../rows/strata.js";
import { times } from "../rows/times.js";
import { awaited, mapAsync, noPromise } from "./async-rows.js";
import { type Cancellation, TaskCancelled } from "./cancellation.js";
import { OutsideError } from "./connector.js";
import type { PairsOutput } from "./pairs-output.js";
import type { Chunk } from "./reader.js";
import { StateNotHere } from "./state-slots.js";
import type { Program, TaskOutput } from "./task.js";

/** What a program's loop takes its rows from. */
export interface LoopInput {
  /** Set for lines: texts of one or more whole lines. */
  texts: Iterable<string>;
  /** Set for rows and pairs. */
  chunks: Iterable<Chunk>;
  /** Set for a range of numbers. */
  start: number;
  step: number;
  length: number;
}

/** What a program's loop puts its rows into; which fields it uses depends on the program's last step. */
export interface LoopOutput {
  rows: unknown[];
  limit: number;
  /** Set by a loop that ends before its rows do. */
  enough: boolean;
  count: number;
  /** State of the random numbers of a sample. */
  seed: number;
  table: KeyTable | RecurringKeyTable;
  /** Empties the table if it takes too much. To be called before the first pair. @returns pairs after which to call it again */
  full(): number;
}

/**
 * Throws a {@link StepError} that says which step failed on which record.
 * @param records the record at hand by step, for those that work on one
 */
export type Fail = (error: unknown, step: number, records: Readonly<Record<number, unknown>>) => never;

/**
 * A compiled loop. Runs to the end synchronously, unless it waits for functions that are async; returns the number of
 * records it took in.
 * @param keeps one array per keep step: rows passing there are pushed
 * @param args what the task tells operators of its partition
 */
export type CompiledProgram = (
  input: LoopInput,
  output: LoopOutput,
  keeps: unknown[][],
  fail: Fail,
  args: readonly unknown[],
) => number | Promise<number>;

/** What a user's function threw, at which step of a program, on which record. */
export class StepError extends Error {
  override readonly name = "StepError";

  constructor(
    readonly thrown: unknown,
    readonly step: number,
    /** Undefined when the step works on no single record. */
    readonly record: { value: unknown } | undefined,
  ) {
    super("a user function threw");
  }
}

/** A record that is not a pair came to a step that takes pairs. */
export class NotPair extends TypeError {
  constructor(readonly record: unknown) {
    super(`a pair [key, value] is needed here, not ${short(record)}`);
  }
}

/** What the lines of operators may call, as `library.name`. */
const LIBRARY = {
  addToSketch,
  awaited,
  mapAsync,
  noPromise,
  newSketch,
  bucketOf,
  compareRows,
  equalTo,
  Fractions,
  fresh,
  iterate,
  JsonLines,
  KeyTable,
  NotPair,
  Random,
  rangeEnds,
  Smallest,
  StatCounter,
  times,
  Urns,
};

/**
 * Compiles a program for this thread. Its functions must be materialised.
 * @param more what lines of operators may call besides the library of the pool
 */
export function compileProgram(
  program: Program,
  functions: Materialized[],
  cancellation: Cancellation,
  more: Readonly<Record<string, unknown>>,
): CompiledProgram {
  const factory = new Function("functions", "cancellation", "library", program.source) as (
    functions: Materialized[],
    cancellation: Cancellation,
    library: object,
  ) => CompiledProgram;
  return factory(functions, cancellation, { ...LIBRARY, ...more });
}

/** An input with nothing in it, to spread the fields of one kind over. */
export const NO_INPUT: LoopInput = {
  texts: [],
  chunks: [],
  start: 0,
  step: 0,
  length: 0,
};

/** @param pairs set for a task that makes pairs */
export function newOutput(output: TaskOutput, pairs?: PairsOutput): LoopOutput {
  const limit = "limit" in output && output.kind !== "top" ? output.limit : Number.POSITIVE_INFINITY;
  return {
    rows: [],
    limit,
    enough: false,
    count: 0,
    seed: 1,
    table: pairs?.table ?? new KeyTable(),
    full: () => (pairs === undefined ? Number.POSITIVE_INFINITY : blameNoStep("", () => pairs.full())),
  };
}

/** Something failed beside the steps of a program: in a reader, in its user's function most likely, or in what takes the rows. */
export class TaskError extends Error {
  constructor(
    readonly thrown: unknown,
    /** Empty when no user's function is at fault. */
    readonly operator: string,
    /** What it was given, where that is one record. */
    readonly record?: { value: unknown },
  ) {
    super("a task failed");
  }
}

/** Errors that say already whose fault they are. */
const PASSED_ON = [StepError, OutsideError, TaskError, TaskCancelled, StateNotHere];

/** What throws in `work` is not told as the fault of the step at hand. @throws TaskError */
export function blameNoStep<T>(operator: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (PASSED_ON.some((kind) => error instanceof kind)) throw error;
    throw isDiskError(error) ? new OutsideError(error) : new TaskError(error, operator);
  }
}

export const fail: Fail = (error, step, records) => {
  if (PASSED_ON.some((kind) => error instanceof kind)) throw error;
  if (error instanceof NotPair) throw new StepError(error, step, { value: error.record });
  throw new StepError(error, step, step in records ? { value: records[step] } : undefined);
};
