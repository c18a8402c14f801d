import { isBuiltin } from "node:module";
import { beforeEach, describe, expect, test } from "vitest";
import { nodeTypes } from "./module-resolution.js";
import { NodeLibrary } from "./node-library.js";

let node: NodeLibrary;
beforeEach(() => {
  node = new NodeLibrary(nodeTypes());
});

const names = (paths: readonly string[]): string[] =>
  paths.map((path) => path.replace(/.*@types\/node\//, "")).sort();

describe("the declarations of Node", () => {
  test("begin with the globals, in one file and a few modules", () => {
    const [globals = ""] = node.files.values();
    for (const name of ["interface Process ", "interface Console", "class URL", "var crypto"])
      expect(globals).toContain(name);
    for (const name of ["interface TestContext", "function readFileSync", "/// <reference"])
      expect(globals).not.toContain(name);
    expect(node.roots.length).toBeLessThan(12);
    expect(node.asked).toEqual([]);
  });

  test("are those of a file that declares a module once that was asked for", () => {
    for (const specifier of ["node:fs/promises", "path/posix", "node:path"]) node.ask(specifier);
    expect(node.take()).toBe(true);
    expect(names(node.asked)).toEqual(["fs/promises.d.ts", "path.d.ts"]);
    expect(node.take()).toBe(false);
  });

  test("are there already for modules with globals, and nowhere for others", () => {
    for (const specifier of ["node:process", "colour"]) node.ask(specifier);
    expect(node.take()).toBe(false);
  });

  test("name all modules, with and without their prefix", () => {
    expect(node.modules).toEqual(expect.arrayContaining(["fs", "node:fs", "node:test", "util/types"]));
    expect(node.modules.filter((name) => !isBuiltin(name) && name !== "node:sea")).toEqual([]);
  });

  test("import a package only once it was asked for", () => {
    const [from = ""] = node.roots;
    expect(node.postpones("undici-types", from)).toBe(true);
    expect(node.postpones("undici-types", "/notebook/a.ts")).toBe(false);
    node.ask("undici-types");
    expect(node.take()).toBe(true);
    expect(node.postpones("undici-types", from)).toBe(false);
  });
});
