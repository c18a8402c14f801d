import { describe, expect, test } from "vitest";
import { type CompileEnvironment, compileCell } from "./compile-cell.js";
import { CellSyntaxError } from "./compile-error.js";
import { withoutLoopGuards } from "./loop-guards.js";
import { userName } from "./notebook-names.js";
import { positionAt } from "./position.js";
import { stripTypes } from "./typescript.js";

let stripped = 0;
const environment: CompileEnvironment = {
  magics: {
    kindsOf: (name) =>
      name.toLowerCase() === "stream" ? ["line"] : name === "plot" ? ["line", "cell"] : undefined,
    nearest: (name) => (name.startsWith("stre") ? ["stream"] : []),
  },
  stripTypes: (...args) => {
    stripped++;
    return stripTypes(...args);
  },
  options: {},
  isNotebookName: (name) => name === "earlier",
  isHostName: (name) => name in globalThis,
};
const compile = (code: string) => compileCell(code, environment);
/** Names of the notebook as `x·`, names of the kernel as `x¤`. */
const readable = (script: string) => script.replaceAll("\u200c", "·").replaceAll("\u200d", "¤");
const body = async (code: string) =>
  readable((await compile(code)).script)
    .replace(/^\((async )?function\([^)]*\)\{"use strict";/, "")
    .replace(/\n\}\)$/, "");

describe("names", () => {
  test.each([
    ["a variable of the cell", "let a = 1; a", "void (a· = 1); return [(a·)];"],
    ["a variable of an earlier cell", "earlier", "return [(earlier·)];"],
    ["a name nobody knows yet", "() => later", "return [(() => later·)];"],
    ["a name of Node", "Math.max(1)", "return [(Math.max(1))];"],
    ["an ambient name", "console", "return [(console)];"],
    [
      "an ambient name the cell declares",
      "let console = 1; console",
      "void (console· = 1); return [(console·)];",
    ],
    ["a parameter and a local", "a => { let b = a; return b }", "return [(a => { let b = a; return b })];"],
    ["a property and a label", "earlier.earlier", "return [(earlier·.earlier)];"],
    ["a shorthand property", "({ earlier })", "return [(({ earlier: earlier· }))];"],
    ["a catch parameter", "try { } catch (earlier) { earlier }", "try { } catch (earlier) { earlier }"],
    [
      "the outer name in a default parameter",
      "(x = earlier) => { var earlier }",
      "return [((x = earlier·) => { var earlier })];",
    ],
  ])("%s", async (_, code, expected) => expect(await body(code)).toBe(expected));
});

describe("declarations", () => {
  test.each([
    ["let without a value", "let a", "void (a· = void 0);"],
    ["a pattern", "const { a, b: [c = 1] } = earlier", "void ({ a: a·, b: [c· = 1] } = earlier·);"],
    ["a function", "function f() { f() }", "f·=f;function f() { f·() }"],
    ["a class", "class A extends earlier {}", "A· = class A extends earlier· {};"],
    ["a function value", "const f = () => 1", "void (f· = ({f: () => 1}).f);"],
    ["var in a loop", "for (var i = 0; i < 1;) ;", "for (void (i· = 0); i· < 1;)  {flag¤[0]&&stop¤();;}"],
    ["var of a loop", "for (var x of earlier) x", "for (x· of earlier·)  {flag¤[0]&&stop¤();x·}"],
    ["let of a loop", "for (let x of earlier) { x }", "for (let x of earlier·) {flag¤[0]&&stop¤(); x }"],
    [
      "no semicolons",
      "let a = 1\nlet [b] = earlier\na",
      "void (a· = 1);\nvoid ([b·] = earlier·);\nreturn [(a·)];",
    ],
  ])("%s", async (_, code, expected) => expect(await body(code)).toBe(expected));

  test("the kinds are known", async () => {
    const code = "let a; const b = 1; var c; class D {} function e() {} enum F {} import g from 'g'";
    const { declarations } = await compile(code);
    expect(declarations.map(({ name, kind }) => `${kind} ${name}`).sort()).toEqual(
      ["class D", "const b", "fresh F", "function e", "import g", "let a", "var c"].sort(),
    );
  });

  test("what TypeScript's lowering adds is no variable of the notebook", async () => {
    const { declarations } = await compile(
      "@((c: unknown) => c) class A { @((c: unknown) => c) m() {} }\nusing u = null",
    );
    expect(declarations.map(({ name }) => name).sort()).toEqual(["A", "u"]);
  });
});

describe("awaits and imports", () => {
  test.each([
    ["a cell that awaits nothing is a plain function", "1", false],
    ["an await in a function does not make the cell async", "async () => await 1", false],
    ["a top-level await does", "await 1", true],
    ["a magic does", "%stream start", true],
    ["an import does", "import a from 'a'", true],
  ])("%s", async (_, code, isAsync) =>
    expect((await compile(code)).script.startsWith("(async ")).toBe(isAsync),
  );

  test("an import waits for the magic above it, and is hoisted above other code", async () => {
    expect(await body("%stream start\nimport a from 'a'")).toBe(
      'show¤(await settle¤(magic¤("stream","start")));\nawait settle¤(imports¤(0));',
    );
    expect(await body("f()\nimport a from 'a'")).toBe("await settle¤(imports¤(0));f·()\n");
  });

  test("import() and import.meta are the cell's", async () => {
    expect(await body("import(earlier); import.meta.url")).toBe("load¤(earlier·); return [(meta¤.url)];");
  });
});

describe("magics", () => {
  test.each([
    ["a line", "%stream start", 'return [(await settle¤(magic¤("stream","start")))];'],
    ["a value", "const s = %plot a", 'void (s· = await settle¤(magic¤("plot","a",{"assigned":true})));'],
    [
      "a value whose variable nobody declared",
      "s = %plot a",
      'return [(s· = await settle¤(magic¤("plot","a",{"assigned":true})))];',
    ],
    [
      "a value of a known variable, above a bracket",
      "earlier = %plot a\n[1]",
      'earlier· = await settle¤(magic¤("plot","a",{"assigned":true}));\nreturn [([1])];',
    ],
    ["a line above other code", "%plot a\n1", 'show¤(await settle¤(magic¤("plot","a")));\nreturn [(1)];'],
    [
      "a line that ends with a semicolon",
      "%plot a;\n1",
      'void await settle¤(magic¤("plot","a"));\nreturn [(1)];',
    ],
    ["the last line, with a semicolon", "%plot a;", 'void await settle¤(magic¤("plot","a"));'],
    [
      "a line in a function",
      "async () => {\n%plot a\n}",
      'return [(async () => {\nshow¤(await magic¤("plot","a"));\n})];',
    ],
    [
      "a cell",
      "%%plot a\n`$",
      'return [(await settle¤(magic¤("plot","a",{"body":"`$","assigned":false})))];',
    ],
  ])("%s", async (_, code, expected) => expect(await body(code)).toBe(expected));
});

describe("a magic's value makes a variable where there is none", () => {
  test.each([
    ["s = %plot a", ["s"]],
    ["s = %plot a\ns = %plot b", ["s"]],
    ["let s: unknown\ns = %plot a", ["s"]],
    ["earlier = %plot a", []],
    ["Math = %plot a", []],
    ["s.t = %plot a", []],
    ["async () => {\n  s = %plot a\n}", []],
  ])("%j", async (code, names) => {
    expect((await compile(code)).declarations.map(({ name }) => name)).toEqual(names);
  });
});

describe("JavaScript goes without esbuild, TypeScript does not", () => {
  test.each([
    ["const a = [1].map(x => x < 2)", 0],
    ["for (let i = 0; i < 3; i++) { if (i > 1) i }", 0],
    ["earlier<number>(1)", 1],
    ["earlier(earlier<A, B>(1))", 1],
    ["earlier<A | B>(1)", 1],
    ["const a: number = 1", 1],
  ])("%s", async (code, times) => {
    stripped = 0;
    await compile(code);
    expect(stripped).toBe(times);
  });
});

describe("an error is placed in the cell as it was written", () => {
  test.each([
    ["let x: number = 1 +", 1, 19, "Unexpected end of file"],
    ["%stream start\nlet é = 'ü' + ;", 2, 14, 'Unexpected ";"'],
    ["let a = 1\n%strem x", 2, 0, "there is no magic %strem; did you mean %stream?"],
    ["%%stream\nx", 1, 0, "%%stream does not exist; this magic is written as one line, %stream"],
    [
      "!ls",
      1,
      0,
      '"!ls" would run a shell command, and this kernel has no magic %sh; use node:child_process',
    ],
    [
      "if (true) { %stream start }",
      1,
      12,
      "%stream cannot stand here: a magic begins its line, or stands behind `x =` and goes to the end of the line",
    ],
    ["%stream start\nlet é = (%plot x)", 2, 9, "%plot cannot stand here"],
    [
      "1;\n%%cell of text",
      2,
      0,
      "%%cell cannot stand here: it takes a whole cell, and stands in the first line of it",
    ],
    ["% stream", 1, 0, "a magic has its name right behind the %"],
    [
      "function f() {\n  %stream start\n}",
      2,
      2,
      '"%stream start" cannot stand here: a magic runs where `await` may',
    ],
  ])("%j", async (code, line, column, message) => {
    const error = await compile(code).catch((e: unknown) => e);
    if (!(error instanceof CellSyntaxError)) throw error;
    expect(error.message).toContain(message);
    expect(error.at).toEqual({ line, column });
  });
});

describe("places in the script lead back to the cell", () => {
  const CODES = [
    "let a = 1\nearlier.here()",
    "interface A { x: number }\nconst a: A = { x: 1 }\nfunction f(p: A): number {\n  return earlier.here(p as A)\n}",
    "%stream start // c\nconst s = %plot x\nfor (const x of [1] as number[]) earlier.here(x)",
    "const a = 1\n{ b: earlier.here }",
    "import a from 'a'\n\nawait earlier.here()",
  ];
  test.each(CODES)("%j", async (code) => {
    const { script, origins } = await compile(code);
    const found = origins.original(positionAt(script, script.indexOf("here")));
    expect(found).toEqual(positionAt(code, code.indexOf("here")));
  });
});

test("the guards of a function's source are blanked out, all else keeps its place", async () => {
  const { script } = await compile("const f = () => { for (;;) { a() } while (b) c() }");
  const source = withoutLoopGuards(script);
  expect(source).toHaveLength(script.length);
  expect(source).not.toContain("stop");
  expect(userName(source.slice(source.indexOf("a\u200c"), source.indexOf("a\u200c") + 2))).toBe("a");
});
