import { expect, test } from "vitest";
import { clockTime } from "../../runtime/time/time.js";
import { statusText } from "./status-text.js";

const batch = {
  batchTimeMs: 1_700_000_000_000,
  records: [
    { input: "socket", count: 1500, streamId: "1" },
    { input: "queue", count: 500, streamId: "1" },
  ],
  submissionTimeMs: 1_700_000_000_000,
  processingStartTimeMs: 1_700_000_000_000,
  processingEndTimeMs: 1_700_000_000_038,
  outputs: [],
};

test("a batch in one line: its time, the rate, how long it took of what there was", () => {
  expect(statusText(batch, 500, 0)).toBe(
    `batch ${clockTime(batch.batchTimeMs)} · 4,000 records/s · processed in 38 of 500 ms`,
  );
});

test("a late stream says so", () => {
  const late = {
    ...batch,
    processingStartTimeMs: batch.submissionTimeMs + 900,
    processingEndTimeMs: batch.submissionTimeMs + 1000,
  };
  expect(statusText(late, 500, 3)).toContain("late by 900 ms · 3 waiting");
});
