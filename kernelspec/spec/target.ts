/** Where `install` and `uninstall` work: the data folder that the command line names. */

import { accessSync, constants, mkdirSync } from "node:fs";
import { type Command, Option } from "commander";
import { type JupyterEnvironment, jupyterOnPath } from "../jupyter/environment.js";
import { prefixDataFolder, userDataFolder } from "../jupyter/folders.js";

/** What {@link withTargetOptions} reads. None given: the user's folder. */
export interface TargetOptions {
  user?: boolean;
  sysPrefix?: boolean;
  prefix?: string;
}

/** Adds `--user`, `--sys-prefix` and `--prefix` to a command; they exclude each other. */
export function withTargetOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--user", "in the user's Jupyter folder (default)").conflicts(["sysPrefix", "prefix"]),
    )
    .addOption(
      new Option(
        "--sys-prefix",
        "in the active Python environment, or that of the JupyterLab on PATH",
      ).conflicts("prefix"),
    )
    .addOption(new Option("--prefix <dir>", "in the environment installed at this folder"));
}

/** The Jupyter data folder meant. @throws Error when `--sys-prefix` finds no environment. */
export async function targetFolder({ sysPrefix, prefix }: TargetOptions): Promise<string> {
  if (prefix !== undefined) return prefixDataFolder(prefix);
  return sysPrefix ? environmentFolder() : userDataFolder();
}

/** The data folder of a JupyterLab itself, else, when that cannot be written, the user's; `say` is told of that. */
export function ownFolder(environment: JupyterEnvironment, say: (line: string) => void): string {
  const [own] = environment.dataFolders;
  if (own !== undefined && isWritable(own)) return own;
  say(
    `${own ?? environment.jupyter} cannot be written: installing the kernel for this user, in ${userDataFolder()}`,
  );
  return userDataFolder();
}

function isWritable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function environmentFolder(): Promise<string> {
  const active = process.env.VIRTUAL_ENV ?? process.env.CONDA_PREFIX;
  if (active) return prefixDataFolder(active);
  const folder = (await jupyterOnPath())?.dataFolders[0];
  if (folder !== undefined) return folder;
  throw new Error(
    "--sys-prefix: no Python environment is active and no JupyterLab 4 is on PATH; name the folder with --prefix, or use --user",
  );
}
