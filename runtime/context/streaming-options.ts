import { inspect } from "node:util";
import { PIDRateEstimator, type PidOptions } from "../engine/pid-rate-estimator.js";
import type { ClockSpec } from "../engine/port.js";
import type { RateOptions } from "../engine/rate-control.js";
import { StreamError } from "../stream-error.js";

export interface StreamingOptions {
  /** Spark's own rules: nothing may be added after start, and a stopped context cannot be started again. */
  strict?: boolean;
  /** `manual` (or its start in ms): virtual time, moved by {@link StreamingContext.advance}. Default: the system's. */
  clock?: "system" | "manual" | { startMs: number };
  /**
   * What becomes of a batch that fails: the context stops, when the batch's other outputs have had their turn, or the batch is left
   * out, in its outputs and in the states, told of and counted, and the next one is run. Default: stop.
   */
  onFailure?: "stop" | "skip";
  /**
   * Records a second that each input brings at most; default: no limit. Of `spark.streaming.receiver.maxRate`. What was received
   * when the context is stopped gracefully is processed, all of it in the last batch.
   */
  maxRate?: number;
  /**
   * Whether inputs bring no more than their batches can process, by Spark's PID estimator; default false. Of
   * `spark.streaming.backpressure.*`.
   */
  backpressure?: boolean | BackpressureOptions;
}

/** How the rate of inputs follows the time that batches take; Spark's names and defaults. */
export interface BackpressureOptions extends Partial<PidOptions> {
  /** Records a second until the first batches are done; default: no limit. */
  initialRate?: number;
}

/** @internal What the engine is told of rates. @throws StreamError RT_RATE, RT_PID */
export function rateOptions(
  { maxRate, backpressure = false }: StreamingOptions,
  batchMs: number,
): RateOptions {
  if (maxRate !== undefined && !(maxRate > 0))
    throw new StreamError(
      "RT_RATE",
      `maxRate is a number of records a second greater than 0, not ${maxRate}`,
    );
  if (backpressure === false) return { maxRate, backpressure: undefined };
  const { initialRate, ...pid } = backpressure === true ? {} : backpressure;
  PIDRateEstimator.by(batchMs, pid);
  return { maxRate, backpressure: { initialRate, pid } };
}

/** @internal What the engine is told of the clock. @throws StreamError RT_CLOCK */
export function clockSpec(clock: StreamingOptions["clock"] = "system"): ClockSpec {
  if (clock === "system") return { kind: "system" };
  const { startMs, ...others } = clock === "manual" ? { startMs: 0 } : Object(clock);
  if (Number.isSafeInteger(startMs) && Object.keys(others).length === 0) return { kind: "manual", startMs };
  const message = `a clock is "system", "manual" or { startMs }, at which a manual one begins, not ${inspect(clock)}`;
  throw new StreamError("RT_CLOCK", message);
}

/** What becomes of a checkpoint that does not fit, or cannot be read. */
export interface GetOrCreateOptions {
  /**
   * Where a state of the checkpoint does not fit the program: "keep" those that do and drop the others, or "reset" all; left out,
   * the start fails with RT_CHECKPOINT_CHANGED, which says what does not fit.
   */
  onChange?: "keep" | "reset";
  /** A checkpoint that cannot be read is told of and removed, and the program begins anew; left out, the start fails with RT_CHECKPOINT_READ. */
  createOnError?: boolean;
}
