/** Notebooks as files: https://nbformat.readthedocs.io/en/latest/format_description.html */

import { existsSync, readFileSync, writeFileSync } from "node:fs";

export interface NotebookCell {
  cell_type: string;
  id?: string;
  source: string | string[];
  metadata: { tags?: string[] };
  outputs?: CellOutput[];
  execution_count?: number | null;
}

export interface Notebook {
  cells: NotebookCell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

/** One output as the file has it. */
export type CellOutput = { output_type: string } & Record<string, unknown>;

/** @throws Error that names the file when it is not there, or not a notebook of format 4. */
export function readNotebook(file: string): Notebook {
  if (!existsSync(file)) throw new Error(`there is no notebook ${file}`);
  const notebook = parsed(readFileSync(file, "utf8"));
  if (notebook?.nbformat === 4 && Array.isArray(notebook.cells)) return notebook;
  throw new Error(`${file} is not a notebook of format 4: open and save it in JupyterLab to convert it`);
}

function parsed(text: string): Notebook | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function writeNotebook(file: string, notebook: Notebook): void {
  writeFileSync(file, `${JSON.stringify(notebook, null, 1)}\n`);
}

/** The cell's text: the file may hold it as one string or as lines. */
export function sourceOf({ source }: NotebookCell): string {
  return typeof source === "string" ? source : source.join("");
}

/** The code cells that are not empty, in order. */
export function codeCells(notebook: Notebook): NotebookCell[] {
  return notebook.cells.filter((cell) => cell.cell_type === "code" && sourceOf(cell).trim() !== "");
}
