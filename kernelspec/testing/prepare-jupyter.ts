/** Before the tests that need JupyterLab: installing it takes longer than a hook of theirs may. */

import { ensureJupyter } from "../jupyter/own-environment.js";

/** What is missing is said here; the tests that need it then fail with the same sentence. */
export async function setup(): Promise<void> {
  await ensureJupyter(console.log).catch((error: Error) => console.error(error.message));
}
