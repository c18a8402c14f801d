import { expect, test } from "vitest";
import { openBracket } from "./open-bracket.js";

test.each([
  ["f(a, [1, 2], { b }", 1],
  ["f(a, [1,", 5],
  ["if (a) {\n  b()\n", 7],
  ["f()", -1],
  ["'(' + /[(]/ + `(` // (", -1],
  ["a / (b", 4],
  [`\`text \${f(a)} more \${`, 0],
  [`\`text \${{ a: 1 }} more\``, -1],
])("%j is open at %i", (text, offset) => {
  expect(openBracket(text)).toBe(offset);
});
