import { describe, expect, it } from "vitest";
import { magicSummary } from "../kernel/magic/summary.js";
import { languageOptions } from "./language-options.js";
import { MAGIC_SUMMARIES } from "./magic-summaries.js";

describe("what the language worker is told", () => {
  it("names the declarations of the globals and of the package, below dist/types", () => {
    const { cwd, globals, modules } = languageOptions("/notebooks", (path) => `/types/${path}`, []);
    expect(cwd).toBe("/notebooks");
    expect(globals).toEqual([
      "/types/kernel/display/cell-globals.d.ts",
      "/types/magics/notebook-globals.d.ts",
    ]);
    expect(modules.millrace).toBe("/types/runtime/index.d.ts");
  });

  it("has the kernel's own magics and those of streams", () => {
    const names = MAGIC_SUMMARIES.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["help", "lsmagic", "stream", "plot"]));
  });

  it("can be sent to a thread, and kept as JSON", () => {
    expect(JSON.parse(JSON.stringify(MAGIC_SUMMARIES))).toEqual(MAGIC_SUMMARIES);
    expect(() => structuredClone(languageOptions("/", String, MAGIC_SUMMARIES))).not.toThrow();
  });

  it("is of a magic its help and its parameters, with their choices and variable types", () => {
    const summary = magicSummary({
      name: "paint",
      kinds: ["line"],
      summary: "Paints.",
      params: [
        { kind: "positional", name: "what", help: "a stream", variableTypes: ["DStream"] },
        { kind: "option", name: "color", help: "its colour", choices: ["red", "blue"] },
        { kind: "flag", name: "fast", help: "hurries" },
      ],
    });
    expect(summary.params).toEqual([
      { name: "what", kind: "positional", help: "a stream", variableTypes: ["DStream"] },
      { name: "color", kind: "option", help: "its colour", choices: ["red", "blue"] },
      { name: "fast", kind: "flag", help: "hurries" },
    ]);
    expect(summary.help).toContain("--color");
  });
});
