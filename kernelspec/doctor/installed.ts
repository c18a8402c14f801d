/** Checks of what was installed into Jupyter's folders, in the order in which Jupyter looks. */

import { existsSync } from "node:fs";
import { basename } from "node:path";
import { type JupyterEnvironment, searchPath } from "../jupyter/environment.js";
import { userDataFolder } from "../jupyter/folders.js";
import { calledAs } from "../package-root.js";
import { ourKernels, unreadableKernels } from "../spec/installation.js";
import { kernelJson, readKernelJson } from "../spec/kernel-folder.js";
import { builtPlugin, pluginBuild, pluginFolder } from "../spec/plugin-folder.js";
import type { Finding } from "./finding.js";

/** The state of a fresh clone: everything works that Millrace starts itself. */
const NOT_INSTALLED: Finding = {
  what: "The kernel is not installed in any Jupyter",
  fix: `\`${calledAs} lab\` installs it in its own when it starts, \`${calledAs} install\` in yours`,
  optional: true,
};

/** Jupyter takes the first kernel of a name; entries of other builds are worth knowing. */
export async function kernelEntries(jupyter: JupyterEnvironment | undefined): Promise<Finding[]> {
  const folders = await dataFolders(jupyter);
  const ours = folders.flatMap(ourKernels);
  const unreadable = folders.flatMap(unreadableKernels).map(unreadableFinding);
  if (ours.length === 0) return [NOT_INSTALLED, ...unreadable];
  const seen = new Set<string>();
  const entries = ours.map((folder) => {
    const name = basename(folder);
    const hidden = seen.has(name);
    seen.add(name);
    return hidden ? { what: `Kernel in ${folder}, hidden by the one before` } : entryFinding(folder);
  });
  return [...entries, ...unreadable];
}

/** It may be ours or not: that is what cannot be read. */
function unreadableFinding(what: string): Finding {
  return {
    what,
    fix: "Jupyter leaves that kernel out: install it again, or remove its folder",
    optional: true,
  };
}

function entryFinding(folder: string): Finding {
  const { argv = [] } = readKernelJson(folder) ?? {};
  const what = `Kernel in ${folder}`;
  const entry = entryOf(argv);
  const missing = [argv[0], entry].filter((path) => path !== undefined && !existsSync(path));
  if (missing.length > 0)
    return {
      what: `${what} starts ${missing.join(" and ")}, which is not there`,
      fix: `run \`${calledAs} install\` again`,
    };
  const otherBuild = entry !== entryOf(kernelJson().argv);
  return { what: otherBuild ? `${what} starts another copy of Millrace: ${entry}` : what };
}

/** The program that Node starts; options of Node stand before it. */
function entryOf([, ...args]: readonly string[]): string | undefined {
  return args.find((arg) => !arg.startsWith("-"));
}

/** JupyterLab loads the first plugin of a name that it finds. Says nothing where no kernel is installed either. */
export async function pluginInstalled(jupyter: JupyterEnvironment | undefined): Promise<Finding[]> {
  const folders = await dataFolders(jupyter);
  const folder = folders.map(pluginFolder).find((path) => existsSync(path));
  if (folder === undefined) {
    if (folders.flatMap(ourKernels).length === 0) return [];
    const what = "The JupyterLab plugin is not installed: charts do not move";
    return [{ what, fix: `run \`${calledAs} install\`` }];
  }
  const what = `JupyterLab plugin in ${folder}`;
  if (pluginBuild(folder) === pluginBuild(builtPlugin)) return [{ what }];
  return [
    {
      what: `${what} is of another build than this one`,
      fix: `run \`${calledAs} install\` with the options it was installed with (--user, --sys-prefix, --prefix), or remove that folder`,
    },
  ];
}

async function dataFolders(jupyter: JupyterEnvironment | undefined): Promise<string[]> {
  return jupyter === undefined ? [userDataFolder()] : searchPath(jupyter.jupyter);
}
