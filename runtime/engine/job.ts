import type { Patience } from "../connect/patience.js";
import { StreamError } from "../stream-error.js";

/** How far a stage is. */
export interface StageInfo {
  /** Of this engine; no two stages have the same. A shuffle that is written again is a stage of its own. */
  stageId: number;
  /** Operators of the stage, first to last. */
  name: string;
  numTasks: number;
  numActiveTasks: number;
  numCompletedTasks: number;
  /** Attempts that failed, also where a later one did not. */
  numFailedTasks: number;
}

/** What became of a job, by Spark's names. */
export type JobState = "RUNNING" | "SUCCEEDED" | "FAILED";

/** One job: an action, or one output of a batch. Lives in the engine thread. */
export class Job {
  /** In the order in which they began; those read from shuffles that were there already are not among them. */
  readonly stages: StageInfo[] = [];
  state: JobState = "RUNNING";
  cancelled = false;
  /** Id of the RDD it is on. */
  rdd = "";
  /** The stages before the last one are done. */
  lastBegun = false;
  /** Tells whoever waits for the job that it failed. */
  fail: (error: unknown) => void = nobodyWaits;
  /** What is to be told of a job that was begun before its turn; undefined for one whose turn it is. */
  #untold: (() => void)[] | undefined;

  /**
   * @param tag whose job it is
   * @param patience with what its tasks find out of reach
   * @param isAhead whether it is begun before its turn
   */
  constructor(
    readonly number: number,
    readonly tag: unknown,
    readonly patience: Patience,
    isAhead: boolean,
  ) {
    this.#untold = isAhead ? [] : undefined;
  }

  /** Its tasks give way to others, and nobody hears of it. */
  get isAhead(): boolean {
    return this.#untold !== undefined;
  }

  /** Tells something of the job now, or when its turn has come. */
  tell(what: () => void): void {
    if (this.#untold === undefined) what();
    else this.#untold.push(what);
  }

  /** Its turn has come. */
  turn(): void {
    const untold = this.#untold ?? [];
    this.#untold = undefined;
    for (const what of untold) what();
  }

  /** @throws StreamError RT_CANCELLED */
  checkCancelled(): void {
    if (this.cancelled) throw cancelled();
  }
}

/** In place of a function that would hold on to a job that is over. */
export const nobodyWaits = (): void => undefined;

export function cancelled(): StreamError {
  return new StreamError(CANCELLED, "the job was cancelled");
}

/** True for the failure of a job that was cancelled. */
export function isCancelled(error: unknown): boolean {
  return error instanceof StreamError && error.code === CANCELLED;
}

const CANCELLED = "RT_CANCELLED";
