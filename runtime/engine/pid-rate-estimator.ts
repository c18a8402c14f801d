import { StreamError } from "../stream-error.js";

/** How strongly a rate follows what was measured; Spark's names and defaults are in {@link PID_DEFAULTS}. */
export interface PidOptions {
  /** Of the difference between the last rate and the speed of the last batch. */
  proportional: number;
  /** Of what waits, as the scheduling delay tells. */
  integral: number;
  /** Of how fast the difference changes. */
  derivative: number;
  /** Records a second below which no rate goes. */
  minRate: number;
}

/** Of `spark.streaming.backpressure.pid.*`. */
export const PID_DEFAULTS: PidOptions = { proportional: 1, integral: 0.2, derivative: 0, minRate: 100 };

/** What the next estimate starts from. */
interface Last {
  timeMs: number;
  rate: number;
  error: number;
}

/**
 * How many records a second a stream can take, from how long its batches took: the rule of Spark's class of the same name.
 * `rate' = max(rate - P·error - I·waiting - D·change, minRate)`, with error the last rate less the measured speed.
 */
export class PIDRateEstimator {
  readonly #batchMs: number;
  readonly #options: PidOptions;
  #last: Last | undefined;

  /**
   * @param batchMs interval of the batches; the others as in {@link PidOptions}
   * @throws StreamError RT_PID for an interval or a minimum that is not positive, or a negative coefficient
   */
  constructor(
    batchMs: number,
    proportional = PID_DEFAULTS.proportional,
    integral = PID_DEFAULTS.integral,
    derivative = PID_DEFAULTS.derivative,
    minRate = PID_DEFAULTS.minRate,
  ) {
    checkRange("the batch interval", batchMs, batchMs > 0, "greater than 0");
    checkRange("minRate", minRate, minRate > 0, "greater than 0");
    for (const [name, coefficient] of Object.entries({ proportional, integral, derivative }))
      checkRange(name, coefficient, coefficient >= 0, "at least 0");
    this.#batchMs = batchMs;
    this.#options = { proportional, integral, derivative, minRate };
  }

  /** The same by names. @throws StreamError RT_PID */
  static by(batchMs: number, options: Partial<PidOptions>): PIDRateEstimator {
    const { proportional, integral, derivative, minRate } = options;
    return new PIDRateEstimator(batchMs, proportional, integral, derivative, minRate);
  }

  /**
   * The rate after a batch, in records a second; undefined after the first one, for a batch without records or of no
   * duration, and when no time has passed since the last.
   */
  compute(
    timeMs: number,
    records: number,
    processingDelayMs: number,
    schedulingDelayMs: number,
  ): number | undefined {
    const last = this.#last;
    if (timeMs <= (last?.timeMs ?? -1) || records <= 0 || processingDelayMs <= 0) return undefined;
    const speed = (records / processingDelayMs) * 1000;
    if (last === undefined) {
      this.#last = { timeMs, rate: speed, error: 0 };
      return undefined;
    }
    const { proportional, integral, derivative, minRate } = this.#options;
    const error = last.rate - speed;
    // What waits: so many records were not processed in the time for which the batch had to wait.
    const waiting = (schedulingDelayMs * speed) / this.#batchMs;
    const change = (error - last.error) / ((timeMs - last.timeMs) / 1000);
    const rate = Math.max(
      last.rate - proportional * error - integral * waiting - derivative * change,
      minRate,
    );
    this.#last = { timeMs, rate, error };
    return rate;
  }
}

function checkRange(name: string, value: number, holds: boolean, what: string): void {
  if (!holds) throw new StreamError("RT_PID", `${name} of a rate estimator is ${what}, not ${value}`);
}
