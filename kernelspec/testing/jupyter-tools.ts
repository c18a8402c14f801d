/** Jupyter's other programs, against which the kernel is tested: console, nbclient, nbconvert, jupyter_kernel_test. */

import { join } from "node:path";
import { cacheFolder } from "../cache-folder.js";
import { PythonEnvironment, type PythonEnvironmentOptions } from "../jupyter/python-environment.js";

const PINNED = [
  "jupyter_kernel_test==0.7.0",
  "jupyter_console==6.6.3",
  "nbclient==0.10.2",
  "nbconvert==7.16.6",
];
const PAPERMILL = ["papermill==2.6.0"];

/** The environment with these programs, installed when it is missing. Whatever is on PATH is left out of it. */
export function ensureJupyterTools(say: (line: string) => void): Promise<PythonEnvironment> {
  const check = ["jupyter", "nbconvert", "--version"] as const;
  return ensured("tools", { what: "Jupyter's programs for the tests", pinned: PINNED, check }, say);
}

/** The environment with papermill. It has nbclient in a version of its own choice, and so is apart from the others. */
export function ensurePapermill(say: (line: string) => void): Promise<PythonEnvironment> {
  const check = ["papermill", "--version"] as const;
  return ensured("papermill", { what: "papermill for the tests", pinned: PAPERMILL, check }, say);
}

async function ensured(
  name: string,
  options: Omit<PythonEnvironmentOptions, "folder">,
  say: (line: string) => void,
): Promise<PythonEnvironment> {
  const folder = join(cacheFolder(), name);
  const environment = new PythonEnvironment({ folder, ...options });
  if (environment.version === undefined) {
    say(`Installing ${options.pinned.join(", ")} for the tests into ${folder} (once)`);
    await environment.install();
  }
  return environment;
}
