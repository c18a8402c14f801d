/** Jupyter's own front ends for files and terminals, with the kernel installed for them: once for a file of tests. */

import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import type { PythonEnvironment } from "../jupyter/python-environment.js";
import { writeNotebook } from "../run/notebook-file.js";
import { ensureJupyterTools } from "./jupyter-tools.js";
import { MillraceCommand, type Outcome } from "./millrace-command.js";
import { notebookOf } from "./notebook.js";
import { Terminal } from "./terminal.js";

export interface JupyterPrograms {
  /** A file in the folder that the programs run in. */
  file(name: string): string;
  /** Writes a notebook with these code cells. @returns its path; each call overwrites the one before */
  write(...sources: string[]): string;
  jupyter(...args: string[]): Promise<Outcome>;
  python(...args: string[]): Promise<Outcome>;
  /** Opens `jupyter console`; the caller kills it. */
  console(...args: string[]): Terminal;
}

/** To be called in a file of tests or in a `describe`: installs before the first test, removes after the last. */
export function jupyterPrograms(): JupyterPrograms {
  let millrace: MillraceCommand;
  let tools: PythonEnvironment;
  beforeAll(async () => {
    tools = await ensureJupyterTools(console.log);
    millrace = new MillraceCommand();
    await millrace.run("install", "--prefix", millrace.prefix);
  });
  afterAll(() => millrace?.remove());

  const file = (name: string): string => join(millrace.folder, name);
  return {
    file,
    write: (...sources) => {
      const notebook = file("n.ipynb");
      writeNotebook(notebook, notebookOf(...sources));
      return notebook;
    },
    jupyter: (...args) => millrace.runProgram(tools.script("jupyter"), args),
    python: (...args) => millrace.runProgram(tools.script("python"), args),
    console: (...args) => {
      const program = ["console", "--kernel", "millrace", "--no-confirm-exit", ...args];
      return new Terminal(millrace, tools.script("python"), [tools.script("jupyter"), ...program]);
    },
  };
}
