import {
  numRecords,
  type OutputOfBatch,
  type BatchInfo as PlainBatchInfo,
  processingDelayMs,
  schedulingDelayMs,
  totalDelayMs,
} from "../engine/batch-info.js";
import { Time } from "../time/time.js";
import { OutputOperationInfo } from "./output-operation-info.js";

/** What an input gave to a batch. */
export interface StreamInputInfo {
  inputStreamId: string;
  numRecords: number;
  /** "socket localhost:9999". */
  name: string;
}

/**
 * What is known of one batch, as it was when it was told, after Apache Spark's class of the same name: its plain figures, and the
 * same by Spark's names. Times are ms since the epoch on the context's clock, delays are ms.
 */
export class BatchInfo implements PlainBatchInfo {
  readonly batchTimeMs: number;
  /** Records each input gave to it: what the input is, and the id of its stream. */
  readonly records: { input: string; count: number; streamId: string }[];
  readonly submissionTimeMs: number;
  readonly processingStartTimeMs?: number;
  readonly processingEndTimeMs?: number;
  readonly outputs: OutputOfBatch[];

  /** @internal */
  constructor(plain: PlainBatchInfo) {
    this.batchTimeMs = plain.batchTimeMs;
    this.records = plain.records;
    this.submissionTimeMs = plain.submissionTimeMs;
    if (plain.processingStartTimeMs !== undefined) this.processingStartTimeMs = plain.processingStartTimeMs;
    if (plain.processingEndTimeMs !== undefined) this.processingEndTimeMs = plain.processingEndTimeMs;
    this.outputs = plain.outputs;
  }

  get batchTime(): Time {
    return new Time(this.batchTimeMs);
  }

  /** What came in, by the id of the input's stream. */
  get streamIdToInputInfo(): Map<string, StreamInputInfo> {
    return new Map(
      this.records.map(({ streamId, count, input }) => [
        streamId,
        { inputStreamId: streamId, numRecords: count, name: input },
      ]),
    );
  }

  get submissionTime(): number {
    return this.submissionTimeMs;
  }

  /** Undefined until it began. */
  get processingStartTime(): number | undefined {
    return this.processingStartTimeMs;
  }

  /** Undefined until its outputs were done. */
  get processingEndTime(): number | undefined {
    return this.processingEndTimeMs;
  }

  /** What became of its outputs, by their ids; those that are over. */
  get outputOperationInfos(): Map<string, OutputOperationInfo> {
    const { batchTimeMs } = this;
    return new Map(
      this.outputs.map(({ id, name, startTimeMs, elapsedMs, failure: failureReason }) => {
        const endTimeMs = startTimeMs + elapsedMs;
        return [
          id,
          new OutputOperationInfo({ batchTimeMs, id, name, startTimeMs, endTimeMs, failureReason }),
        ];
      }),
    );
  }

  /** How long it waited for earlier batches; undefined until it began. */
  get schedulingDelay(): number | undefined {
    return schedulingDelayMs(this);
  }

  /** How long its outputs took; undefined until they were done. */
  get processingDelay(): number | undefined {
    return processingDelayMs(this);
  }

  /** From when it was due until its outputs were done; undefined until then. */
  get totalDelay(): number | undefined {
    return totalDelayMs(this);
  }

  /** Records of all inputs. */
  get numRecords(): number {
    return numRecords(this);
  }
}
