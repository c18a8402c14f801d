/** Notebooks for tests. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../package-root.js";
import { freePort } from "../process/free-port.js";
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

const WORD_COUNT = "01-word-count.ipynb";

/** Writes the first notebook into `folder` as it is shipped, but with a port that nothing else has. */
export async function writeWordCount(folder: string): Promise<{ file: string; port: number }> {
  const file = join(folder, WORD_COUNT);
  const port = await freePort();
  const shipped = readFileSync(join(packageRoot, "notebooks", WORD_COUNT), "utf8");
  writeFileSync(file, shipped.replaceAll("9999", String(port)));
  return { file, port };
}
