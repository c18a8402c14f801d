/** Checks of what Millrace stands on: Node, its own build, Jupyter and Python. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { JupyterEnvironment } from "../jupyter/environment.js";
import { findPython } from "../jupyter/python.js";
import { calledAs, packageRoot, packageVersion } from "../package-root.js";
import { builtPlugin, pluginBuild } from "../spec/plugin-folder.js";
import type { Finding } from "./finding.js";

const OLDEST_NODE = 20;

/** Files by which Jupyter and the front find the parts of the kernel. */
const ENTRIES = ["front.js", "evaluator.js", "engine.js", "task.js", "language.js", "render.js"];

export function nodeVersion(): Finding[] {
  const what = `Node ${process.versions.node} (${process.execPath})`;
  const major = Number.parseInt(process.versions.node, 10);
  return [
    major >= OLDEST_NODE ? { what } : { what, fix: `install Node ${OLDEST_NODE} or later (nodejs.org)` },
  ];
}

const dist = join(packageRoot, "dist");

/** Parts of the kernel that have not been built. */
export function missingEntries(): string[] {
  return ENTRIES.filter((entry) => !existsSync(join(dist, entry)));
}

export function packageBuilt(): Finding[] {
  const missing = [...missingEntries(), ...(pluginBuild(builtPlugin) === undefined ? ["labextension"] : [])];
  if (missing.length === 0) return [{ what: `Millrace ${packageVersion} (${packageRoot})` }];
  return [
    {
      what: `Millrace ${packageVersion} lacks ${missing.join(", ")} in ${dist}`,
      fix: "run `npm run build`, or install the package again",
    },
  ];
}

/** Python matters only where there is no JupyterLab yet. */
export async function jupyterFound(found: JupyterEnvironment | undefined): Promise<Finding[]> {
  if (found !== undefined) return [{ what: `JupyterLab ${found.version} (${found.jupyter})` }];
  const missing = { what: "No JupyterLab 4 on PATH, and none of Millrace's own" };
  try {
    const { command, version } = await findPython();
    return [{ ...missing, fix: `\`${calledAs} lab\` installs one with ${command} ${version}` }];
  } catch (error) {
    return [{ ...missing, fix: error instanceof Error ? error.message : String(error) }];
  }
}
