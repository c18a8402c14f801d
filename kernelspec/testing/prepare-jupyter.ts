/** Before the tests that need Jupyter: installing it takes longer than a hook of theirs may. */

import { ensureJupyter } from "../jupyter/own-environment.js";
import { ensureJupyterTools, ensurePapermill } from "./jupyter-tools.js";

/** What is missing is said here; the tests that need it then fail with the same sentence. */
export async function setup(): Promise<void> {
  for (const ensure of [ensureJupyter, ensureJupyterTools, ensurePapermill])
    await ensure(console.log).catch((error: Error) => console.error(error.message));
}
