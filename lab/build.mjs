// Builds the JupyterLab plugin into dist/labextension/: TypeScript → lab/lib/index.js → JupyterLab's own module format.
// The result is part of the npm package, so that installing it needs no builder.

import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const lab = dirname(fileURLToPath(import.meta.url));
const root = dirname(lab);
const { resolve } = createRequire(import.meta.url);

/** @throws Error with the builder's words when the plugin cannot be built. */
export async function buildPlugin() {
  const common = { absWorkingDir: lab, bundle: true, target: "es2022", logLevel: "warning" };
  await build({
    ...common,
    entryPoints: ["src/index.ts"],
    outfile: "lib/index.js",
    format: "esm",
    packages: "external",
  });
  // Whole, in one file: a worker has no part in the modules that JupyterLab shares.
  await build({
    ...common,
    entryPoints: ["src/chart-worker.ts"],
    outfile: "lib/chart-worker.js",
    alias: { "vega-canvas": join(lab, "src/offscreen-canvas.ts") },
    minify: true,
  });
  const builder = spawnSync(
    process.execPath,
    [
      resolve("@jupyter/builder/lib/build-labextension.js"),
      "--core-package-file",
      resolve("@jupyterlab/core-meta/core.package.json"),
      lab,
    ],
    { cwd: root, encoding: "utf8" },
  );
  if (builder.status !== 0)
    throw new Error(`the JupyterLab plugin was not built:\n${builder.stdout}${builder.stderr}`);
  const target = join(root, "dist/labextension");
  rmSync(target, { recursive: true, force: true });
  cpSync(join(lab, "labext"), target, { recursive: true });
}
