import { describe, expect, test } from "vitest";
import { expandBraces, isPattern, nameMatcher, splitList } from "./glob.js";

describe("a list of paths", () => {
  test.each([
    ["a,b", ["a", "b"]],
    ["a{b,c},d", ["a{b,c}", "d"]],
    ["a\\,b,c", ["a\\,b", "c"]],
    [",a,,", ["a"]],
  ])("%s", (list, paths) => expect(splitList(list)).toEqual(paths));
});

describe("braces", () => {
  test.each([
    ["a", ["a"]],
    ["a{b,c}d", ["abd", "acd"]],
    ["{a,b}{c,d}", ["ac", "ad", "bc", "bd"]],
    ["x{a{1,2},b}", ["xa1", "xa2", "xb"]],
    ["{a/b,c}/d", ["a/b/d", "c/d"]],
    ["a\\{b,c}", ["a\\{b,c}"]],
    ["a{b", ["a{b"]],
    ["a{,b}", ["a", "ab"]],
  ])("%s", (pattern, expanded) => expect(expandBraces(pattern)).toEqual(expanded));
});

describe("a pattern and the names that it matches", () => {
  test.each([
    ["*", ["", "a", "a.b"], []],
    ["a?c", ["abc", "a.c"], ["ac", "abbc"]],
    ["*.txt", ["a.txt", ".txt"], ["atxt", "a.txt.gz"]],
    ["[a-c]1", ["a1", "b1"], ["d1", "-1"]],
    ["[^a-c]1", ["d1"], ["a1"]],
    ["[!a]", ["b", "!"], ["a"]],
    ["[.]", ["."], ["a"]],
    ["[\\]]", ["]"], ["\\"]],
    ["a\\*", ["a*"], ["ab"]],
    ["(a|b)+$^", ["(a|b)+$^"], ["a"]],
    ["[", ["["], ["a"]],
    ["é?", ["é😀"], ["éab"]],
  ])("%s", (pattern, yes, no) => {
    expect(yes.filter((name) => !nameMatcher(pattern)(name))).toEqual([]);
    expect(no.filter((name) => nameMatcher(pattern)(name))).toEqual([]);
  });
});

test("what is escaped makes no pattern", () => {
  expect(["a*", "a?", "[a]", "\\\\*"].every(isPattern)).toBe(true);
  expect(["a", "a\\*", "\\[a]"].some(isPattern)).toBe(false);
});
