/** The built command line as a process, in a Jupyter of its own: what the user has installed does not matter. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { packageRoot } from "../package-root.js";

export interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningCommand {
  /** All of stdout so far. */
  stdout(): string;
  signal(name: NodeJS.Signals): void;
  outcome: Promise<Outcome>;
}

/** A folder with its own Jupyter folders, and the command to be run in it. */
export class MillraceCommand {
  readonly folder = mkdtempSync(join(tmpdir(), "millrace-cli-"));
  /** Where `--prefix` installs to; Jupyter looks there before anywhere else. */
  readonly prefix = this.#make("prefix");
  /** Data folder of {@link prefix}. */
  readonly dataFolder = join(this.prefix, "share", "jupyter");

  start(...args: string[]): RunningCommand {
    const child = spawn(process.execPath, [join(packageRoot, "dist", "cli.js"), ...args], {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        JUPYTER_CONFIG_DIR: this.#make("config"),
        JUPYTER_DATA_DIR: this.#make("data"),
        JUPYTER_PATH: [this.dataFolder, process.env.JUPYTER_PATH].filter(Boolean).join(delimiter),
      },
    });
    const text = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => {
      text.stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      text.stderr += chunk;
    });
    return {
      stdout: () => text.stdout,
      signal: (name) => void child.kill(name),
      outcome: once(child, "close").then(([status]) => ({ status, ...text })),
    };
  }

  /** Runs the command to its end. */
  run(...args: string[]): Promise<Outcome> {
    return this.start(...args).outcome;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  #make(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, { recursive: true });
    return path;
  }
}
