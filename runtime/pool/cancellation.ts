/**
 * How a running task is told to end: words of memory that the engine thread and one worker share. A task is synchronous,
 * so no message reaches it; loops, those of the engine and those in the user's functions, look at the flag instead.
 */
export class Cancellation {
  readonly #words: Int32Array;
  /** Element 0 is not 0 while the task at hand has to end. The loops read it without a call. */
  readonly flag: Int32Array;

  constructor(
    readonly memory: SharedArrayBuffer = new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT),
  ) {
    this.#words = new Int32Array(memory);
    this.flag = this.#words;
  }

  /** Engine thread: the task at hand ends if it is one of this job. */
  cancel(job: number): void {
    Atomics.store(this.#words, CANCELLED_JOB, job);
    if (Atomics.load(this.#words, CURRENT_JOB) === job) Atomics.store(this.#words, FLAG, 1);
  }

  /** Worker: a task of this job begins. */
  begin(job: number): void {
    Atomics.store(this.#words, CURRENT_JOB, job);
    Atomics.store(this.#words, FLAG, this.isCancelled(job) ? 1 : 0);
  }

  /** Worker: true when it is this job that has to end. The flag may have been meant for the task before. */
  isCancelled(job: number): boolean {
    return Atomics.load(this.#words, CANCELLED_JOB) === job;
  }

  /** What loops call when they see the flag. */
  readonly stop = (): never => {
    throw new TaskCancelled();
  };
}

/** Ends a task whose job was cancelled. */
export class TaskCancelled extends Error {
  override readonly name = "TaskCancelled";

  constructor() {
    super("the job was cancelled");
  }
}

const FLAG = 0;
const CANCELLED_JOB = 1;
const CURRENT_JOB = 2;
const WORDS = 3;
