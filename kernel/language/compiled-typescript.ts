/**
 * TypeScript as the build packs it, and compiled before: what `import ts from "typescript"` means in dist/.
 *
 * The compiler's text has nine megabytes, without comments and long names three and a half. To read them takes V8 0.1 s, and
 * 20 MB that the allocator never gives back. What V8 has made of them once, with the functions that were needed, is
 * kept in a file, as Python does beside its modules: the language worker is up sooner, and the process stays smaller.
 */

import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

type Wrapper = (
  exports: object,
  require: NodeJS.Require,
  module: { exports: object },
  path: string,
  folder: string,
) => void;

/** Made by kernelspec/build.mjs: a function expression, as Node wraps CommonJS modules. ASCII only. */
const SCRIPT = fileURLToPath(new URL("./typescript.script.js", import.meta.url));
const CACHE = `${SCRIPT}.${process.versions.v8}.cache`;

/** TypeScript finds its libraries from its own path. */
const PACKAGE = createRequire(import.meta.url).resolve("typescript");

const script = compile();
const module = { exports: {} };
const wrapper: Wrapper = script.runInThisContext();
wrapper(module.exports, createRequire(PACKAGE), module, PACKAGE, dirname(PACKAGE));

export default module.exports;

function compile(): Script {
  const source = readFileSync(SCRIPT, "latin1");
  return existsSync(CACHE)
    ? new Script(source, { filename: SCRIPT, cachedData: readFileSync(CACHE) })
    : new Script(source, { filename: SCRIPT });
}

/**
 * Keeps what has been compiled by now for the next start, unless this one had it already. Without effect where dist/ cannot
 * be written to: then each start takes as long as the first.
 */
export function keepCompiled(): void {
  if (script.cachedDataRejected === false) return;
  const draft = `${CACHE}.${process.pid}`;
  try {
    writeFileSync(draft, script.createCachedData());
    // Kernels that start together each write a file of their own.
    renameSync(draft, CACHE);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}
