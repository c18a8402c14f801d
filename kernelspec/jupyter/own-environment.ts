/** The JupyterLab that Millrace installs for itself, in a virtual environment of its own, when none is found. */

import { join } from "node:path";
import { cacheFolder } from "../cache-folder.js";
import { type JupyterEnvironment, jupyterOnPath } from "./environment.js";
import { prefixDataFolder } from "./folders.js";
import { PythonEnvironment } from "./python-environment.js";

/** What is installed: the one place that states versions. JupyterLab 4.5 is the last for Python 3.9. */
const PINNED = [
  'jupyterlab==4.6.6; python_version >= "3.10"',
  'jupyterlab==4.5.11; python_version < "3.10"',
  'jupyter_server==2.21.1; python_version >= "3.10"',
];

type Say = (line: string) => void;

/**
 * The JupyterLab on PATH, else Millrace's own, which is installed when it is missing.
 * @param say gets a line before each step that takes long.
 * @throws Error with one sentence for each prerequisite that is missing.
 */
export async function ensureJupyter(say: Say): Promise<JupyterEnvironment> {
  return (await findJupyter()) ?? installOwn(say);
}

/** The JupyterLab on PATH, else Millrace's own, undefined when neither is there. Installs nothing. */
export async function findJupyter(): Promise<JupyterEnvironment | undefined> {
  return (await jupyterOnPath()) ?? ownEnvironment();
}

const ownFolder = (): string => join(cacheFolder(), "venv");
const own = (): PythonEnvironment =>
  new PythonEnvironment({
    folder: ownFolder(),
    what: "JupyterLab",
    pinned: PINNED,
    otherwise: "or put a JupyterLab 4 of your own on PATH",
    check: ["jupyter", "lab", "--version"],
  });

function ownEnvironment(): JupyterEnvironment | undefined {
  const environment = own();
  const { version } = environment;
  if (version === undefined) return undefined;
  return { jupyter: environment.script("jupyter"), version, dataFolders: [prefixDataFolder(ownFolder())] };
}

async function installOwn(say: Say): Promise<JupyterEnvironment> {
  say(`No JupyterLab 4 was found on PATH: installing one into ${ownFolder()} (once; a minute or two)`);
  await own().install();
  const installed = ownEnvironment();
  if (installed === undefined) throw new Error(`${ownFolder()} was removed while it was made: start again`);
  return installed;
}
