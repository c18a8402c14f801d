/** The JupyterLab that Millrace installs for itself, in a virtual environment of its own, when none is found. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { isCheckout, packageRoot } from "../package-root.js";
import { capture } from "../process/capture.js";
import { type JupyterEnvironment, jupyterOnPath } from "./environment.js";
import { prefixDataFolder } from "./folders.js";
import { findPython, type Python } from "./python.js";

/** What is installed: the one place that states versions. JupyterLab 4.5 is the last for Python 3.9. */
const PINNED = [
  'jupyterlab==4.6.6; python_version >= "3.10"',
  'jupyterlab==4.5.11; python_version < "3.10"',
  'jupyter_server==2.21.1; python_version >= "3.10"',
];

/** The last file of a finished installation: what was pinned, and which JupyterLab that gave. */
interface Finished {
  pinned: string[];
  version: string;
}

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

/** Where Millrace keeps what it makes for itself; MILLRACE_CACHE overrides. */
export function cacheFolder(): string {
  if (process.env.MILLRACE_CACHE) return process.env.MILLRACE_CACHE;
  if (isCheckout) return join(packageRoot, ".millrace");
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "millrace");
}

const venv = (): string => join(cacheFolder(), "venv");
const finishedFile = (): string => join(venv(), "millrace.json");
const script = (name: string): string =>
  process.platform === "win32" ? join(venv(), "Scripts", `${name}.exe`) : join(venv(), "bin", name);

function ownEnvironment(): JupyterEnvironment | undefined {
  if (!existsSync(finishedFile()) || !existsSync(script("jupyter"))) return undefined;
  const { pinned, version }: Finished = JSON.parse(readFileSync(finishedFile(), "utf8"));
  if (JSON.stringify(pinned) !== JSON.stringify(PINNED)) return undefined;
  return { jupyter: script("jupyter"), version, dataFolders: [prefixDataFolder(venv())] };
}

async function installOwn(say: Say): Promise<JupyterEnvironment> {
  const python = await findPython();
  say(`No JupyterLab 4 was found on PATH: installing one into ${venv()} (once; a minute or two)`);
  await makeVenv(python);
  await installPackages();
  const { stdout } = await capture(script("jupyter"), ["lab", "--version"]);
  const finished: Finished = { pinned: PINNED, version: stdout.trim() };
  writeFileSync(finishedFile(), JSON.stringify(finished));
  const own = ownEnvironment();
  if (own === undefined)
    throw new Error(
      `JupyterLab was installed into ${venv()} but does not run: delete that folder and start again`,
    );
  return own;
}

async function makeVenv({ command, version }: Python): Promise<void> {
  rmSync(venv(), { recursive: true, force: true });
  mkdirSync(cacheFolder(), { recursive: true });
  // JupyterLab runs scripts of its own by Node; ours, in a clone, would make ES modules of them.
  writeFileSync(join(cacheFolder(), "package.json"), '{ "type": "commonjs" }\n');
  const { status, stdout, stderr } = await capture(command, ["-m", "venv", venv()]);
  if (status === 0) return;
  throw new Error(
    `Python ${version} could not make an environment in ${venv()} (${lastLine(stdout + stderr)}): ` +
      "install its venv module (Debian, Ubuntu: `apt-get install python3-venv`), then start again",
  );
}

async function installPackages(): Promise<void> {
  const pip = spawn(
    script("python"),
    ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PINNED],
    {
      stdio: ["ignore", "inherit", "pipe"],
    },
  );
  let errors = "";
  pip.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const [status] = await once(pip, "close");
  if (status === 0) return;
  throw new Error(
    `pip could not install JupyterLab (${lastLine(errors)}): check the network and pip's index settings, ` +
      "or put a JupyterLab 4 of your own on PATH, then start again",
  );
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
