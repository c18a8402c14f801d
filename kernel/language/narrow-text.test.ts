import { expect, test } from "vitest";
import { narrow, widen } from "./narrow-text.js";

test.each([
  ["plain", "a\nb", "a\nb"],
  ["letters of Latin-1", "naïve ÿ", "naïve ÿ"],
  ["a dash", "1 – 2", "1 \u00912013 2"],
  ["a pair of surrogates", "💥", "\u0091d83d\u0091dca5"],
])("%s", (_, text, narrowed) => {
  expect(narrow(text)).toBe(narrowed);
  expect(widen(narrowed)).toBe(text);
});
