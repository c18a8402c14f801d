/** Notebooks for tests. */

import type { Notebook } from "../run/notebook-file.js";
import { DEFAULT_DISPLAY_NAME, DEFAULT_NAME } from "../spec/kernel-folder.js";

/** A notebook of Millrace's with these code cells, not yet run. */
export function notebookOf(...sources: string[]): Notebook {
  const cells = sources.map((source, i) => ({
    cell_type: "code",
    id: `cell-${i}`,
    metadata: {},
    execution_count: null,
    outputs: [],
    source,
  }));
  const kernelspec = { name: DEFAULT_NAME, display_name: DEFAULT_DISPLAY_NAME, language: "typescript" };
  return { cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
}
