/** The notebook as a magic meets it in a cell. */

import type { NotebookAccess } from "../magic/notebook-access.js";
import { magicSummary } from "../magic/summary.js";
import { loadMagics } from "./load-magics.js";
import type { Notebook } from "./notebook.js";
import type { RunningCell } from "./running-cell.js";

export function notebookAccess(run: RunningCell, notebook: Notebook): NotebookAccess {
  const { cwd, front, importer, input, output, scope, settings } = notebook;
  return {
    folder: cwd,
    evaluate: (code) => run.include(code),
    showValue: (value) => run.show(value),
    assign: (name, value) => scope.set(name, value),
    forgetVariables: () => {
      const names = scope.forget(run.declares);
      output.send({ type: "forgotten" });
      return names;
    },
    capture: (parts) => output.capture(run.cell.id, parts),
    showCaptured: ({ stdout, stderr, outputs }) => {
      const cell = notebook.current().id;
      output.stream(cell, "stdout", stdout);
      output.stream(cell, "stderr", stderr);
      for (const { data, metadata } of outputs) output.send({ type: "display", cell, data, metadata });
    },
    input: (prompt) => input.ask(run.request, run.isOver, prompt, false),
    nextInput: (text, place) => run.nextInput(text, place),
    running: { line: run.cell.number, input: run.request.code },
    history: (access) => front.ask({ kind: "history", access }),
    connection: () => front.ask({ kind: "connection" }),
    loadMagics: async (specifier) => {
      const names = await loadMagics(specifier, importer, notebook.magics);
      output.send({ type: "magics", magics: notebook.magics.loaded().map(magicSummary) });
      return names;
    },
    reloadModules: () => importer.reload(),
    settings: settings.list,
  };
}
