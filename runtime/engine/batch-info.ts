/** What is known of one batch. Times are ms since the epoch on the context's clock; delays are ms. */
export interface BatchInfo {
  batchTimeMs: number;
  /** Records each input gave to it: what the input is, and the id of its stream. */
  records: { input: string; count: number; streamId: string }[];
  submissionTimeMs: number;
  /** Undefined until its turn came, or it ended. What was computed of it while the batch before it was run counts to that one's time. */
  processingStartTimeMs?: number;
  processingEndTimeMs?: number;
  outputs: OutputOfBatch[];
}

/** What became of one output in a batch. */
export interface OutputOfBatch {
  /** Of the output; empty where the batch failed outside of one. */
  id: string;
  name: string;
  startTimeMs: number;
  elapsedMs: number;
  /** Why it failed, in a sentence; absent when it did not. */
  failure?: string;
  /** Where a function of the program failed it. */
  fault?: Fault;
}

/** A function of the program that failed, and what it was given. */
export interface Fault {
  /** Operator that called it; empty when it is not known. */
  operator: string;
  /** The offending record as short text; empty when there is none. */
  record: string;
  /** "TypeError: x is not a function". */
  error: string;
  /** Its stack, as it was taken in the worker. */
  stack: string;
}

/** What is known of it now, for who looks at it later: the engine goes on with it. */
export function snapshot(batch: BatchInfo): BatchInfo {
  return { ...batch, outputs: [...batch.outputs] };
}

export function numRecords(batch: BatchInfo): number {
  return batch.records.reduce((sum, { count }) => sum + count, 0);
}

/** How long it waited for earlier batches. */
export function schedulingDelayMs(batch: BatchInfo): number | undefined {
  return difference(batch.processingStartTimeMs, batch.submissionTimeMs);
}

/** How long its outputs took. */
export function processingDelayMs(batch: BatchInfo): number | undefined {
  return difference(batch.processingEndTimeMs, batch.processingStartTimeMs);
}

/** From when it was due until its outputs were done. */
export function totalDelayMs(batch: BatchInfo): number | undefined {
  return difference(batch.processingEndTimeMs, batch.submissionTimeMs);
}

function difference(end: number | undefined, start: number | undefined): number | undefined {
  return end === undefined || start === undefined ? undefined : end - start;
}
