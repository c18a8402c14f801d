/** Finds a Python that can make a virtual environment. */

import { capture } from "../process/capture.js";

export interface Python {
  command: string;
  /** Such as `3.11.7`. */
  version: string;
}

/** Names under which Python is installed, best first. */
const COMMANDS = ["python3", "python", "py"];
const OLDEST = [3, 9] as const;

const INSTALL =
  "install Python 3.9 or later (Debian, Ubuntu: `apt-get install python3 python3-venv`; others: python.org)";

/** @throws Error with one sentence that says what is missing and how to get it. */
export async function findPython(): Promise<Python> {
  const found: Python[] = [];
  for (const command of COMMANDS) {
    const { status, stdout } = await capture(command, [
      "-c",
      "import platform; print(platform.python_version())",
    ]);
    const python = { command, version: stdout.trim() };
    if (status !== 0) continue;
    if (isRecent(python.version)) return withVenv(python);
    found.push(python);
  }
  const old = found.map(({ command, version }) => `${command} is ${version}`).join(", ");
  throw new Error(
    `JupyterLab needs Python, and ${old === "" ? "none was found" : old}: ${INSTALL}, then start again`,
  );
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** Modules that making an environment needs; Debian ships both apart from Python. */
async function withVenv(python: Python): Promise<Python> {
  const { status, stderr } = await capture(python.command, ["-c", "import venv, ensurepip"]);
  if (status === 0) return python;
  const missing = /No module named '?(\w+)/.exec(stderr)?.[1] ?? "venv";
  throw new Error(
    `Python ${python.version} (${python.command}) cannot make an environment for JupyterLab, its module ${missing} is missing: ` +
      "install it (Debian, Ubuntu: `apt-get install python3-venv`), then start again",
  );
}
