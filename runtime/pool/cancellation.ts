/** Tasks given to a worker at a time. With one more than it runs, it is busy while its report travels. */
export const SEATS = 2;

/**
 * How a running task is told to end, or to look at its heap: words of memory that the engine thread and one worker share.
 * Most tasks are synchronous, so no message reaches them; loops, those of the engine and those in the user's functions, look
 * at the flag instead. One that waits for promises is told by a message too, which aborts its signal.
 *
 * Each task given to a worker has a seat of its own, with a word that says whether it has to end. The flag only says that
 * some word was set: whoever sees it looks at the word of the task at hand.
 */
export class Cancellation {
  /** Element 0 is not 0 when a task may have to end or to look at its heap. The loops read it without a call. */
  readonly flag: Int32Array;
  /** Worker: of the task at hand. */
  #seat = 0;
  /** Worker: of the task at hand, if it asked for its signal. */
  #controller: AbortController | undefined;

  /** @param lookAtHeap worker: called by {@link stop} when it was asked for; throws when the task has to end for it, and from then on */
  constructor(
    readonly memory: SharedArrayBuffer = new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT),
    private readonly lookAtHeap: () => void = () => undefined,
  ) {
    this.flag = new Int32Array(memory);
  }

  /** Engine thread: the seat is given to a new task. The one before must have been answered. */
  seat(seat: number): void {
    Atomics.store(this.flag, 1 + seat, 0);
  }

  /** Engine thread: the task in this seat ends, or does not begin. */
  cancel(seat: number): void {
    Atomics.store(this.flag, 1 + seat, 1);
    Atomics.store(this.flag, FLAG, 1);
  }

  /** Engine thread: whatever task is running looks soon whether its worker holds more than it may. */
  askForLook(): void {
    Atomics.store(this.flag, LOOK, 1);
    Atomics.store(this.flag, FLAG, 1);
  }

  /** Worker: the task in this seat begins. @throws TaskCancelled */
  begin(seat: number): void {
    this.#seat = seat;
    this.#controller = undefined;
    this.stop();
  }

  /** Worker: of the task at hand; its reason is TaskCancelled. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  /** Worker: the task at hand does not wait for promises any longer. */
  abort(): void {
    this.#controller?.abort(new TaskCancelled());
  }

  /**
   * What loops call when they see the flag. Returns when it was meant for another task, or when the heap is not too large.
   * @throws TaskCancelled, and what `lookAtHeap` throws
   */
  readonly stop = (): void => {
    // First the flag, then the word: set in the other order, a word that is missed here shows by the flag.
    Atomics.store(this.flag, FLAG, 0);
    try {
      if (Atomics.load(this.flag, 1 + this.#seat) !== 0) throw new TaskCancelled();
      if (Atomics.exchange(this.flag, LOOK, 0) !== 0) this.lookAtHeap();
    } catch (error) {
      // Again, for a user's function that catches this and loops on.
      if (!(error instanceof TaskCancelled)) Atomics.store(this.flag, LOOK, 1);
      Atomics.store(this.flag, FLAG, 1);
      throw error;
    }
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

/** Not 0 when the worker is to look at its heap. */
const LOOK = 1 + SEATS;

const WORDS = LOOK + 1;
