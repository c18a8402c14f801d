import { expect, test } from "vitest";
import { equalJson } from "./equal-json.js";

test.each<[unknown, unknown, boolean]>([
  [{ a: 1, b: [{ c: 2, d: null }] }, { b: [{ d: null, c: 2 }], a: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [[1, 2], [2, 1], false],
  [{ a: undefined }, {}, true],
  [undefined, {}, false],
])("%j and %j: %s", (a, b, equal) => {
  expect(equalJson(a, b)).toBe(equal);
});
