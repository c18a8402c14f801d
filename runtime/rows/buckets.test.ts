import { expect, test } from "vitest";
import { bucketOf, evenEdges } from "./buckets.js";

test("the last bucket has its edge, the others do not; outside is none", () => {
  expect([-1, 0, 4, 5, 9, 10, 11, Number.NaN].map((n) => bucketOf([0, 5, 10], n))).toEqual([
    -1, 0, 0, 1, 1, 1, -1, -1,
  ]);
});

test("NaN as the last edge makes a bucket for all that is beyond the edge before it", () => {
  const edges = [0, 5, Number.NaN];
  expect([4, 5, Number.POSITIVE_INFINITY, Number.NaN].map((n) => bucketOf(edges, n))).toEqual([0, 1, 1, 1]);
});

test("even edges end with the greatest number exactly", () => {
  expect(evenEdges(0, 0.3, 3).at(-1)).toBe(0.3);
  expect(evenEdges(4, 4, 3)).toEqual([4, 4]);
  expect(evenEdges(-(2 ** 1023), 2 ** 1023, 2)).toEqual([-(2 ** 1023), 0, 2 ** 1023]);
  expect(bucketOf([4, 4], 4)).toBe(0);
});
