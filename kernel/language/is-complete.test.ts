import { describe, expect, test } from "vitest";
import { blankMagics } from "./blank-magics.js";
import { isComplete } from "./is-complete.js";

const answer = (code: string, extension = ".ts") =>
  isComplete(
    blankMagics(code, () => false),
    extension,
  );
const status = (code: string, extension?: string) => answer(code, extension).status;

describe("complete", () => {
  test.each([
    "",
    "// only a comment",
    "1 + 1",
    "const a = 1;\nfunction f() {\n  return a;\n}",
    "if (a) {}",
    "declare function f(): void",
    "function f(a: string): void;",
    "@sealed class A {}",
    "await fetch(url)",
    "for await (const x of y) console.log(x)",
    `\`a\n\${b}\nc\``,
    '{ a: 1, "b": [2] }',
    "{ const a = 1; f(a) }",
    "%plot counts --top 20",
    "const n = %peek counts",
    "!ls -l",
    "%stream start\ncounts.print()",
    "%%html\n<b>\n",
    "%%html\n\n",
  ])("%j", (code) => {
    expect(status(code)).toBe("complete");
  });
});

describe("incomplete, with the indent of the next line", () => {
  test.each([
    ["function f() {", "  "],
    ["function f() {\n  g();", "  "],
    ["  if (a) {\n    b(() => {", "      "],
    ["foo(1,", "  "],
    ['{ a: 1, "b": [', "  "],
    ["{ const a = 1;", "  "],
    ["const list = [\n  1,", "  "],
    ["const a =", "  "],
    ["a &&", "  "],
    ["lines.", ""],
    ["x => ", "  "],
    ["const f = (\n  a: number,", "  "],
    ["if (a)", "  "],
    ["for (const a of b)", "  "],
    ["switch (a) {\n  case 1:", "    "],
    ["try {}", ""],
    ["do {}", ""],
    ["class A", ""],
    ["function f()", ""],
    ["@sealed", ""],
    ["import { a } from", ""],
    ["`text", ""],
    ["`text ${a", "  "],
    ["/* text", ""],
    ["a ? b :", ""],
    ["throw", ""],
    ["if (a) {\n  %stream stop", "  "],
    ["%plot counts \\", "  "],
    ["%%html", ""],
    ["%%html\n", ""],
    ["%%html\n<b>", ""],
  ])("%j", (code, indent) => {
    expect(answer(code)).toEqual({ status: "incomplete", indent });
  });
});

describe("invalid", () => {
  test.each([
    "a b",
    "}",
    "foo)",
    "else",
    "'text",
    "/pattern",
    "1 +* 2",
    "const = 1; {",
    "const x = 1 +\n%plot y",
  ])("%j", (code) => {
    expect(status(code)).toBe("invalid");
  });
});

test("JSX is read where the folder enables it", () => {
  expect(status("const a = <b>text", ".tsx")).toBe("incomplete");
  expect(status("const a = <b>text</b>", ".tsx")).toBe("complete");
});
