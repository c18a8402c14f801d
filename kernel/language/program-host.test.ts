import ts from "typescript";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { blankMagics, magicValueTypes } from "./blank-magics.js";
import { CellModules } from "./cell-modules.js";
import { ProgramHost } from "./program-host.js";
import { type NotebookFolder, notebookFolder } from "./testing/notebook-folder.js";

let folder: NotebookFolder;
let host: ProgramHost;
let cells: CellModules;
let service: ts.LanguageService;

beforeAll(() => {
  folder = notebookFolder();
  const { cwd, globals, modules } = folder.options;
  host = new ProgramHost({ folder: cwd, globals, modules, magicValues: magicValueTypes([]) });
  service = ts.createLanguageService(host);
  host.program(service);
});

afterAll(() => folder.remove());

beforeEach(() => {
  cells = new CellModules(host.cells, host.extension);
});

/** What the type checker says of the last cell after the others were run. */
function errors(...codes: string[]): string[] {
  const last = codes.pop() ?? "";
  const typescript = (code: string): string => blankMagics(code, () => false).text;
  for (const code of codes) cells.executed(typescript(code));
  const path = host.cells.edit(cells.prepare(typescript(last), () => false).text);
  const found = diagnostics(path);
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

function diagnostics(path: string): ts.Diagnostic[] {
  host.program(service);
  const found = [...service.getSyntacticDiagnostics(path), ...service.getSemanticDiagnostics(path)];
  return host.readMissing() ? diagnostics(path) : found;
}

describe("across cells there is no false alarm", () => {
  test.each<[string, string[]]>([
    ["redeclaration with another type", ["const a = 1", "const a = 'x'", "a.toUpperCase()"]],
    ["assignment to another cell's let", ["let n = 1", "n = 2; n += 1; n++"]],
    ["narrowing by that assignment", ["let s: string | undefined", "s = 'x'; s.length"]],
    ["a var of a nested block", ["if (true) { var v = 1 }", "v = 2"]],
    [
      "top-level await and for await",
      ["const r = await fetch('http://localhost')", "for await (const chunk of r.body ?? []) chunk"],
    ],
    [
      "a class used as value and as type",
      ["class A { x = 1 }", "const a: A = new A(); a.x", "class B extends A {}; new B().x"],
    ],
    [
      "an enum and a namespace",
      ["enum E { One }", "namespace N { export type T = E }", "const t: N.T = E.One"],
    ],
    [
      "a type-only import that a later cell uses",
      ['import type { Shade } from "colour"', "const s: Shade = { depth: 1 }"],
    ],
    ["a default import that a later cell uses", ['import paint from "colour"', 'paint("red")']],
    ["a namespace import that a later cell uses", ['import * as path from "node:path"', 'path.join("a")']],
    [
      "a relative import with and without extension",
      ['import { increment } from "./util.ts"', 'import { increment as i } from "./util"', "increment(i(1))"],
    ],
    ["exports in a cell", ["export const a = 1; const b = 2; export { b }; export default 3", "a + b"]],
    ["a generic alias", ["type Pair<T> = [T, T]", "const p: Pair<number> = [1, 2]"]],
    ["magics between code", ["%plot x\nconst n = %peek counts", "n.anything\n%stream stop\n(n)"]],
    ["a value and a type of one name", ["type P = { a: 1 }; const P = { a: 1 } as P", "const q: P = P"]],
    ["destructuring", ["const { a, ...rest } = { a: 1, b: 2 }; let [x] = [3]", "x = a + rest.b"]],
    ["a name of the globals declared anew", ["const Seconds = 5", "Seconds + 1"]],
    ["a name of the language declared anew", ["const name = 'x'; const Map = 1", "name.length + Map"]],
    [
      "the streams of the globals, inferred without a cast",
      [
        'const counts = ssc.socketTextStream("h", 1).flatMap(l => l.split(" ")).map(w => [w, 1]).reduceByKey((a, b) => a + b)',
        "counts.map(([word, count]) => word.length + count)",
      ],
    ],
  ])("%s", (_, codes) => {
    expect(errors(...codes)).toEqual([]);
  });
});

test("a real mistake is still seen across cells", () => {
  expect(errors("const a = 1", "a.toUpperCase()")).toEqual([
    "Property 'toUpperCase' does not exist on type '1'.",
  ]);
});

test("a cell sees the declarations that were there when it ran", () => {
  expect(errors("const a = 1", "const b = a", "const a = 'x'", "b.toFixed()")).toEqual([]);
});

test("two hundred cells that build on each other are still checked", () => {
  const chain = Array.from({ length: 200 }, (_, i) => `const v${i + 1} = [...v${i}, ${i}]`);
  expect(errors("const v0 = [1]", ...chain, "v200.map(n => n.toFixed())")).toEqual([]);
});

test("a new program reads no declarations of Node that nobody has looked at", () => {
  expect(errors('import { increment } from "./util"; increment(1)')).toEqual([]);
  expect(errors('import { Shade } from "colour"')).toEqual([]);
  expect(host.node.asked.filter((path) => path.endsWith("/http2.d.ts"))).toEqual([]);
});
