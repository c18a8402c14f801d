/** A JupyterLab that can be used: one on PATH, or the one that Millrace made for itself. */

import { delimiter } from "node:path";
import { capture } from "../process/capture.js";
import { which } from "../process/which.js";
import { userDataFolder } from "./folders.js";

export interface JupyterEnvironment {
  /** The `jupyter` command, absolute. */
  jupyter: string;
  /** JupyterLab's version. */
  version: string;
  /** Its data folders other than the user's, in its order of search. The first one is its own. */
  dataFolders: string[];
}

/** Oldest JupyterLab that loads the plugin. */
const OLDEST_MAJOR = 4;

/** The environment of a `jupyter` command, undefined when it has no JupyterLab ≥ 4 that runs. */
async function environmentOf(jupyter: string): Promise<JupyterEnvironment | undefined> {
  const { status, stdout } = await capture(jupyter, ["lab", "--version"]);
  const version = stdout.trim();
  if (status !== 0 || !(Number.parseInt(version, 10) >= OLDEST_MAJOR)) return undefined;
  return { jupyter, version, dataFolders: (await searchPath(jupyter)).filter(isShared) };
}

/** All data folders in which a `jupyter` command looks for kernels and plugins, in its order. */
export async function searchPath(jupyter: string): Promise<string[]> {
  const { stdout } = await capture(jupyter, ["--paths", "--json"]);
  const { data }: { data: string[] } = JSON.parse(stdout);
  return data;
}

/** The JupyterLab on PATH, undefined when there is none that can be used. */
export async function jupyterOnPath(): Promise<JupyterEnvironment | undefined> {
  const jupyter = which("jupyter");
  return jupyter === undefined ? undefined : environmentOf(jupyter);
}

/** Not this user's, and not named for the moment by JUPYTER_PATH. */
function isShared(folder: string): boolean {
  const passing = (process.env.JUPYTER_PATH ?? "").split(delimiter);
  return folder !== userDataFolder() && !passing.includes(folder);
}
