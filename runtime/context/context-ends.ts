import type { BatchInfo } from "../engine/batch-info.js";
import { StreamError } from "../stream-error.js";

/** Who waits for the batches and for the end of a context. */
export class ContextEnds {
  readonly #batchWaiters = new Set<(batch: BatchInfo | undefined) => void>();
  readonly #endWaiters = new Set<{ resolve(): void; reject(error: Error): void }>();
  #ended = false;
  #failure: Error | undefined;

  /** The context runs, perhaps again. */
  begin(): void {
    this.#ended = false;
    this.#failure = undefined;
  }

  batch(batch: BatchInfo): void {
    const waiters = [...this.#batchWaiters];
    this.#batchWaiters.clear();
    for (const resolve of waiters) resolve(batch);
  }

  /** @returns false when nobody waited for the end: then a failure is yet to be told */
  end(failure?: Error): boolean {
    this.#ended = true;
    this.#failure = failure;
    for (const resolve of this.#batchWaiters) resolve(undefined);
    this.#batchWaiters.clear();
    const waiters = [...this.#endWaiters];
    this.#endWaiters.clear();
    for (const { resolve, reject } of waiters) failure === undefined ? resolve() : reject(failure);
    return waiters.length > 0;
  }

  /**
   * Resolves after `n` more batches, with the last of them.
   * @throws what made the context stop before, RT_STOPPED when it was stopped, RT_BATCHES, the signal's reason
   */
  async batches(n: number, signal: AbortSignal | undefined): Promise<BatchInfo> {
    let last: BatchInfo | undefined;
    for (let i = 0; i < n; i++) {
      last = await this.#nextBatch(signal);
      if (last === undefined)
        throw this.#failure ?? new StreamError("RT_STOPPED", "the context was stopped before the batch");
    }
    if (last === undefined)
      throw new StreamError("RT_BATCHES", `a number of batches is at least 1, not ${n}`);
    return last;
  }

  /** The end of the context. Who gives up waiting is forgotten: a failure that nobody waits for must be told. */
  termination(signal: AbortSignal | undefined): Promise<void> {
    if (this.#ended) return this.#failure === undefined ? Promise.resolve() : Promise.reject(this.#failure);
    return new Promise<void>((resolve, reject) => {
      const waiter = { resolve, reject };
      const giveUp = () => {
        if (this.#endWaiters.delete(waiter)) reject(signal?.reason);
      };
      this.#endWaiters.add(waiter);
      signal?.addEventListener("abort", giveUp, { once: true });
      if (signal?.aborted) giveUp();
    });
  }

  /** The same; false when that takes longer than `timeoutMs`. */
  async terminationOrTimeout(timeoutMs: number, signal: AbortSignal | undefined): Promise<boolean> {
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), timeoutMs);
    try {
      await this.termination(AbortSignal.any([timeout.signal, ...(signal ? [signal] : [])]));
      return true;
    } catch (error) {
      if (error === timeout.signal.reason) return false;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The next batch to be completed; undefined when the context stops before. */
  #nextBatch(signal: AbortSignal | undefined): Promise<BatchInfo | undefined> {
    return new Promise<BatchInfo | undefined>((resolve, reject) => {
      if (this.#ended) {
        resolve(undefined);
        return;
      }
      const aborted = () => {
        this.#batchWaiters.delete(done);
        reject(signal?.reason);
      };
      const done = (batch: BatchInfo | undefined) => {
        signal?.removeEventListener("abort", aborted);
        resolve(batch);
      };
      signal?.addEventListener("abort", aborted, { once: true });
      this.#batchWaiters.add(done);
    });
  }
}
