/** Jupyter's other programs, against which the kernel is tested: console, nbclient, nbconvert, jupyter_kernel_test. */

import { join } from "node:path";
import { cacheFolder } from "../cache-folder.js";
import { PythonEnvironment } from "../jupyter/python-environment.js";

const PINNED = [
  "jupyter_kernel_test==0.7.0",
  "jupyter_console==6.6.3",
  "nbclient==0.10.2",
  "nbconvert==7.16.6",
];

/** The environment with these programs, installed when it is missing. Whatever is on PATH is left out of it. */
export async function ensureJupyterTools(say: (line: string) => void): Promise<PythonEnvironment> {
  const folder = join(cacheFolder(), "tools");
  const environment = new PythonEnvironment({
    folder,
    what: "Jupyter's programs for the tests",
    pinned: PINNED,
    check: ["jupyter", "nbconvert", "--version"],
  });
  if (environment.version === undefined) {
    say(`Installing ${PINNED.join(", ")} for the tests into ${folder} (once)`);
    await environment.install();
  }
  return environment;
}
