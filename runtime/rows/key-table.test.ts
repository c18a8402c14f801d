import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { KeyTable } from "./key-table.js";
import { partitionOf, stableHash } from "./stable-hash.js";

const SAME: [string, () => unknown, () => unknown][] = [
  ["strings", () => "word", () => ["wo", "rd"].join("")],
  ["numbers", () => 1.5, () => 3 / 2],
  ["zeros", () => 0, () => -0],
  ["not-a-numbers", () => Number.NaN, () => 0 / 0],
  ["tuples", () => ["a", 1], () => ["a", 1]],
  ["nested tuples", () => ["a", ["b", null]], () => ["a", ["b", null]]],
  ["dates", () => new Date(5), () => new Date(5)],
  ["objects, whatever the order of their fields", () => ({ a: 1, b: 2 }), () => ({ b: 2, a: 1 })],
  ["bigints", () => 10n, () => BigInt("10")],
  ["null", () => null, () => null],
];

const DIFFERENT: [unknown, unknown][] = [
  ["1", 1],
  [1n, 1],
  [["a", "b"], ["a,b"]],
  [["1"], [1]],
  [null, undefined],
  ["null", null],
  [[null], ["null"]],
  [{ a: 1 }, { a: "1" }],
  [true, "true"],
  [new Date(5), 5],
];

describe("keys are equal by value", () => {
  test.each(SAME)("%s", (_name, one, other) => {
    const table = new KeyTable<number>();
    table.merge(one(), 1, (a, b) => a + b);
    table.merge(other(), 2, (a, b) => a + b);
    expect(table.size).toBe(1);
    expect(table.get(one())).toBe(3);
    expect(stableHash(one())).toBe(stableHash(other()));
  });

  test.each(DIFFERENT.map(([a, b]) => [inspect(a), inspect(b), a, b]))(
    "%s is not %s",
    (_a, _b, one, other) => {
      const table = new KeyTable<number>();
      table.insert(one, 1);
      expect(table.row(other)).toBeUndefined();
    },
  );

  test.each([[() => 1], [Symbol("s")], [new (class Point {})()], [[new Map()]]])(
    "%s is refused as a key",
    (key) => {
      const put = () => new KeyTable().merge([key], 1, (a) => a);
      expect(put).toThrow(expect.objectContaining({ code: "RT_KEY" }));
    },
  );
});

test("deleting a row keeps all other keys findable", () => {
  const table = new KeyTable<number>();
  for (const [value, key] of ["a", ["b"], "c", ["d"], "e"].entries()) table.insert(key, value);
  table.deleteRow(table.row("a") as number);
  table.deleteRow(table.row(["d"]) as number);
  expect(["a", ["b"], "c", ["d"], "e"].map((key) => table.get(key))).toEqual([undefined, 1, 2, undefined, 4]);
  expect(table.size).toBe(3);
});

test("the hash of a value never changes: state on disk and other processes depend on it", () => {
  expect(["", "a", "word", 0, 1, -1, 1.5, true, null, ["a", 1]].map(stableHash)).toMatchInlineSnapshot(`
    [
      2872998923,
      444641715,
      3956802879,
      0,
      1364076727,
      2180083513,
      2321223580,
      1519641746,
      1565334789,
      297296480,
    ]
  `);
});

test("partitions of ordinary words are of about equal size", () => {
  const sizes = [0, 0, 0, 0];
  for (let i = 0; i < 10_000; i++) {
    const partition = partitionOf(`word${i}`, 4);
    sizes[partition] = (sizes[partition] ?? 0) + 1;
  }
  for (const size of sizes) expect(Math.abs(size - 2500)).toBeLessThan(250);
});
