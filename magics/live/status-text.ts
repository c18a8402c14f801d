import {
  type BatchInfo,
  numRecords,
  processingDelayMs,
  schedulingDelayMs,
} from "../../runtime/engine/batch-info.js";
import { clockTime } from "../../runtime/time/time.js";

const number = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** "batch 14:03:21 · 2,000 records/s · processed in 38 of 1,000 ms", and what makes the stream late, if it is. */
export function statusText(batch: BatchInfo, batchMs: number, waiting: number): string {
  const perSecond = (numRecords(batch) * 1000) / batchMs;
  const parts = [
    `batch ${clockTime(batch.batchTimeMs)}`,
    `${number.format(perSecond)} records/s`,
    `processed in ${number.format(processingDelayMs(batch) ?? 0)} of ${number.format(batchMs)} ms`,
  ];
  const delayMs = schedulingDelayMs(batch) ?? 0;
  if (delayMs > batchMs / 2) parts.push(`late by ${number.format(delayMs)} ms`);
  if (waiting > 0) parts.push(`${number.format(waiting)} waiting`);
  return parts.join(" · ");
}
