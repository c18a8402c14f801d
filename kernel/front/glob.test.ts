import { expect, it } from "vitest";
import { globPattern } from "./glob.js";

it.each([
  ["*number[]*", "const a: number[] = []", true],
  ["number[]", "number", false],
  ["a[", "a[", true],
  ["a[^]", "a[^]", true],
  ["[]]", "]", true],
  ["[]a]", "a", true],
  ["[^]]", "]", false],
  ["[!a-c]", "d", true],
  ["[!a-c]", "b", false],
  ["[a-]", "-", true],
  ["[\\]", "\\", true],
  ["[z-a]", "m", false],
  ["[!z-a]", "m", true],
  ["[z-ab]", "b", true],
])("the glob %s of %s: %s", (glob, text, matches) => {
  expect(globPattern(glob).test(text)).toBe(matches);
});
