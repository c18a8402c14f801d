// dist/ as the sources say. A hash of all that goes into it is left inside.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./root.mjs";

const STAMP = join(root, "dist", ".sources");
const FOLDERS = ["kernel", "runtime", "magics", "kernelspec", "lab"];
const FILES = ["package-lock.json", "package.json", "tsconfig.json", "tsconfig.build.json"];

/** Folders of `lab/` that the build itself writes. */
const WRITTEN = new Set(["lib", "labext", "node_modules"]);

/** Builds when a source has changed. @throws Error when the build fails. */
export async function ensureBuilt() {
  const wanted = sourcesHash();
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) return;
  console.error("Building");
  const { buildAll } = await import("../build.mjs");
  await buildAll();
  writeFileSync(STAMP, wanted);
}

function sourcesHash() {
  const hash = createHash("sha256");
  const files = [
    ...FOLDERS.flatMap((folder) => sourcesIn(join(root, folder))),
    ...FILES.map((file) => join(root, file)),
  ];
  for (const file of files.sort()) hash.update(`${relative(root, file)}\n`).update(readFileSync(file));
  return hash.digest("hex");
}

function sourcesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return WRITTEN.has(entry.name) ? [] : sourcesIn(path);
    return entry.name.includes(".test.") ? [] : [path];
  });
}
