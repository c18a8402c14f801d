import { expect, test } from "vitest";
import type { BatchInfo } from "../engine/batch-info.js";
import { StatsReportListener } from "./streaming-listener.js";

function batch(processingMs: number): BatchInfo {
  return {
    batchTimeMs: 1000,
    records: [{ input: "queue", count: 5, streamId: "1" }],
    submissionTimeMs: 1000,
    processingStartTimeMs: 1010,
    processingEndTimeMs: 1010 + processingMs,
    outputs: [],
  };
}

test("a report of delays comes after every so many batches, of these batches", () => {
  const reports: string[] = [];
  const listener = new StatsReportListener(4, (text) => reports.push(text));
  for (const ms of [40, 10, 30, 20, 1]) listener.onBatchCompleted({ batchInfo: batch(ms) });
  expect(reports).toEqual([
    [
      "4 batches, 20 records",
      "\t0%\t5%\t10%\t25%\t50%\t75%\t90%\t95%\t100%",
      "Total delay (ms)\t20\t20\t20\t30\t40\t50\t50\t50\t50",
      "Processing time (ms)\t10\t10\t10\t20\t30\t40\t40\t40\t40",
    ].join("\n"),
  ]);
});

test("the default is ten batches, as in Spark", () => {
  expect(new StatsReportListener().numBatchInfos).toBe(10);
});
