import { existsSync } from "node:fs";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { librariesOf } from "./compiler-options.js";
import { bundleLibraries, isModule } from "./library-bundle.js";

const { text } = bundleLibraries(["lib.es2023.d.ts"]);

describe("the declarations of the language", () => {
  test("are in one file, with all they refer to", () => {
    for (const name of ["interface Array<T>", "findLast<", "interface Promise<T>"])
      expect(text).toContain(name);
    expect(text).not.toContain("HTMLElement");
  });

  test("refer to no other file any more", () => {
    expect(/^\/\/\/ *<reference/m.test(text)).toBe(false);
  });

  test("come in the compiler's order, by which overloads are ranked", () => {
    const order = ["interface ObjectConstructor", "fromEntries", "findLast<"].map((name) =>
      text.indexOf(name),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });
});

test.each(["20.11.1", "22.0.0", "24.1.0"])(
  "of Node %s all that is global is global in the one file",
  (version) => {
    const bundle = bundleLibraries(librariesOf(version));
    expect(isModule(bundle.text)).toBe(false);
    expect(bundle.modules.filter((path) => bundle.absorbed.has(path))).toEqual([]);
  },
);

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
