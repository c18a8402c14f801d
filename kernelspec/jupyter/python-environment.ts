/** A virtual environment of Python with pinned packages, made when it is first needed and kept. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { capture } from "../process/capture.js";
import { findPython, type Python } from "./python.js";

export interface PythonEnvironmentOptions {
  /** Where it is made. */
  folder: string;
  /** What it is for, in messages: "JupyterLab". */
  what: string;
  /** Requirements as pip reads them, with versions. */
  pinned: readonly string[];
  /** What else a person can do where pip cannot install it: "or put …". */
  otherwise?: string;
  /** A script of it, with arguments, that prints a version: what proves that the installation works. */
  check: readonly [script: string, ...args: string[]];
}

/** The last file of a finished installation: what was pinned, and what the check printed. */
interface Finished {
  pinned: string[];
  version: string;
}

export class PythonEnvironment {
  readonly #options: PythonEnvironmentOptions;

  constructor(options: PythonEnvironmentOptions) {
    this.#options = options;
  }

  /** Absolute path of one of its commands: `python`, `jupyter`. */
  script(name: string): string {
    const { folder } = this.#options;
    return process.platform === "win32" ? join(folder, "Scripts", `${name}.exe`) : join(folder, "bin", name);
  }

  /** What its check printed, undefined when it is not installed with just these packages. */
  get version(): string | undefined {
    const { check, pinned } = this.#options;
    if (!existsSync(this.#finishedFile) || !existsSync(this.script(check[0]))) return undefined;
    const finished: Finished = JSON.parse(readFileSync(this.#finishedFile, "utf8"));
    return JSON.stringify(finished.pinned) === JSON.stringify(pinned) ? finished.version : undefined;
  }

  /** Makes it anew. @throws Error with one sentence for each prerequisite that is missing */
  async install(): Promise<void> {
    const { check, folder, pinned, what } = this.#options;
    await this.#make(await findPython());
    await this.#installPackages();
    const [script, ...args] = check;
    const { status, stdout } = await capture(this.script(script), args);
    if (status !== 0)
      throw new Error(
        `${what} was installed into ${folder} but does not run: delete that folder and start again`,
      );
    const finished: Finished = { pinned: [...pinned], version: stdout.trim() };
    writeFileSync(this.#finishedFile, JSON.stringify(finished));
  }

  async #make({ command, version }: Python): Promise<void> {
    const { folder } = this.#options;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, ".."), { recursive: true });
    // JupyterLab runs scripts of its own by Node; ours, in a clone, would make ES modules of them.
    writeFileSync(join(folder, "..", "package.json"), '{ "type": "commonjs" }\n');
    const { status, stdout, stderr } = await capture(command, ["-m", "venv", folder]);
    if (status === 0) return;
    throw new Error(
      `Python ${version} could not make an environment in ${folder} (${lastLine(stdout + stderr)}): ` +
        "install its venv module (Debian, Ubuntu: `apt-get install python3-venv`), then start again",
    );
  }

  async #installPackages(): Promise<void> {
    const { otherwise, pinned, what } = this.#options;
    const args = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...pinned];
    const pip = spawn(this.script("python"), args, { stdio: ["ignore", "inherit", "pipe"] });
    let errors = "";
    pip.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    const [status] = await once(pip, "close");
    if (status === 0) return;
    const ways = ["check the network and pip's index settings", otherwise, "then start again"];
    const waysOut = ways.filter((way) => way !== undefined).join(", ");
    throw new Error(`pip could not install ${what} (${lastLine(errors)}): ${waysOut}`);
  }

  get #finishedFile(): string {
    return join(this.#options.folder, "millrace.json");
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
