import { describe, expect, it } from "vitest";
import { toCodePoints, toUtf16 } from "./code-points.js";

describe("cursor positions", () => {
  it.each([
    ["abc", 2, 2],
    ["😀abc", 1, 2],
    ["a😀b", 2, 3],
    ["😀", 0, 0],
    ["ab", 9, 2],
    ["", 1, 0],
  ])("code point of %j at %i is UTF-16 offset %i", (code, points, offset) => {
    expect(toUtf16(code, points)).toBe(offset);
    expect(toCodePoints(code, offset)).toBe(Math.min(points, [...code].length));
  });

  it("counts a lone surrogate as one code point", () => {
    expect(toUtf16("\ud83dx", 1)).toBe(1);
  });
});
