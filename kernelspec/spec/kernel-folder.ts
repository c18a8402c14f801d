/** The kernel's entry in a Jupyter data folder: `kernels/<name>/` with kernel.json and the logos. */

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot, packageVersion } from "../package-root.js";

export const DEFAULT_NAME = "millrace";
export const DEFAULT_DISPLAY_NAME = "Millrace (TypeScript)";

/** The file that Jupyter starts kernels by: https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs */
export interface KernelJson {
  argv: string[];
  display_name: string;
  language: string;
  interrupt_mode: "message" | "signal";
  kernel_protocol_version: string;
  metadata: Record<string, unknown>;
}

/** Key in the metadata by which our own entries are known. */
const MARK = "millrace";

/**
 * Of Node for the front. V8's helper threads, four by default, each keep what malloc once gave them: 8 MB for the start of the type
 * checker. Cells and streams run in other processes.
 */
const FRONT_OPTIONS = ["--v8-pool-size=1"];

/** The entry of this very build. Both paths are absolute: a bare `node` is not on the PATH of every front end. */
export function kernelJson(displayName = DEFAULT_DISPLAY_NAME): KernelJson {
  return {
    argv: [process.execPath, ...FRONT_OPTIONS, join(packageRoot, "dist", "front.js"), "{connection_file}"],
    display_name: displayName,
    language: "typescript",
    interrupt_mode: "message",
    kernel_protocol_version: "5.5",
    metadata: { [MARK]: { version: packageVersion } },
  };
}

export function kernelFolder(dataFolder: string, name: string): string {
  return join(dataFolder, "kernels", name);
}

/** The kernel.json in `folder`, undefined when there is none. @throws Error naming it when it cannot be read, or is not JSON */
export function readKernelJson(folder: string): KernelJson | undefined {
  const file = join(folder, "kernel.json");
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

/** Writes the entry into `folder`. @throws Error when another kernel is there and `force` is not set. */
export function writeKernel(folder: string, displayName: string, force = false): void {
  checkReplaceable(folder, force);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "kernel.json"), `${JSON.stringify(kernelJson(displayName), null, 2)}\n`);
  cpSync(join(packageRoot, "kernelspec", "logos"), folder, { recursive: true });
}

/** @throws Error when another kernel is in `folder` and `force` is not set */
export function checkReplaceable(folder: string, force = false): void {
  if (!force) refuseForeign(folder, "--force replaces it, --name chooses another name");
}

/** Removes the entry; false when there is none. @throws Error when it is another kernel's. */
export function removeKernel(folder: string): boolean {
  if (!existsSync(folder)) return false;
  refuseForeign(folder, "remove it with `jupyter kernelspec uninstall`");
  rmSync(folder, { recursive: true });
  return true;
}

/** Why the kernel.json in `folder` cannot be read, by anybody; undefined when it can, or there is none. */
export function whyUnreadable(folder: string): string | undefined {
  try {
    readKernelJson(folder);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whether the entry in `folder` was written by Millrace. One that cannot be read was not. */
export function isOurs(folder: string): boolean {
  return whyUnreadable(folder) === undefined && readKernelJson(folder)?.metadata?.[MARK] !== undefined;
}

function refuseForeign(folder: string, wayOut: string): void {
  if (existsSync(folder) && !isOurs(folder)) {
    throw new Error(`${folder} holds a kernel that Millrace did not install: ${wayOut}`);
  }
}
