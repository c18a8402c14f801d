import { describe, expect, test } from "vitest";
import { decodeColumns, encodeColumn } from "./column-codec.js";

function roundTrip(...columns: ArrayLike<unknown>[]): unknown[][] {
  const bytes = Buffer.concat(columns.flatMap(encodeColumn));
  return decodeColumns(bytes, columns.length, columns[0]?.length ?? 0).map((column) => [...column]);
}

describe("a column comes back from its bytes as structured clone would give it", () => {
  const match = /(?<a>.)b/.exec("ab");
  const date = new Date(5);
  test.each<[string, unknown[]]>([
    ["no values", []],
    ["numbers", [1, -0, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]],
    ["ASCII strings", ["a", "", "a longer one, cut out by reference"]],
    ["other strings", ["é", "日本", "", "😀"]],
    ["half of a surrogate pair", ["\ud83d", "x"]],
    ["booleans, null and undefined", [true, null, undefined, false]],
    ["numbers among strings", [1, "1", 2n]],
    [
      "tuples",
      [
        ["a", 1, [true]],
        ["b", 2, [false]],
      ],
    ],
    ["arrays of many lengths", [[], [1], [1, 2]]],
    ["empty arrays", [[], []]],
    [
      "objects of one shape",
      [
        { a: 1, b: { c: "x" } },
        { a: 2, b: { c: "y" } },
      ],
    ],
    ["objects of many shapes", [{ a: 1 }, { b: 1 }, { b: 1, a: 1 }, {}]],
    ["an object with a field __proto__", [JSON.parse('{"__proto__": 1}')]],
    ["dates, maps, sets and bytes", [date, new Map([[1, date]]), new Set(["a"]), new Uint8Array([1, 2])]],
    ["what a regular expression matched", [match, match]],
    ["arrays deeper than columns go", [[[[[[[["deep"]]]]]]], [[[[[[["er"]]]]]]]]],
  ])("%s", (_name, values) => {
    expect(roundTrip(values)).toEqual([structuredClone(values)]);
  });
});

test.each([Uint8Array.of(0, 255), Uint16Array.of(0, 65535), Int32Array.of(-1, 2 ** 31 - 1)])(
  "integers of one length come back as numbers: %s",
  (integers) => {
    expect(roundTrip(integers, ["a", "b"])).toEqual([[...integers], ["a", "b"]]);
  },
);

test("an array that holds itself does so again", () => {
  const circle: unknown[] = [1];
  circle.push(circle);
  let inner: unknown = roundTrip([circle])[0]?.[0];
  for (let depth = 0; depth < 20; depth++) inner = (inner as unknown[])[1];
  expect((inner as unknown[])[0]).toBe(1);
});

test("columns one after the other are told apart", () => {
  expect(
    roundTrip(["a", "b"], Float64Array.of(1, 2), [
      ["x", 1],
      ["y", 2],
    ]),
  ).toEqual([
    ["a", "b"],
    [1, 2],
    [
      ["x", 1],
      ["y", 2],
    ],
  ]);
});

test("what cannot be cloned is refused as structured clone refuses it", () => {
  expect(() => encodeColumn([() => 1])).toThrow(/could not be cloned/);
});
