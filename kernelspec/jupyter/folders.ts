/** Jupyter's own folders, by its rules: https://docs.jupyter.org/en/latest/use/jupyter-directories.html */

import { homedir } from "node:os";
import { join } from "node:path";

type Environment = Record<string, string | undefined>;

/** Rules per platform; others follow Linux. */
const USER_DATA: Partial<Record<NodeJS.Platform, (home: string, env: Environment) => string>> = {
  darwin: (home) => join(home, "Library", "Jupyter"),
  win32: (home, env) => join(env.APPDATA ?? join(home, "AppData", "Roaming"), "jupyter"),
};

const xdgData = (home: string, env: Environment): string =>
  join(env.XDG_DATA_HOME ?? join(home, ".local", "share"), "jupyter");

/** The user's Jupyter data folder, where kernels and plugins of this user are found; it may not exist yet. */
export function userDataFolder(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home = homedir(),
): string {
  return env.JUPYTER_DATA_DIR ?? (USER_DATA[platform] ?? xdgData)(home, env);
}

/** The data folder of the environment installed at `prefix`. */
export function prefixDataFolder(prefix: string): string {
  return join(prefix, "share", "jupyter");
}
