import { describe, expect, it } from "vitest";
import { isPlainValue } from "./plain-value.js";

describe("plain values", () => {
  it.each(["1+1", "1 + 2.5 * 3;", "  x\n", "größe", "$", "true", "'a'", '"it\'s"', "10 / 4 % 3"])(
    "`%s` is one",
    (code) => expect(isPlainValue(code)).toBe(true),
  );

  it.each([
    "",
    "let x = 1",
    "x.y",
    "f()",
    "x + 1", // x may be an object
    "x\ny",
    "1 < 2",
    "1 + 'a'",
    "/1/ * 2",
    "1n + 1",
    "`text`",
    "'a' * 2",
    "this",
    "%who",
    "x?",
    "!ls",
    "x // a comment",
  ])("`%s` is none", (code) => expect(isPlainValue(code)).toBe(false));
});
