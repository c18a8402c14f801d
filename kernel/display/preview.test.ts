import { expect, test } from "vitest";
import { preview } from "./preview.js";

test.each<[string, unknown, string]>([
  ["a number", 5, "5"],
  ["a text", "a", "'a'"],
  ["rows", [{ a: 1 }, { a: 2 }], "[ { a: 1 }, { a: 2 } ]"],
  [
    "a long array by its first ten",
    Array.from({ length: 1e6 }, () => 1),
    "[\n  1, 1, 1, 1, 1,\n  1, 1, 1, 1, 1,\n  ... 999990 more items\n]",
  ],
  ["a map", new Map([["a", 1]]), "Map(1) { 'a' => 1 }"],
  ["undefined", undefined, "undefined"],
  [
    "something wide",
    Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [i, i])),
    "{ … more than a thousand keys }",
  ],
])("%s", (_, value, expected) => expect(preview(value)).toBe(expected));

test("a function is told by its type alone", () => expect(preview(() => 1)).toBeUndefined());

test("a long text is cut", () =>
  expect(preview("x".repeat(1e6))).toMatch(/^'x{200}'\.\.\. 999800 more characters$/));

test("nothing of the value is run: getters, proxies, custom inspection", () => {
  const ran: string[] = [];
  const trap = (name: string) => () => {
    ran.push(name);
    return undefined;
  };
  const value = {
    get lazy() {
      ran.push("getter");
      return 1;
    },
    [Symbol.for("nodejs.util.inspect.custom")]: trap("custom"),
    proxy: new Proxy(
      {},
      { get: trap("get"), ownKeys: () => [], getOwnPropertyDescriptor: trap("descriptor") },
    ),
  };
  expect(preview(value)).toContain("lazy: [Getter]");
  expect(preview(value.proxy)).toBe("{}");
  expect(ran).toEqual([]);
});
