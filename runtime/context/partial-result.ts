import { SystemClock } from "../time/clock.js";
import type { Evaluator } from "./approximate.js";

/**
 * What is known of a result at some time, after Apache Spark's class of the same name, and the promise of the rest: the job
 * goes on.
 */
export class PartialResult<R> {
  /** @internal */
  constructor(
    readonly initialValue: R,
    /** True when there was time for all of it. */
    readonly isInitialValueFinal: boolean,
    private readonly final: Promise<R>,
  ) {}

  /** The exact result, when all partitions are done. Rejects when one of them failed. */
  getFinalValue(): Promise<R> {
    return this.final;
  }

  /** Calls `f` with the exact result, once it is there. */
  onComplete(f: (value: R) => unknown): this {
    this.final.then(f, () => undefined); // told by onFail and getFinalValue
    return this;
  }

  /** Calls `f` when a partition fails after this result was given. */
  onFail(f: (error: unknown) => unknown): this {
    this.final.catch(f);
    return this;
  }

  toString(): string {
    return `PartialResult(${this.isInitialValueFinal ? "final" : "partial"}: ${JSON.stringify(this.initialValue)})`;
  }
}

/**
 * What an evaluator knows after that time, or before when all partitions are done.
 * @param run computes what one partition gives
 */
export function approximately<P, R>(
  partitions: number,
  run: (partition: number) => Promise<P>,
  evaluator: Evaluator<P, R>,
  timeoutMs: number,
): Promise<PartialResult<R>> {
  const clock = new SystemClock();
  const merged = Array.from({ length: partitions }, async (_, partition) =>
    evaluator.merge(await run(partition)),
  );
  const final = Promise.all(merged).then(() => evaluator.current());
  return new Promise((resolve, reject) => {
    const give = (isFinal: boolean) => resolve(new PartialResult(evaluator.current(), isFinal, final));
    const noTimeout = clock.at(clock.now() + timeoutMs, () => give(false));
    final
      .then(
        () => give(true),
        (error: unknown) => reject(error), // who was given a partial result before hears it from there
      )
      .finally(noTimeout);
  });
}
