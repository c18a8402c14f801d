/** What a cell's function is called with: the ambient names and the kernel's own, each made only when the cell uses it. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CompiledCell } from "../compile/compile-cell.js";
import { evaluatedText } from "../compile/evaluated-text.js";
import { type AmbientName, isAmbientName, KERNEL_NAMES } from "../compile/notebook-names.js";
import { createDisplay, isDisplayHandle } from "../display/display-function.js";
import type { Display } from "../display/display-types.js";
import { createProgress } from "../display/progress.js";
import { createCellConsole } from "./cell-console.js";
import { viewOf } from "./extension.js";
import { runMagic } from "./magic-call.js";
import type { Notebook } from "./notebook.js";
import type { RunningCell } from "./running-cell.js";

/** The arguments, in the order of `compiled.parameters`. */
export function cellArguments(compiled: CompiledCell, run: RunningCell, notebook: Notebook): unknown[] {
  const use: Use = { compiled, run, notebook };
  return compiled.parameters.map((name) => (isAmbientName(name) ? AMBIENT[name](use) : KERNEL[name]?.(use)));
}

interface Use {
  compiled: CompiledCell;
  run: RunningCell;
  notebook: Notebook;
}

const AMBIENT: Record<AmbientName, (use: Use) => unknown> = {
  console: ({ run, notebook }) =>
    createCellConsole(
      (name, text) => notebook.output.stream(run.cell.id, name, text),
      notebook.sharedConsole,
    ),
  display: displayOf,
  clearOutput:
    ({ run, notebook }) =>
    (wait = false) =>
      notebook.output.send({ type: "clear", cell: run.cell.id, wait: wait === true }),
  input:
    ({ run, notebook }) =>
    (prompt = "", { password = false }: { password?: boolean } = {}) =>
      notebook.input.ask(run.request, run.isOver, String(prompt), password),
  prompt:
    ({ run, notebook }) =>
    async (message = "", defaultValue = "") =>
      (await notebook.input.ask(run.request, run.isOver, String(message), false)) || defaultValue,
  confirm:
    ({ run, notebook }) =>
    async (message = "") =>
      /^\s*y/i.test(await notebook.input.ask(run.request, run.isOver, `${message} [y/N] `, false)),
  progress: (use) => {
    const display = displayOf(use);
    return createProgress((bundle) => display(bundle, { raw: true }));
  },
  comms: ({ run, notebook }) => notebook.comms.forCell(run.cell.id),
  require: ({ notebook }) => notebook.require,
  __dirname: ({ notebook }) => notebook.cwd,
  __filename: ({ notebook }) => cellFile(notebook),
};

const KERNEL: Readonly<Record<string, (use: Use) => unknown>> = {
  [KERNEL_NAMES.magic]:
    ({ run, notebook }) =>
    (name: string, line: string, { body, assigned = false }: { body?: string; assigned?: boolean } = {}) =>
      runMagic({ name, line, body, assigned }, run, notebook),
  [KERNEL_NAMES.show]: (use) => (value: unknown) => {
    if (value !== undefined && !isDisplayHandle(value)) displayOf(use)(value);
  },
  [KERNEL_NAMES.imports]:
    ({ compiled, notebook }) =>
    (index: number) => {
      const statement = compiled.imports[index];
      return statement && notebook.importer.perform(statement);
    },
  [KERNEL_NAMES.load]:
    ({ notebook }) =>
    async (specifier: unknown) =>
      notebook.importer.load(String(specifier)),
  [KERNEL_NAMES.meta]: ({ notebook }) => ({
    url: pathToFileURL(cellFile(notebook)).href,
    dirname: notebook.cwd,
    filename: cellFile(notebook),
    resolve: (specifier: string) => notebook.importer.resolve(specifier),
  }),
  [KERNEL_NAMES.evaluated]:
    ({ notebook }) =>
    (text: unknown, bound: string) => {
      if (typeof text !== "string") return text;
      return evaluatedText(text, bound, (name) => notebook.scope.has(name));
    },
  [KERNEL_NAMES.settle]: ({ run }) => run.settle,
  [KERNEL_NAMES.each]: ({ run }) => run.each,
};

/** Cells have no file of their own; relative paths start from the notebook's folder. */
function cellFile({ cwd }: Notebook): string {
  return join(cwd, "notebook.ts");
}

function displayOf({ run, notebook }: Use): Display {
  return createDisplay({
    show: ({ data, metadata }, { displayId, update }) => {
      const shown = { cell: run.cell.id, data: notebook.text.bundle(data), metadata, displayId };
      notebook.output.send({ type: update ? "updateDisplay" : "display", ...shown });
    },
    pending: (shown) => run.pending(shown),
    view: (value) => viewOf(notebook.extension, value, "display"),
    showsWhole: () => !notebook.settings.truncation,
  });
}
