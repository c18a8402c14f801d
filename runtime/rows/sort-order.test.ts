import { describe, expect, test } from "vitest";
import { compareRows, compareRowsDescending } from "./order.js";
import { sortOrder } from "./sort-order.js";

const MANY = 30_000;

const KEYS: [what: string, key: (random: () => number, i: number) => unknown][] = [
  ["short strings", (random) => Math.floor(random() * 1e9).toString(36)],
  ["strings with a long beginning in common", (random) => `customer-${Math.floor(random() * 1e4)}`],
  ["strings that are all the same", () => "the same all over"],
  ["strings that begin each other, and zeros", (random) => "ab\0".repeat(Math.floor(random() * 5))],
  ["strings of wide characters", (random) => `${String.fromCharCode(0x60 + random() * 0x400)}é${random()}`],
  ["empty strings and others", (random) => (random() < 0.5 ? "" : "a")],
  ["whole numbers", (random) => Math.floor((random() - 0.5) * 1e6)],
  ["numbers of all sizes, zeros of both signs, and those that are none", (random) => oddNumber(random)],
  ["mixed kinds", (random) => (random() < 0.5 ? random() : String(random()))],
  ["tuples", (random) => [Math.floor(random() * 10), random()]],
];

/** The generator of Numerical Recipes, from a seed of its own. */
function randomNumbers(): () => number {
  let state = 3;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function oddNumber(random: () => number): number {
  const odd = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MIN_VALUE];
  return random() < 0.3
    ? (odd[Math.floor(random() * odd.length)] ?? 0)
    : (random() - 0.5) * 10 ** (random() * 600 - 300);
}

describe.each([
  ["ascending", compareRows],
  ["descending", compareRowsDescending],
])("%s, keys come in the order of comparing them, equal ones as they came", (_name, compare) => {
  test.each(KEYS)("%s", (_what, key) => {
    const random = randomNumbers();
    const keys = Array.from({ length: MANY }, (_, i) => key(random, i));
    const compared = keys.map((_, i) => i).sort((a, b) => compare(keys[a], keys[b]));
    expect([...sortOrder(keys, compare)]).toEqual(compared);
  });
});

test("a few keys are sorted too, and none", () => {
  expect([...sortOrder(["b", "a", "b"], compareRows)]).toEqual([1, 0, 2]);
  expect([...sortOrder([], compareRows)]).toEqual([]);
});
