import { expect, test } from "vitest";
import { keptRows } from "./live-rows.js";

const at = (...times: (number | undefined)[]) => times.map((time) => (time === undefined ? {} : { time }));

test.each([
  ["the last rows", { keepRows: 2 }, at(1, 2, 3), at(2, 3)],
  [
    "rows that are younger than the newest by less than keepMs",
    { keepRows: 9, keepMs: 10 },
    at(1, 5, 11, 12),
    at(5, 11, 12),
  ],
  ["counted from the newest, wherever it stands", { keepRows: 9, keepMs: 10 }, at(20, 5, 11), at(20, 11)],
  ["both limits at once", { keepRows: 2, keepMs: 10 }, at(9, 10, 11), at(10, 11)],
  [
    "rows without a time, whatever it is",
    { keepRows: 9, keepMs: 10 },
    at(undefined, 1, 50),
    at(undefined, 50),
  ],
  ["nothing of nothing", { keepRows: 9, keepMs: 10 }, [], []],
])("kept are %s", (_what, keep, rows, kept) => {
  expect(keptRows(rows, keep)).toEqual(kept);
});
