import ts from "typescript";
import { describe, expect, test } from "vitest";
import { declaredNames } from "./declared-names.js";

const names = (code: string) =>
  [...declaredNames(ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest))].map(
    ([name, { assignable, exported }]) => `${assignable ? "let " : ""}${exported ? "export " : ""}${name}`,
  );

describe("top-level names of a cell", () => {
  test.each<[string, string, string[]]>([
    ["variables", "const a = 1; let b, c = 2; var d", ["a", "let b", "let c", "let d"]],
    [
      "destructuring",
      "const { a, b: { c }, ...d } = o; let [e, , ...f] = l",
      ["a", "c", "d", "let e", "let f"],
    ],
    [
      "functions, overloads once",
      "function f(a: 1): 1; function f(a: any) {} async function* g() {}",
      ["f", "g"],
    ],
    [
      "classes and enums",
      "class A {} abstract class B {} enum C { x } const enum D { y }",
      ["A", "B", "C", "D"],
    ],
    [
      "types",
      "interface A {} type B = A; namespace C { export const x = 1 } declare let d: B",
      ["A", "B", "C", "let d"],
    ],
    [
      "imports",
      'import a, { b, c as d } from "x"; import * as e from "y"; import type { F } from "z"',
      ["a", "b", "d", "e", "F"],
    ],
    ["import for its effect", 'import "x"', []],
    ["import equals", 'import fs = require("fs")', ["fs"]],
    [
      "exported ones",
      "export const a = 1; export default class B {} const c = 2; export { c }",
      ["export a", "B", "export c"],
    ],
    [
      "var of nested blocks",
      "if (x) { var a = 1; let b = 2 } for (var i = 0;;) {} function f() { var no }",
      ["let a", "let i", "f"],
    ],
    ["a type and a variable of one name", "let A = 1; type A = string", ["A"]],
    ["augmentations declare nothing", 'declare global { var x: 1 } declare module "y" {}', []],
    ["using", "using file = open()", ["file"]],
    ["expressions declare nothing", "a + b; f(c)", []],
    ["broken code declares what it can", "const a = ; class B {", ["a", "B"]],
  ])("%s", (_, code, expected) => {
    expect(names(code)).toEqual(expected);
  });
});
