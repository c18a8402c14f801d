/** A JupyterLab that can be used: one on PATH, or the one that Millrace made for itself. */

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
export async function environmentOf(jupyter: string): Promise<JupyterEnvironment | undefined> {
  const [lab, paths] = await Promise.all([
    capture(jupyter, ["lab", "--version"]),
    capture(jupyter, ["--paths", "--json"]),
  ]);
  const version = lab.stdout.trim();
  if (lab.status !== 0 || paths.status !== 0 || !(Number.parseInt(version, 10) >= OLDEST_MAJOR))
    return undefined;
  return { jupyter, version, dataFolders: sharedFolders(paths.stdout) };
}

/** The JupyterLab on PATH, undefined when there is none that can be used. */
export async function jupyterOnPath(): Promise<JupyterEnvironment | undefined> {
  const jupyter = which("jupyter");
  return jupyter === undefined ? undefined : environmentOf(jupyter);
}

function sharedFolders(pathsJson: string): string[] {
  const { data }: { data: string[] } = JSON.parse(pathsJson);
  const passing = (process.env.JUPYTER_PATH ?? "").split(process.platform === "win32" ? ";" : ":");
  return data.filter((folder) => folder !== userDataFolder() && !passing.includes(folder));
}
