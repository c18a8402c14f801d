import { expect, test } from "vitest";
import { clockTime } from "../../runtime/time/time.js";
import { batchFigures } from "./batch-figures.js";

const batch = {
  batchTimeMs: 1_700_000_000_000,
  records: [
    { input: "socket", count: 1500, streamId: "1" },
    { input: "queue", count: 500, streamId: "1" },
  ],
  submissionTimeMs: 1_700_000_000_000,
  processingStartTimeMs: 1_700_000_000_000,
  processingEndTimeMs: 1_700_000_000_040,
  outputs: [],
};

test("a batch in one line: its time, what came and what could, how long it took of what there was, how late it began", () => {
  expect(batchFigures(batch, 500, 0)).toEqual({
    text: `batch ${clockTime(batch.batchTimeMs)} · in 4,000/s · processed 50,000/s · 40 of 500 ms · delay 0 ms`,
    load: 0.08,
  });
});

test("a late stream says so", () => {
  const late = {
    ...batch,
    processingStartTimeMs: batch.submissionTimeMs + 900,
    processingEndTimeMs: batch.submissionTimeMs + 1500,
  };
  const { text, load } = batchFigures(late, 500, 3);
  expect(text).toContain("600 of 500 ms · delay 900 ms · 3 waiting");
  expect(load).toBeGreaterThan(1);
});

test("of a batch that took no time, as all in virtual time, only what came is told", () => {
  const instant = { ...batch, processingEndTimeMs: batch.processingStartTimeMs };
  expect(batchFigures(instant, 500, 0).text).toBe(`batch ${clockTime(batch.batchTimeMs)} · in 4,000/s`);
});
