/** `millrace run NOTEBOOK`: the notebook without a browser, its output in the terminal, its success as exit status. */

import { dirname, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { ensureJupyter } from "../jupyter/own-environment.js";
import { openKernelSession } from "../run/kernel-session.js";
import { codeCells, type NotebookCell, readNotebook, sourceOf, writeNotebook } from "../run/notebook-file.js";
import { parameterOf, withParameters } from "../run/parameters.js";
import { Printer } from "../run/printer.js";
import { Recorder } from "../run/recorder.js";
import { runCells } from "../run/run-cells.js";

interface RunOptions {
  kernel?: string;
  save?: string;
  /** Values by name. */
  parameter: Record<string, unknown>;
}

export function runCommand(): Command {
  return new Command("run")
    .description("run a notebook without a browser; the exit status is 1 when a cell fails")
    .argument("<notebook>", "notebook file (.ipynb)")
    .option("--kernel <name>", "an installed kernel instead of this build of Millrace")
    .option(
      "-p, --parameter <name=value>",
      "set a variable of the cell with the tag `parameters`; may be repeated",
      parameters,
      {},
    )
    .option("--save <file>", "write the notebook with its outputs to this file")
    .action(async (file: string, options: RunOptions) => {
      process.exitCode = await runNotebook(resolve(file), options);
    });
}

/** The ones before, and one more. */
function parameters(written: string, before: Record<string, unknown>): Record<string, unknown> {
  try {
    const [name, value] = parameterOf(written);
    return { ...before, [name]: value };
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

async function runNotebook(file: string, { kernel: name, save, parameter }: RunOptions): Promise<number> {
  const read = readNotebook(file);
  const notebook = Object.keys(parameter).length === 0 ? read : withParameters(read, parameter);
  const cells = codeCells(notebook);
  const ending = handleSignals();
  const { jupyter } = await ensureJupyter(console.error);
  const session = await openKernelSession({
    jupyter,
    folder: dirname(file),
    ...(name === undefined ? {} : { kernel: name }),
  });
  ending.interrupt = () => void session.kernel.interrupt();
  const listeners = [new Printer((text) => process.stdout.write(text)), new Recorder()];
  const failed = await runCells(session.kernel, cells, listeners).finally(session.close);
  if (save !== undefined) writeNotebook(resolve(save), notebook);
  return ending.interrupted && failed !== undefined ? INTERRUPTED : verdict(failed, cells);
}

/** Exit statuses by the convention of shells: 128 + the signal's number. */
const INTERRUPTED = 130;
const TERMINATED = 143;

interface Ending {
  /** Ctrl-C was pressed. */
  interrupted: boolean;
  /** What the first Ctrl-C does once there is a kernel; its cell then ends with an error, and the run by it. */
  interrupt?: () => void;
}

/** Whatever ends this process ends the server too: it listens for our exit. */
function handleSignals(): Ending {
  const ending: Ending = { interrupted: false };
  const leave = (): never => process.exit(TERMINATED);
  process.on("SIGTERM", leave).on("SIGHUP", leave);
  // Whoever read our output has gone, as `head` does.
  process.stdout.once("error", leave);
  process.on("SIGINT", () => {
    if (ending.interrupted || ending.interrupt === undefined) process.exit(INTERRUPTED);
    ending.interrupted = true;
    ending.interrupt();
  });
  return ending;
}

function verdict(failed: NotebookCell | undefined, cells: NotebookCell[]): number {
  if (failed === undefined) {
    console.error(`\n${cells.length} ${cells.length === 1 ? "cell" : "cells"} ran`);
    return 0;
  }
  const number = cells.indexOf(failed) + 1;
  console.error(`\ncell ${number} of ${cells.length} failed: ${sourceOf(failed).trim().split("\n")[0]}`);
  return 1;
}
