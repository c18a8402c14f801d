import { expect, test } from "vitest";
import { largest } from "./largest.js";

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
