/** What Millrace puts into a Jupyter data folder: the kernel's entry and the JupyterLab plugin. */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../package-root.js";
import {
  checkReplaceable,
  isOurs,
  kernelFolder,
  removeKernel,
  whyUnreadable,
  writeKernel,
} from "./kernel-folder.js";
import { checkPluginBuilt, pluginFolder, removePlugin, writePlugin } from "./plugin-folder.js";

export interface InstallOptions {
  /** Folder name of the kernel. */
  name: string;
  displayName: string;
  /** Replaces a kernel of that name that is not Millrace's. */
  force?: boolean;
}

/** Writes both, or nothing. @throws Error when Millrace is not built, or another kernel has the name */
export function install(dataFolder: string, options: InstallOptions): void {
  checkInstall(dataFolder, options);
  writeKernel(kernelFolder(dataFolder, options.name), options.displayName, options.force);
  writePlugin(pluginFolder(dataFolder));
}

/** Whether {@link install} can be done; nothing is written. @throws Error as it does */
export function checkInstall(dataFolder: string, { name, force }: InstallOptions): void {
  const entry = join(packageRoot, "dist", "front.js");
  if (!existsSync(entry))
    throw new Error(`Millrace is not built (${entry} is missing): run \`npm run build\``);
  checkPluginBuilt();
  checkReplaceable(kernelFolder(dataFolder, name), force);
}

/**
 * Removes the kernel, and the plugin with the last Millrace kernel of the folder. Returns what was removed, empty when
 * there was nothing. @throws Error when the kernel of that name is not Millrace's.
 */
export function uninstall(dataFolder: string, name: string): string[] {
  const removed = removeKernel(kernelFolder(dataFolder, name)) ? [kernelFolder(dataFolder, name)] : [];
  if (ourKernels(dataFolder).length > 0) return removed;
  return removePlugin(pluginFolder(dataFolder)) ? [...removed, pluginFolder(dataFolder)] : removed;
}

/** Folders of the Millrace kernels in a data folder, under whatever name. */
export function ourKernels(dataFolder: string): string[] {
  return kernelFolders(dataFolder).filter(isOurs);
}

/** Why entries of kernels in a data folder, whoever's they are, cannot be read; each names its file. */
export function unreadableKernels(dataFolder: string): string[] {
  return kernelFolders(dataFolder).flatMap((folder) => whyUnreadable(folder) ?? []);
}

function kernelFolders(dataFolder: string): string[] {
  const kernels = join(dataFolder, "kernels");
  return existsSync(kernels) ? readdirSync(kernels).map((name) => join(kernels, name)) : [];
}
