/**
 * An action that is under way, after Apache Spark's class of the same name: a promise of its result that can be cancelled.
 */
export class FutureAction<T> implements PromiseLike<T> {
  #state: "running" | "done" | "cancelled" = "running";

  /** @internal @param cancelJob ends the job: the result rejects with RT_CANCELLED */
  constructor(
    private readonly result: Promise<T>,
    /** Its number for `sc.statusTracker` and `sc.cancelJob`. */
    readonly jobId: number,
    private readonly cancelJob: () => void,
  ) {
    const done = () => {
      if (this.#state === "running") this.#state = "done";
    };
    result.then(done, done);
  }

  /** Ends the job, if it is not over: the promise rejects with RT_CANCELLED. */
  cancel(): void {
    if (this.#state !== "running") return;
    this.#state = "cancelled";
    this.cancelJob();
  }

  /** True when the result is there, or the job failed or was cancelled. */
  get isCompleted(): boolean {
    return this.#state !== "running";
  }

  get isCancelled(): boolean {
    return this.#state === "cancelled";
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise, and awaited as one
  then<R = T, E = never>(
    onResult?: ((value: T) => R | PromiseLike<R>) | null,
    onError?: ((reason: unknown) => E | PromiseLike<E>) | null,
  ): Promise<R | E> {
    return this.result.then(onResult, onError);
  }

  catch<E = never>(onError?: ((reason: unknown) => E | PromiseLike<E>) | null): Promise<T | E> {
    return this.result.catch(onError);
  }

  finally(onEnd?: (() => void) | null): Promise<T> {
    return this.result.finally(onEnd);
  }
}
