import { describe, expect, test } from "vitest";
import { scanCell } from "./scan-cell.js";

const VARIABLES = new Set(["done", "count"]);
/** A scanner that asks of an empty name has found none. */
const scan = (code: string) => scanCell(code, (name) => name === "" || VARIABLES.has(name));
const magics = (code: string) => scan(code).magics.map(({ kind, name, line }) => `${kind} ${name}(${line})`);

describe("a magic is found", () => {
  test.each([
    ["at the start of a cell", "%stream start", ["line stream(start)"]],
    ["indented", "  %stream start", ["line stream(start)"]],
    ["in a block", "if (x) {\n  %stream start\n}", ["line stream(start)"]],
    ["after a statement without semicolon", "const a = 1\n%stream start\na", ["line stream(start)"]],
    ["after a comment", "// first\n%stream start", ["line stream(start)"]],
    ["after another", "%a 1\n%b 2", ["line a(1)", "line b(2)"]],
    ["behind an equals sign", "const s = %plot counts --top 20", ["value plot(counts --top 20)"]],
    ["behind an assignment", "s = %plot counts", ["value plot(counts)"]],
    ["with a semicolon, which hides its value", "%stream status;", ["line stream(status)"]],
    ["with a comment behind it", "%stream start // go", ["line stream(start)"]],
    ["with a URL, which is no comment", "%load http://a/b // c", ["line load(http://a/b)"]],
    ["with a comment sign in quotes", '%load "a // b" // c', ['line load("a // b")']],
    [
      "with an apostrophe in its text",
      "%title it's\n%stream start",
      ["line title(it's)", "line stream(start)"],
    ],
    [
      "as a shell command behind an equals sign",
      "const a = !ls -l\nb = !./run",
      ["shell value sh(ls -l)", "shell value sh(./run)"],
    ],
    [
      "as a shell command that begins with no name",
      "!../run.sh\n!/bin/ls\n!~/run",
      ["shell sh(../run.sh)", "shell sh(/bin/ls)", "shell sh(~/run)"],
    ],
    [
      "as a shell command that has the name of a parameter, outside of its function",
      "const f = (ls) => ls\n!ls",
      ["shell sh(ls)"],
    ],
    ["that goes on in the next line", "%plot a \\\n  --top 5;\nb", ["line plot(a --top 5)"]],
    ["as a shell command that does", "!ls \\\n  -l\nb", ["shell sh(ls \\\n  -l)"]],
    ["as a shell command", "!ls -la\n!./run.sh", ["shell sh(ls -la)", "shell sh(./run.sh)"]],
  ])("%s", (_, code, expected) => expect(magics(code)).toEqual(expected));
});

describe("a percent sign or an exclamation mark is no magic", () => {
  test.each([
    ["in a string", "const a = '\\\n%stream start'"],
    ["in a template", `\`\n%stream start\n\${a}\n%stream stop\``],
    ["in a template inside a substitution", `\`\${\`\n%stream start\`}\``],
    ["in a comment", "/*\n%stream start\n*/ // %stream"],
    ["in parentheses", "f(\n  a\n  %b\n)"],
    ["in brackets", "[\n  a\n  %b\n]"],
    ["in an object", "const o = { a: b\n  %c }"],
    ["as the remainder, with a blank", "a\n  % b"],
    ["as the remainder, in the line", "const r = a %b"],
    ["as a remainder that is assigned", "a %=b"],
    ["after a line that ends with an operator", "const r = a +\n%b"],
    ["in a regular expression", "const r = /\\/'%a/\nr"],
    ["as the negation of a variable", "!done\n!count.size"],
    ["as a negation that is assigned", "let a = !done\na = !f()\na = !b.c"],
    ["as a negation that is assigned in a block", "const f = () => {\n  const a = !later\n}"],
    ["as the negation of a parameter", "xs.forEach(async (ready) => {\n  !ready && retry()\n})"],
    ["as the negation of one parameter of many", "each((a, ready: boolean, { b }) => {\n  !ready && b()\n})"],
    ["as the negation of a destructured parameter", "each(({ ready }) => {\n  !ready && f()\n})"],
    ["as the negation of a parameter of a method", "class A { f(ready): void {\n  !ready && g() } }"],
    ["as the negation of a parameter without parentheses", "each(ready => {\n  !ready && f()\n})"],
    ["as the negation of a literal, or twice", "!true\n!!x\n!(a)"],
    ["as a non-null assertion", "const a = b!\nfoo!.bar"],
  ])("%s", (_, code) => expect(magics(code)).toEqual([]));
});

describe("a trailing semicolon is found", () => {
  test.each([
    ["a;", true],
    ["a; // hidden", true],
    ["a; /* b */ \n", true],
    ["a", false],
    ["a // ;", false],
    ["';'", false],
    ["`;`", false],
    ["%stream status;", true],
    ["%stream status", false],
  ])("%j: %s", (code, expected) => expect(scan(code).endsWithSemicolon).toBe(expected));
});

describe("braces that may be an object are found", () => {
  test.each([
    ["{ a: 1 }", "{ a: 1 }"],
    ["const b = 1\n{ a: 1 } // c", "{ a: 1 }"],
    ["f();\n{ a }", "{ a }"],
    ["{ a: 1 };", undefined],
    ["if (x) { a }", undefined],
    ["try { a } finally { b }", undefined],
    ["const f = () => { a }", undefined],
    ["{ a }\nb", undefined],
    ["const o = { a }", undefined],
  ])("%j: %j", (code, expected) => {
    const braces = scan(code).lastBraces;
    expect(braces && code.slice(braces.start, braces.end)).toBe(expected);
  });
});
