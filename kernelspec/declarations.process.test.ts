import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { languageOptions } from "./language-options.js";
import { packageRoot } from "./package-root.js";

const TYPES = join(packageRoot, "dist", "types");

/** The built declarations that these lead to, by path below dist/types. */
function reached(roots: readonly string[]): Set<string> {
  const files = new Set(roots);
  for (const file of files) {
    const text = readFileSync(join(TYPES, file), "utf8");
    for (const [, target = ""] of text.matchAll(/\b(?:from|import)\b\s*\(?\s*"(\.[^"]+)\.js"/g)) {
      const path = relative(TYPES, join(TYPES, dirname(file), `${target}.d.ts`));
      if (existsSync(join(TYPES, path))) files.add(path);
    }
  }
  return files;
}

test("what a notebook is checked with leads to nothing of workers, tasks and the engine's messages: all of it is read at each start", () => {
  const { globals, modules } = languageOptions("/", (path) => path, []);
  const files = [...reached([...globals, ...Object.values(modules)])];
  expect(files).toContain("runtime/context/dstream.d.ts");
  expect(files.filter((file) => /^runtime\/(pool|disk)\/|^runtime\/engine\/port/.test(file))).toEqual([]);
});
