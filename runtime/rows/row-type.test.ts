import { expect, test } from "vitest";
import { rowType } from "./row-type.js";

test.each<[string, unknown[]]>([
  ["unknown", []],
  ["number", [1, 2]],
  ["string | number", ["a", 1, "b"]],
  [
    "[string, number]",
    [
      ["a", 1],
      ["b", 2],
    ],
  ],
  ["[string, [number, string]]", [["a", [1, "x"]]]],
  ["number[]", [[1, 2, 3]]],
  ["(number | string)[]", [[1, "x", 3]]],
  ["unknown[]", [[]]],
  ["{ word: string; count: number }", [{ word: "a", count: 1 }]],
  ["{}", [{}]],
  ["Date", [new Date(0)]],
  ["null | undefined | bigint", [null, undefined, 1n]],
  ["{ a: { b: { c: object } } }", [{ a: { b: { c: { d: 1 } } } }]],
])("rows seem to be of type %s", (type, rows) => {
  expect(rowType(rows)).toBe(type);
});

test("no getter is run", () => {
  const row = Object.defineProperty({}, "loud", {
    get: () => {
      throw new Error("it was run");
    },
    enumerable: true,
  });
  expect(rowType([row])).toBe("{ loud: unknown }");
});

test("many fields are cut", () => {
  const row = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`f${i}`, i]));
  expect(rowType([row])).toMatch(/^\{ f0: number; .* f7: number; … \}$/);
});
