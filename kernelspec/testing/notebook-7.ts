/** Notebook 7 over the JupyterLab of the tests: the same libraries, another page. Only its own package is installed. */

import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { cacheFolder } from "../cache-folder.js";
import { ensureJupyter } from "../jupyter/own-environment.js";
import { capture } from "../process/capture.js";

export interface NotebookEnvironment {
  /** Its `jupyter` command; with {@link env}, `jupyter notebook` starts Notebook 7. */
  jupyter: string;
  env: NodeJS.ProcessEnv;
}

/** @param say gets a line before what takes long. @throws Error when pip cannot install it */
export async function ensureNotebook(say: (line: string) => void): Promise<NotebookEnvironment> {
  const { jupyter, version } = await ensureJupyter(say);
  // JupyterLab 4.6 is drawn by Notebook 7.6, 4.5 by 7.5.
  const [, minor = "6"] = version.split(".");
  const folder = join(cacheFolder(), `notebook-7.${minor}`);
  if (!existsSync(folder))
    await install(join(dirname(jupyter), "python"), `notebook==7.${minor}.*`, folder, say);
  const path = [join(folder, "bin"), process.env.PATH].join(delimiter);
  return { jupyter, env: { PATH: path, PYTHONPATH: folder } };
}

/** The folder is there when all of it is. */
async function install(
  python: string,
  wanted: string,
  folder: string,
  say: (line: string) => void,
): Promise<void> {
  say(`Installing ${wanted} for the tests into ${folder} (once)`);
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}-`);
  const args = ["-m", "pip", "install", "--quiet", "--no-deps", "--target", unfinished, wanted];
  const { status, stderr } = await capture(python, args);
  if (status === 0) return renameSync(unfinished, folder);
  rmSync(unfinished, { recursive: true });
  throw new Error(`pip could not install ${wanted}: ${stderr.trim().split("\n").at(-1)}`);
}
