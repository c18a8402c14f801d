import { expect, test } from "vitest";
import { seededRandom } from "../seeded-random.js";
import { shuffledLines } from "./words.js";

const TEXTS = [
  "One, two; three. Four five six seven eight nine ten eleven!",
  "Liberty — the people's liberty.",
];

function first(count: number, seed: number): string[] {
  const feed = shuffledLines(TEXTS, seed);
  return Array.from({ length: count }, () => feed.next());
}

test("text becomes lines of ten words, lower case, without punctuation, over and over", () => {
  const lines = first(6, 1);
  expect([...new Set(lines)].sort()).toEqual([
    "eleven",
    "liberty the people's liberty",
    "one two three four five six seven eight nine ten",
  ]);
  expect(lines.slice(3)).toEqual(lines.slice(0, 3));
});

test("the same seed gives the same lines, another seed another order", () => {
  expect(first(20, 7)).toEqual(first(20, 7));
  const orders = new Set(Array.from({ length: 30 }, (_, i) => i).map((seed) => first(1, seed)[0]));
  expect(orders.size).toBe(2);
});

test("seeded numbers are in [0, 1) and spread evenly", () => {
  const random = seededRandom(3);
  const numbers = Array.from({ length: 10_000 }, random);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  expect(numbers.filter((n) => n < 0.5).length / numbers.length).toBeCloseTo(0.5, 1);
});
