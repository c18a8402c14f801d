import { existsSync } from "node:fs";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { librariesOf } from "./compiler-options.js";
import { bundleLibraries } from "./library-bundle.js";
import { nodeTypes } from "./module-resolution.js";

const { files, roots, absorbed } = bundleLibraries(["lib.es2023.d.ts"], nodeTypes());
const [language = "", node = ""] = files.values();

describe("the declarations of language and Node", () => {
  test("are in one file each, with all they refer to", () => {
    for (const name of ["interface Array<T>", "findLast<", "interface Promise<T>"])
      expect(language).toContain(name);
    for (const name of ['declare module "fs"', 'declare module "node:fs/promises"'])
      expect(node).toContain(name);
    expect(language).not.toContain("HTMLElement");
  });

  test("refer to no other file any more", () => {
    expect(/^\/\/\/ *<reference/m.test(`${language}${node}`)).toBe(false);
  });

  test("leave modules as they are, as roots of the program", () => {
    const modules = roots.filter((path) => !files.has(path));
    expect(modules.length).toBeLessThan(12);
    expect(modules.every((path) => existsSync(path) && !absorbed.has(path))).toBe(true);
  });

  test("come in the compiler's order, by which overloads are ranked", () => {
    const order = ["interface ObjectConstructor", "fromEntries", "findLast<"].map((text) =>
      language.indexOf(text),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });
});

test.each([
  ["20.11.1", "lib.es2023.d.ts"],
  ["22.0.0", "lib.es2024.d.ts"],
  ["23.4.0", "lib.es2024.d.ts"],
  ["24.1.0", "lib.esnext.d.ts"],
  ["26.0.0", "lib.esnext.d.ts"],
])("Node %s has the language of %s", (version, lib) => {
  expect(librariesOf(version)).toContain(lib);
  for (const name of librariesOf(version))
    expect(existsSync(ts.getDefaultLibFilePath({}).replace(/[^/\\]*$/, name))).toBe(true);
});
