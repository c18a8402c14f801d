import { expect, test } from "vitest";
import { estimateBytes } from "./size-estimate.js";

const many = <T>(row: (i: number) => T) => Array.from({ length: 10_000 }, (_, i) => row(i));

test.each<[string, ArrayLike<unknown>, { least: number; most: number }]>([
  ["whole numbers, a word each", many((i) => i), { least: 80_000, most: 81_000 }],
  ["other numbers, with a place of their own", many((i) => i + 0.5), { least: 160_000, most: 260_000 }],
  ["a column of numbers", Float64Array.from(many((i) => i)), { least: 80_000, most: 81_000 }],
  ["texts", many((i) => `word ${i}`.padEnd(20)), { least: 400_000, most: 600_000 }],
  ["pairs", many((i) => [`k${i}`, i]), { least: 600_000, most: 1_200_000 }],
  ["objects", many((i) => ({ name: `n${i}`, at: [i, i] })), { least: 1_000_000, most: 2_500_000 }],
  ["bytes", many(() => new Uint8Array(1000)), { least: 10_000_000, most: 12_000_000 }],
  ["nothing", [], { least: 0, most: 100 }],
])("rows that are %s", (_what, rows, { least, most }) => {
  const bytes = estimateBytes(rows);
  expect(bytes).toBeGreaterThanOrEqual(least);
  expect(bytes).toBeLessThanOrEqual(most);
});

test("a row that refers to itself has an end", () => {
  const circle: unknown[] = [];
  circle.push(circle, circle);
  expect(estimateBytes([circle])).toBeGreaterThan(0);
});
