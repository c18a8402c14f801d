/** The JupyterLab plugin in a Jupyter data folder: `labextensions/millrace-lab/`. */

import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../package-root.js";

const NAME = "millrace-lab";

/** The built plugin inside this package. */
export const builtPlugin = join(packageRoot, "dist", "labextension");

export function pluginFolder(dataFolder: string): string {
  return join(dataFolder, "labextensions", NAME);
}

/**
 * What tells one build of the plugin in `folder` from another, undefined when there is none: its entry file's name
 * carries the hash of its content.
 */
export function pluginBuild(folder: string): string | undefined {
  const file = join(folder, "package.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).jupyterlab?._build?.load : undefined;
}

/** Copies the built plugin into `folder`, replacing what is there. @throws Error when it has not been built. */
export function writePlugin(folder: string): void {
  checkPluginBuilt();
  rmSync(folder, { recursive: true, force: true });
  cpSync(builtPlugin, folder, { recursive: true });
}

/** @throws Error when the plugin has not been built */
export function checkPluginBuilt(): void {
  if (pluginBuild(builtPlugin) === undefined)
    throw new Error(`the JupyterLab plugin is not built (${builtPlugin}): run \`npm run build\``);
}

/** Removes the plugin; false when there is none. */
export function removePlugin(folder: string): boolean {
  if (!existsSync(folder)) return false;
  rmSync(folder, { recursive: true });
  return true;
}
