import { expect, test } from "vitest";
import { isDrawable } from "./rows.js";

test("numbers and pairs with a number are ranked", () => {
  const records = [["x", Number.NaN], ["y", "2"], "z", null, [1, 2, 3], ["ok", 1], 7n];
  expect(records.map(isDrawable)).toEqual([false, false, false, false, false, true, true]);
});
