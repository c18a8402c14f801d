import { expect, test } from "vitest";
import { largest, top } from "./largest.js";

test("pairs rank by their value, largest first, ties in order of arrival", () => {
  const rows = [
    ["a", 1],
    ["b", 3],
    ["c", 2],
    ["d", 3],
    ["e", 0],
  ];
  expect(largest(rows, 3)).toEqual([
    ["b", 3],
    ["d", 3],
    ["c", 2],
  ]);
});

test("numbers rank by themselves, and what has no number comes last", () => {
  expect(largest([1, "x", 5, Number.NaN, 3], 10)).toEqual([5, 3, 1, "x", Number.NaN]);
});

test("the result is that of sorting everything", () => {
  const rows = Array.from({ length: 500 }, (_, i) => (i * 7919) % 211);
  expect(largest(rows, 20)).toEqual([...rows].sort((a, b) => b - a).slice(0, 20));
});

test.each([
  [
    "the largest pairs, and so many",
    [
      ["a", 1],
      ["b", 3],
      ["c", 2],
    ],
    [
      ["b", 3],
      ["c", 2],
    ],
  ],
  ["the first of other rows, in their order", [1, 3, 2, 5], [1, 3, 2]],
  ["nothing", [], []],
])("where pairs alone are ranked: %s", (_what, rows, expected) => {
  expect(top(rows, { limit: 3, pairs: 2 })).toEqual(expected);
});
