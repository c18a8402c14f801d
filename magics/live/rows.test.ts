import { expect, test } from "vitest";
import { chartRows, isDrawable } from "./rows.js";

test("pairs give a row each, by key; bare numbers have no key", () => {
  expect(
    chartRows("bar", 5, [
      ["the", 2],
      [["a", 1], 3n],
    ]),
  ).toEqual([
    { key: "the", value: 2 },
    { key: "[ 'a', 1 ]", value: 3 },
  ]);
  expect(chartRows("line", 5, [7])).toEqual([{ time: 5, key: "", value: 7 }]);
});

test("what has no finite number is left out", () => {
  const records = [["x", Number.NaN], ["y", "2"], "z", null, [1, 2, 3], ["ok", 1]];
  expect(chartRows("bar", 0, records)).toEqual([{ key: "ok", value: 1 }]);
  expect(records.map(isDrawable)).toEqual([false, false, false, false, false, true]);
});

test("a long key is cut", () => {
  const [row] = chartRows("bar", 0, [["k".repeat(200), 1]]);
  expect(row?.key).toHaveLength(80);
  expect(row?.key.endsWith("…")).toBe(true);
});
