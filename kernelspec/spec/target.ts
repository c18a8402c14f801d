/** Where `install` and `uninstall` work: the data folder that the command line names. */

import { type Command, Option } from "commander";
import { jupyterOnPath } from "../jupyter/environment.js";
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

async function environmentFolder(): Promise<string> {
  const active = process.env.VIRTUAL_ENV ?? process.env.CONDA_PREFIX;
  if (active) return prefixDataFolder(active);
  const folder = (await jupyterOnPath())?.dataFolders[0];
  if (folder !== undefined) return folder;
  throw new Error(
    "--sys-prefix: no Python environment is active and no JupyterLab 4 is on PATH; name the folder with --prefix, or use --user",
  );
}
