import { describe, expect, test } from "vitest";
import { equalTo } from "./key.js";
import { KeyTable } from "./key-table.js";
import { partitionOf, secondHash, stableHash } from "./stable-hash.js";

/** What a processor gives for 0 / 0: on some of them not the NaN that the language writes. */
const nanOf = (bits: bigint) => new Float64Array(BigUint64Array.of(bits).buffer)[0];

const date = (ms: number) => new Date(ms);

/** Values that are one key, however they were made. */
const EQUAL: [title: string, a: unknown, b: unknown][] = [
  ["strings", "ab", ["a", "b"].join("")],
  ["0 and -0", 0, -0],
  ["0 and -0 in a tuple", [0], [-0]],
  ["NaN", Number.NaN, 0 / 0],
  ["NaN of both signs", nanOf(0x7ff8000000000000n), nanOf(0xfff8000000000000n)],
  ["NaN of other bits", Number.NaN, nanOf(0x7ff8000000000001n)],
  ["NaN in a tuple", [Number.NaN], [0 / 0]],
  ["a whole number and a fraction of the same value", 2, 4 / 2],
  ["big integers", 12n ** 20n, 12n ** 20n],
  ["null", null, null],
  ["undefined", undefined, undefined],
  ["tuples", ["a", 1, true], ["a", 1, true]],
  ["nested tuples", [["a"], [[1]]], [["a"], [[1]]]],
  ["dates", date(5), date(5)],
  ["objects in another order", { a: 1, b: [2] }, { b: [2], a: 1 }],
  ["an object without prototype", Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ["empty tuples", [], []],
];

/** Values that look alike and are two keys. */
const UNEQUAL: [title: string, a: unknown, b: unknown][] = [
  ["a number and its text", 1, "1"],
  ["a number and its big integer", 1, 1n],
  ["a big integer and its text", 1n, "1n"],
  ["true and its text", true, "true"],
  ["null and undefined", null, undefined],
  ["null and its text", null, "null"],
  ["null and undefined in a tuple", [null], [undefined]],
  ["tuples in another order", ["a", "b"], ["b", "a"]],
  ["a tuple and the text of it", ["a"], '["a"]'],
  ["a tuple of one and its element", ["a"], "a"],
  ["a nested tuple and a flat one", [["a", "b"]], ["a", "b"]],
  ["texts with commas and tuples of more", ["a,b"], ["a", "b"]],
  ["texts with quotes", ['a","b'], ["a", "b"]],
  ["a date and its number", date(5), 5],
  ["a date and its text", date(5), "@5"],
  ["dates of different milliseconds", date(5), date(6)],
  ["an object and a tuple", { 0: "a" }, ["a"]],
  ["objects with a field of undefined", { a: undefined }, {}],
  ["0 and an empty text", 0, ""],
  ["an empty tuple and an empty object", [], {}],
  ["infinities", Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
];

describe.each(EQUAL)("%s", (_title, a, b) => {
  test("are one key, in one partition", () => {
    expect(equalTo(a)(b)).toBe(true);
    const table = new KeyTable<number>();
    table.merge(a, 1, (x, y) => x + y);
    table.merge(b, 1, (x, y) => x + y);
    expect(table.values).toEqual([2]);
    expect([stableHash(a), secondHash(a)]).toEqual([stableHash(b), secondHash(b)]);
  });
});

describe.each(UNEQUAL)("%s", (_title, a, b) => {
  test("are two keys", () => {
    expect([equalTo(a)(b), equalTo(b)(a)]).toEqual([false, false]);
    const table = new KeyTable<number>();
    table.merge(a, 1, () => 2);
    table.merge(b, 1, () => 2);
    expect(table.values).toEqual([1, 1]);
  });
});

test.each<[string, (i: number) => unknown]>([
  ["numbers", (i) => i],
  ["even numbers", (i) => 2 * i],
  ["fractions", (i) => i / 10],
  ["negative numbers", (i) => -i],
  ["texts", (i) => `key-${i}`],
  ["tuples", (i) => [i % 10, Math.floor(i / 10)]],
  ["dates", (i) => date(i * 86_400_000)],
])("%s are spread about evenly over any number of partitions", (_title, make) => {
  for (const partitions of [2, 3, 8, 16]) {
    const counts = new Array<number>(partitions).fill(0);
    for (let i = 0; i < 8000; i++) {
      const partition = partitionOf(make(i), partitions);
      counts[partition] = (counts[partition] ?? 0) + 1;
    }
    const even = 8000 / partitions;
    expect(Math.max(...counts.map((count) => Math.abs(count - even)))).toBeLessThan(0.2 * even);
  }
});

/** State on disk and in other processes lies where these numbers say: they must never change. */
test.each([
  ["a", 444641715],
  [1, 1364076727],
  [[1, "a"], 3665676063],
])("the hash of %j is %d", (key, hash) => {
  expect(stableHash(key)).toBe(hash);
});

test.each([[() => 1], [new Map()], [new (class Point {})()]])("%s is no key", (key) => {
  expect(() => stableHash(key)).toThrow(expect.objectContaining({ code: "RT_KEY" }));
});
