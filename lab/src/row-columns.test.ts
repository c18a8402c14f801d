import { expect, test } from "vitest";
import { columnsOf, rowsOf } from "./row-columns.js";

test.each([
  ["none", []],
  [
    "some with the same fields",
    [
      { n: 1, key: "a" },
      { n: 2, key: "b" },
    ],
  ],
  ["some with other fields", [{ n: 1 }, { key: "b" }, {}]],
  ["values that are nothing, or have parts", [{ n: null, at: [1, { x: 2 }] }]],
])("rows come back from their columns as they were: %s", (_what, rows) => {
  expect(rowsOf(columnsOf(rows))).toEqual(rows);
});

test("a field has a value for each row", () => {
  expect(columnsOf([{ n: 1 }, { key: "b" }])).toEqual({
    count: 2,
    values: { n: [1, undefined], key: [undefined, "b"] },
  });
});
