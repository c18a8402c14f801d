import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LanguageService } from "./language-service.js";
import { type NotebookFolder, notebookFolder } from "./testing/notebook-folder.js";

let folder: NotebookFolder;
let language: LanguageService;

beforeAll(() => {
  folder = notebookFolder();
  language = new LanguageService(folder.options, () => 0);
  language.warmUp();
});

afterAll(() => folder.remove());

/** Runs the cells in order and gives the problems of the last one as `line:column code message`. */
function problems(...cells: string[]): string[] {
  return cells
    .map((code) => {
      const found = language.begin(code, "warn");
      language.end(true);
      return found.map((p) => `${p.line}:${p.column} TS${p.code} ${p.message.split("\n")[0]}`);
    })
    .flatMap((found, i) => (i === cells.length - 1 ? found : []));
}

describe("a type error is found at its place", () => {
  test.each<[string, string[], RegExp]>([
    ["in a declaration", ['const n: number = "x"'], /^1:7 TS2322 Type 'string' is not assignable/],
    ["in a call", ["const f = (a: number) => a", 'f(1)\nf("x")'], /^2:3 TS2345 /],
    ["in a member of another cell's value", ["const row = { a: 1 }", "row.b"], /^1:5 TS2339 /],
    [
      "in a member of a stream",
      ['const ls = ssc.socketTextStream("h", 1)', "ls.mapp(x => x)"],
      /^1:4 TS2551 .*'map'/,
    ],
    ["in a closure of a stream", ['ssc.socketTextStream("h", 1).map(l => l.lenth)'], /^1:41 TS2551 /],
    ["behind a magic", ["%plot it's `\n  ssc.nope()"], /^2:7 TS2339 /],
    ["behind a magic's value", ["const v = %plot x\nconst w: string = 5"], /^2:7 TS2322 /],
    ["behind a top-level await", ["const q = await Promise.resolve(5); q.foo"], /^1:39 TS2339 /],
    ["in a template over lines", [`\`\n  \${ssc.nope}\``], /^2:9 TS2339 /],
    ["in a name inside a function", ["function f() { return nowhere }"], /^1:23 TS2304 /],
    [
      "against the latest declaration",
      ["const v = 1", 'const v = "text"', "v.toFixed()"],
      /^1:3 TS2339 .*"text"|^1:3 TS25/,
    ],
    ["in an assignment to another cell's variable", ["let level = 5", 'level = "high"'], /^1:1 TS2322 /],
    [
      "in an assignment to another cell's constant",
      ["const fixed = 5", "fixed = 6"],
      /^1:1 TS2588 .*it is a constant/,
    ],
    ["in what a package exports", ['import paint from "colour"; paint("blue")'], /^1:35 TS2345 /],
  ])("%s", (_, cells, expected) => {
    expect(problems(...cells)).toEqual([expect.stringMatching(expected)]);
  });
});

describe("no alarm is given for", () => {
  test.each<[string, string[]]>([
    ["a redeclaration with another type", ["const a = 1", 'const a = "x"', "a.length"]],
    [
      "a class declared again",
      [
        "class P { private x = 1 }",
        "const p = new P(); const g = (p: P) => p",
        "class P { private x = 1 }",
        "g(new P())",
      ],
    ],
    [
      "a function declared again with other parameters",
      ["function h(a: number) { return a }", "function h() { return 1 }", "h()"],
    ],
    [
      "parameters without a type",
      ["function twice(x) { return x * 2 }\ntwice('a'); [1].reduce((a, b) => a + b)"],
    ],
    ["an array that is filled later", ["const rows = []; rows.push(1); rows.push('a')"]],
    ["an array that another cell fills", ["const all = []", "all.push(1)", "all.push('x')"]],
    [
      "values that are not used",
      ["const unused = 1; function f2(a: number) {} import { increment } from './util'"],
    ],
    ["a last expression", ["1 + 1;\n({ a: 1 })"]],
    ["an object as last expression", ["const k = 1, l = 2", "{ k, l }", "{ a: k }", "{ a: k, b: l }"]],
    ["a package without types", ['import plainer from "untyped"; plainer.anything(1)', "plainer.more"]],
    ["a package that is not installed: its import fails", ['import { x } from "not-installed"', "x.y"]],
    [
      "JSON, files and node",
      [
        'import data from "./data.json"; import { readFileSync } from "node:fs"; readFileSync("x", "utf8") + data.rain',
      ],
    ],
    ["require", ['const path = require("node:path"); path.join("a")']],
    ["a variable set later", ["let u: number", "u = 5", "u + 1"]],
    ["a resource that is disposed of", ["{ using r = { [Symbol.dispose]() {} } }"]],
    ["top-level await and for await", ["for await (const x of [1]) console.log(x)\nawait 5"]],
    ["magics", ["%plot x --top 5\n!ls -l\nconst m = %plot y\nm.anything", "%%html\n<b>it's"]],
    [
      "decorators",
      ["function log(value: unknown, context: ClassMethodDecoratorContext) {}\nclass D { @log m() {} }"],
    ],
    [
      "enums and namespaces",
      ["enum Level { Low, High }\nnamespace N { export const x = Level.Low }", "N.x === Level.High"],
    ],
    ["an exported cell", ["export const ex = 1; export default ex", "ex.toFixed()"]],
    [
      "generics and satisfies",
      [
        "const id = <T,>(x: T) => x\nconst o = { a: 1 } satisfies Record<string, number>",
        "id(o).a.toFixed()",
      ],
    ],
    ["a syntax error, which the run reports", ["const = 5"]],
    ["`this` at the top", ["this"]],
    [
      "node's globals",
      [
        "setTimeout(() => {}, 1).unref(); Buffer.from('a'); structuredClone({}); fetch; performance.now(); process.argv",
      ],
    ],
  ])("%s", (_, cells) => {
    expect(problems(...cells)).toEqual([]);
  });
});

test("strict also asks for types that cannot be inferred", () => {
  expect(language.begin("function loose(x) { return x }", "strict").map(({ code }) => code)).toEqual([7006]);
  language.end(false);
});

test("a cell that was not compiled leaves what was before", () => {
  problems("const kept = 1");
  language.begin("const kept = 'text'", "warn");
  expect(language.complete("kept.toFi", 9).matches).toEqual([]);
  language.end(false);
  expect(language.complete("kept.toFi", 9).matches.map(({ text }) => text)).toEqual(["toFixed"]);
});

test("the declarations of a running cell are completed", () => {
  language.begin("const arriving = [1]", "warn");
  expect(language.complete("arriv", 5).matches.map(({ text }) => text)).toEqual(["arriving"]);
  language.end(true);
});

test("what was compiled once is known by its types, and shown as it was written", () => {
  problems(
    "/** Area. */\nfunction area2(w: number) {\n  return { w, square: w * w };\n}",
    "const made = area2(2)",
  );
  language.prepare();
  expect(language.inspect("made", 2, 0).text).toContain(
    "const made: {\n    w: number;\n    square: number;\n}",
  );
  expect(language.inspect("area2", 2, 1).text).toContain("return { w, square: w * w };");
  expect(language.inspect("area2", 2, 0).text).toContain("Area.");
});

test("two thousand cells that build on each other are checked by a new program too", () => {
  language.executed("const w0 = [1]");
  for (let i = 0; i < 2000; i++) language.executed(`const w${i + 1} = [...w${i}, ${i}]`);
  expect(problems('import paint from "colour"; w2000.map(n => n.nope)')).toEqual([
    expect.stringMatching(/TS2339 Property 'nope' does not exist on type 'number'/),
  ]);
});
