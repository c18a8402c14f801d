import { type BatchInfo, processingDelayMs, schedulingDelayMs } from "./batch-info.js";
import { PIDRateEstimator, type PidOptions } from "./pid-rate-estimator.js";

/** How fast the inputs of a context may bring records. Plain data. */
export interface RateOptions {
  /** Records a second of each input at most; undefined for no limit. */
  maxRate: number | undefined;
  /** Undefined: the rate does not follow how long batches take. */
  backpressure: { initialRate: number | undefined; pid: Partial<PidOptions> } | undefined;
}

/** The rate of one input. */
export class RateControl {
  readonly #estimator: PIDRateEstimator | undefined;
  #rate: number;

  constructor(
    private readonly batchMs: number,
    private readonly options: RateOptions,
  ) {
    const { backpressure } = options;
    this.#rate = backpressure?.initialRate ?? Number.POSITIVE_INFINITY;
    if (backpressure !== undefined) this.#estimator = PIDRateEstimator.by(batchMs, backpressure.pid);
  }

  /** Records a second that the input may bring now; infinite without a limit. */
  get rate(): number {
    return Math.min(this.#rate, this.options.maxRate ?? Number.POSITIVE_INFINITY);
  }

  /** Records that a batch may take: one at least, so that a stream never stands still. */
  get limit(): number {
    return this.rate === Number.POSITIVE_INFINITY
      ? this.rate
      : Math.max(1, Math.floor((this.rate * this.batchMs) / 1000));
  }

  /** A batch is done, to which this input gave so many records. */
  completed(batch: BatchInfo, records: number): void {
    const [processing, waiting] = [processingDelayMs(batch), schedulingDelayMs(batch)];
    if (batch.processingEndTimeMs === undefined || processing === undefined || waiting === undefined) return;
    const rate = this.#estimator?.compute(batch.processingEndTimeMs, records, processing, waiting);
    if (rate !== undefined) this.update(rate);
  }

  /** The new rate, which goes no further than `maxRate`. */
  update(rate: number): void {
    if (rate > 0) this.#rate = rate;
  }
}
