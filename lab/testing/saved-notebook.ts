/** Notebook files as JupyterLab writes them. */

import { readFileSync } from "node:fs";
import { waitFor } from "../../kernelspec/process/wait-for.js";
import type { Notebook } from "../../kernelspec/run/notebook-file.js";

/** The notebook in `file`, as soon as the whole of it is there: the server writes it in place, and may be at it. */
export function savedNotebook(file: string): Promise<Notebook> {
  return waitFor(`the whole of ${file}`, () => whole(readFileSync(file, "utf8")), 120_000);
}

function whole(text: string): Notebook | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
