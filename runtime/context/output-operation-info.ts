import type { OutputOperationInfo as PlainOutputOperationInfo } from "../engine/stream-event.js";
import { Time } from "../time/time.js";

/**
 * What is known of one output of one batch, after Apache Spark's class of the same name: its plain figures, and the same by Spark's
 * names. Times are ms since the epoch on the context's clock.
 */
export class OutputOperationInfo implements PlainOutputOperationInfo {
  readonly batchTimeMs: number;
  /** Of the output, the same in each batch. */
  readonly id: string;
  readonly name: string;
  /** Undefined until it began. */
  readonly startTimeMs: number | undefined;
  /** Undefined until it was over. */
  readonly endTimeMs: number | undefined;
  /** Undefined when it did not fail. */
  readonly failureReason: string | undefined;

  /** @internal */
  constructor(plain: PlainOutputOperationInfo) {
    this.batchTimeMs = plain.batchTimeMs;
    this.id = plain.id;
    this.name = plain.name;
    this.startTimeMs = plain.startTimeMs;
    this.endTimeMs = plain.endTimeMs;
    this.failureReason = plain.failureReason;
  }

  get batchTime(): Time {
    return new Time(this.batchTimeMs);
  }

  get startTime(): number | undefined {
    return this.startTimeMs;
  }

  get endTime(): number | undefined {
    return this.endTimeMs;
  }

  /** How long it took; undefined until it was over. */
  get duration(): number | undefined {
    const { startTimeMs, endTimeMs } = this;
    return startTimeMs === undefined || endTimeMs === undefined ? undefined : endTimeMs - startTimeMs;
  }
}
