import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type BuildOptions, build } from "esbuild";
import { afterEach, describe, expect, test } from "vitest";
import { type ClosureCase, REFUSED, TRAVELS } from "./testing/closure-cases.js";
import { type Outcome, type ProgramForm, writeProgram } from "./testing/closure-program.js";

const cases = [...TRAVELS, ...REFUSED];
const tsNode = dirname(createRequire(import.meta.url).resolve("ts-node/package.json"));

interface Way extends ProgramForm {
  /** Arguments of `node` in the program's folder. */
  args: string[];
  /** Set for a program that is bundled before it is run. */
  bundle?: BuildOptions;
}

const WAYS: Record<string, Way> = {
  "a plain program": { language: "js", modules: "module", args: ["main.js"] },
  "a program under ts-node, as CommonJS": {
    language: "ts",
    modules: "commonjs",
    args: [join(tsNode, "dist/bin.js"), "main.ts"],
  },
  "a program under ts-node, as ES modules": {
    language: "ts",
    modules: "module",
    args: ["--no-warnings", "--loader", pathToFileURL(join(tsNode, "esm.mjs")).href, "main.ts"],
  },
  "a bundle of esbuild": bundled("esm", {}),
  "a bundle of esbuild, minified": bundled("esm", { minify: true }),
  "a bundle of esbuild, minified, with names kept": bundled("esm", { minify: true, keepNames: true }),
  "a bundle of esbuild, as CommonJS": bundled("cjs", {}),
};

function bundled(format: "esm" | "cjs", options: BuildOptions): Way {
  const modules = format === "esm" ? "module" : "commonjs";
  const outfile = `out/main.${format === "esm" ? "mjs" : "cjs"}`;
  return {
    language: "js",
    modules,
    args: [outfile],
    // Packages stay outside: threads have programs of their own in millrace, and state in others.
    bundle: { bundle: true, platform: "node", format, packages: "external", outfile, ...options },
  };
}

let folder: string | undefined;
afterEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

describe("all cases of closures hold, with threads, in", () => {
  test.each(Object.entries(WAYS))("%s", async (_name, way) => {
    folder = mkdtempSync(join(tmpdir(), "millrace-program-"));
    writeProgram(folder, cases, way);
    if (way.bundle !== undefined)
      await build({ absWorkingDir: folder, entryPoints: ["main.js"], logLevel: "silent", ...way.bundle });
    const { stdout, stderr } = await promisify(execFile)(process.execPath, way.args, { cwd: folder });
    expect(stderr).toBe("");
    const outcomes = JSON.parse(stdout) as Outcome[];
    const isRewritten = way.bundle !== undefined || way.modules === "commonjs";
    expect(outcomes).toEqual(cases.map((one) => expected(one, isRewritten)));
  });
});

/** @param isRewritten names in sentences are then those of the bundle */
function expected({ gives, refused }: ClosureCase, isRewritten: boolean): unknown {
  if (refused === undefined) return { gives };
  const [code, sentence] = refused;
  const cause = sentence.source.replace(/.*`/, "");
  return {
    code,
    message: expect.stringMatching(isRewritten ? new RegExp(cause.replace("Secret", "\\w+")) : sentence),
  };
}
