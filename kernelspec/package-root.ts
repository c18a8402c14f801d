/** Where this package is installed: the sources run from kernelspec/, the built program from dist/. */

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of Millrace's package.json, absolute. */
export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

/** Version of the package. */
export const packageVersion: string = JSON.parse(
  readFileSync(join(packageRoot, "package.json"), "utf8"),
).version;

/** Whether this is a clone of the repository: then what the project makes for itself stays inside it. */
export const isCheckout = existsSync(join(packageRoot, "kernelspec/bootstrap.mjs"));

/** How a person calls this copy of the command: a clone's, and that of npx, is not on PATH. */
export const calledAs = isCheckout || packageRoot.includes(`${sep}_npx${sep}`) ? "npx millrace" : "millrace";

function findRoot(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error("Millrace's package.json was not found: install the package again");
  return findRoot(parent);
}
