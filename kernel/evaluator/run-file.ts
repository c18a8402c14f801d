/** `%run`: a file of the user's own inside a cell. */

import { existsSync, readFileSync } from "node:fs";
import { extname, relative, resolve } from "node:path";
import { MagicUsageError } from "../magic/parse.js";
import type { Notebook } from "./notebook.js";
import type { RunningCell } from "./running-cell.js";

/**
 * Runs a program, or the code cells of a notebook, in the running cell. Resolves when all of it, its top-level awaits
 * included, has run. What it prints is the cell's output; what it throws is the cell's error.
 * @param file from the notebook's folder
 * @throws MagicUsageError when there is no such file, or it is no program
 */
export async function runFile(
  file: string,
  args: readonly string[],
  run: RunningCell,
  notebook: Notebook,
): Promise<void> {
  const path = resolve(notebook.cwd, file);
  if (!existsSync(path)) throw new MagicUsageError(`%run: there is no file ${path}`);
  const restoreArguments = run.untilEnd(setArguments([path, ...args]));
  try {
    if (extname(path) === ".ipynb") await runCells(path, run, notebook);
    else await runProgram(path, notebook);
  } finally {
    restoreArguments();
  }
}

async function runCells(path: string, run: RunningCell, { output }: Notebook): Promise<void> {
  for (const code of codeCells(path)) {
    await run.include(code);
    output.send({ type: "ran", code });
  }
}

/** Its exports are variables of the notebook, with the types that they have in the module. */
async function runProgram(path: string, { cwd, importer, output }: Notebook): Promise<void> {
  const names = await importer.run(path);
  const module = JSON.stringify(`./${relative(cwd, path).replaceAll("\\", "/")}`);
  const code = names.map((name) => `let ${name}!: typeof import(${module}).${name};`).join("\n");
  if (code !== "") output.send({ type: "ran", code });
}

/** A program reads its arguments from `process.argv`. */
function setArguments(args: readonly string[]): () => void {
  const before = process.argv;
  process.argv = [process.execPath, ...args];
  return () => {
    process.argv = before;
  };
}

/** @throws MagicUsageError when the file is not a notebook of format 4 */
function codeCells(path: string): string[] {
  const notebook: unknown = parsed(readFileSync(path, "utf8"));
  const cells = isObject(notebook) && notebook.nbformat === 4 ? notebook.cells : undefined;
  if (!Array.isArray(cells)) throw new MagicUsageError(`%run: ${path} is not a notebook of format 4`);
  return cells.flatMap((cell: unknown) => {
    const code = isObject(cell) && cell.cell_type === "code" ? sourceOf(cell.source) : "";
    return code.trim() === "" ? [] : [code];
  });
}

/** A file holds the text of a cell as one string or as lines. */
function sourceOf(source: unknown): string {
  return Array.isArray(source) ? source.join("") : String(source);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
