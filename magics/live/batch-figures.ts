import type { LiveStatus } from "../../kernel/port/live.js";
import {
  type BatchInfo,
  numRecords,
  processingDelayMs,
  schedulingDelayMs,
} from "../../runtime/engine/batch-info.js";
import { clockTime } from "../../runtime/time/time.js";

const number = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/**
 * The figures of a strip: "batch 14:03:21 · in 2,000/s · processed 52,000/s · 38 of 1,000 ms · delay 0 ms", and how many
 * batches wait. As in Spark, `in` counts by the interval and `processed` by the time that the batch took.
 * In virtual time no batch takes any, nor does one within a millisecond: then nothing is said of it.
 */
export function batchFigures(
  batch: BatchInfo,
  batchMs: number,
  waiting: number,
): Pick<LiveStatus, "text" | "load"> {
  const records = numRecords(batch);
  const tookMs = processingDelayMs(batch) ?? 0;
  const parts = [
    `batch ${clockTime(batch.batchTimeMs)}`,
    `in ${perSecond(records, batchMs)}`,
    ...(tookMs > 0
      ? [
          `processed ${perSecond(records, tookMs)}`,
          `${number.format(tookMs)} of ${number.format(batchMs)} ms`,
          `delay ${number.format(schedulingDelayMs(batch) ?? 0)} ms`,
        ]
      : []),
    ...(waiting > 0 ? [`${number.format(waiting)} waiting`] : []),
  ];
  return { text: parts.join(" · "), load: tookMs / batchMs };
}

function perSecond(records: number, ms: number): string {
  return `${number.format((records * 1000) / ms)}/s`;
}
