import { expect, test } from "vitest";
import { compareRows } from "./order.js";
import { Smallest } from "./smallest.js";

test("each kind has its order, and unlike kinds have one among them", () => {
  const ascending = [
    null,
    false,
    true,
    -1,
    2n,
    2.5,
    Number.NaN,
    "",
    "10",
    "9",
    "a",
    new Date(1),
    new Date(2),
    [],
    [1],
    [1, "a"],
    [1, "b"],
    [2],
  ];
  const shuffled = [...ascending].sort(() => 0).reverse();
  expect(shuffled.sort(compareRows)).toEqual(ascending);
});

test("the smallest of many are those of sorting everything", () => {
  const rows = Array.from({ length: 5000 }, (_, i) => (i * 7919) % 5003);
  const smallest = new Smallest<number>(10);
  for (const row of rows) smallest.add(row);
  expect(smallest.rows()).toEqual([...rows].sort((a, b) => a - b).slice(0, 10));
});
