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
  pid: number;
  /** All of stdout so far. */
  stdout(): string;
  /** Writes to its stdin, which stays open. */
  type(keys: string): void;
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

  /** Starts `millrace` with these arguments. */
  start(...args: string[]): RunningCommand {
    return this.startProgram(process.execPath, [join(packageRoot, "dist", "cli.js"), ...args]);
  }

  /** Starts any program in the folder; it sees the kernels that were installed with {@link prefix}. */
  startProgram(program: string, args: readonly string[]): RunningCommand {
    const child = spawn(program, args, {
      cwd: this.folder,
      stdio: ["pipe", "pipe", "pipe"],
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
    // A program that has ended reads no more.
    child.stdin.on("error", () => undefined);
    return {
      pid: child.pid ?? 0,
      stdout: () => text.stdout,
      type: (keys) => void child.stdin.write(keys),
      signal: (name) => void child.kill(name),
      outcome: once(child, "close").then(([status]) => ({ status, ...text })),
    };
  }

  /** Runs the command to its end. */
  run(...args: string[]): Promise<Outcome> {
    return this.start(...args).outcome;
  }

  /** Runs any program to its end, as {@link startProgram}. */
  runProgram(program: string, args: readonly string[]): Promise<Outcome> {
    return this.startProgram(program, args).outcome;
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
