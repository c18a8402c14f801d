import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as lowering from "./lower-syntax.js";
import type { CompilerOptions, StripContext } from "./stripped-text.js";
import { stripTypes } from "./typescript.js";

const lowered = vi.spyOn(lowering, "lowerSyntax");
beforeEach(() => void lowered.mockClear());
afterEach(lowering.stopEsbuild);

const strip = async (code: string, options: CompilerOptions = {}, context?: StripContext) =>
  (await stripTypes(code, options, context)).code.trim().replace(/\s*\n\s*/g, " ");

describe("in this process", () => {
  test.each<[what: string, code: string, stripped: string, options?: CompilerOptions]>([
    ["annotations", "const a: number = b as any;", "const a = b;"],
    ["type arguments", "f<number>(1);", "f(1);"],
    ["declarations of types", "interface A {} type B = A; declare const c: B; 1;", "1;"],
    [
      "what classes declare",
      "abstract class A { declare a: 1; b?: 2; abstract c(): void }",
      "class A { b; }",
    ],
    [
      "parameter properties",
      "class A { constructor(readonly a: 1) {} }",
      "class A { a; constructor(a) { this.a = a; } }",
    ],
    [
      "imports of types, no others",
      'import type { A } from "a"; import { type B, C } from "b";',
      'import { C } from "b";',
    ],
    ["an import that a later cell uses", 'import { A } from "a"; let b: A;', 'import { A } from "a"; let b;'],
    [
      "attributes of imports",
      'import a from "a" with { type: "json" }; let b: 1;',
      'import a from "a" with { type: "json" }; let b;',
    ],
    ["comments stay", "/** why */ const a: 1 = 1;\n// so\na", "/** why */ const a = 1; // so a;"],
    ["names of the kernel", "const a\u200c: 1 = 1;", "const a\u200c = 1;"],
    [
      "elements by a factory",
      "<a>{b as 1}</a>;",
      '/* @__PURE__ */ make("a", null, b);',
      { jsx: "react", jsxFactory: "make" },
    ],
    ["decorators that are not used", "let a: 1;", "let a;", { experimentalDecorators: true }],
  ])("%s", async (_, code, stripped, options) => {
    expect(await strip(code, options)).toBe(stripped);
    expect(lowered).not.toHaveBeenCalled();
  });

  test("an enum", async () => {
    expect(await strip("enum A { B }")).toMatch(/^var A = .*\["B"\] = 0/);
    expect(lowered).not.toHaveBeenCalled();
  });

  test("a file's imports that are used as types only", async () => {
    const code = 'import { A, b } from "a"; let c: A = b;';
    expect(await strip(code, {}, { elideUnusedImports: true })).toBe('import { b } from "a"; let c = b;');
    expect(lowered).not.toHaveBeenCalled();
  });
});

describe("by esbuild, since Node 20 or oxc lacks it", () => {
  test.each<[what: string, code: string, holds: string, options?: CompilerOptions]>([
    ["decorators", "@a class A {}", "__decorateElement(_init, 0"],
    ["decorators of TypeScript", "@a class A {}", "__decorateClass([", { experimentalDecorators: true }],
    ["an accessor keyword", "class A { accessor b = 1 }", "get b() { return this.#b; }"],
    ["using", "using a = b", "var a = __using(_stack, b);"],
    ["await using", "await using a = b", "_promise && await _promise;"],
    [
      "namespaces, whose parts know each other",
      "namespace A { export const b = 1 }\nnamespace A { export const c = b }",
      "A2.c = A2.b;",
    ],
    [
      "fields that are assigned",
      "class A { b: 1; c = 2 }",
      "this.c = 2;",
      { useDefineForClassFields: false },
    ],
    ["elements of other kinds", "<a/>", "jsxDEV(", { jsx: "react-jsxdev" }],
    ["what oxc refuses and Node does not", "class A { constructor(a: 1); }", "class A { }"],
  ])("%s", async (_, code, holds, options) => {
    expect(await strip(code, options)).toContain(holds);
    expect(lowered).toHaveBeenCalledOnce();
  });
});

test("what is wrong is said by esbuild, at its place", async () => {
  const refused = stripTypes("let a: number\nlet é = 'ü' + ;", {});
  await expect(refused).rejects.toMatchObject({ message: 'Unexpected ";"', at: { line: 2, column: 14 } });
});
