/** What the extension may ask of the evaluator. */

import { withoutLoopGuards } from "../compile/loop-guards.js";
import { isAmbientName, isCompiledName, KERNEL_NAMES, userName } from "../compile/notebook-names.js";
import { reportError } from "./error-report.js";
import { cellPlace } from "./executed-cells.js";
import type { CellHost, NotebookBinding } from "./extension.js";
import type { NotebookCore } from "./notebook.js";
import type { Scope } from "./scope.js";

export function createCellHost(notebook: NotebookCore): CellHost {
  const { cwd, scope, output, text } = notebook;
  return {
    cwd,
    current: () => notebook.current(),
    lookup: (name) => scope.lookup(name),
    variables: () => scope.variables(),
    binding: (identifier) => bindingOf(identifier, scope),
    displayName: userName,
    sourceOf: (fn) => withoutLoopGuards(Function.prototype.toString.call(fn)),
    guardedSourceOf: (fn) => Function.prototype.toString.call(fn),
    loopGuard: { flag: KERNEL_NAMES.flag, stop: KERNEL_NAMES.stop },
    describeError: (error) => reportError(error, notebook.reportContext()).traceback.join("\n"),
    callPlace: () => {
      const place = cellPlace(new Error("where").stack ?? "", notebook.executed);
      return place?.at && { cell: place.cell.number, line: place.at.line };
    },
    write: (cell, name, written) => output.stream(cell, name, written),
    show: (cell, bundle, { displayId, update = false, metadata = {} } = {}) => {
      const shown = {
        cell,
        data: text.bundle(bundle),
        metadata,
        ...(displayId !== undefined && { displayId }),
      };
      output.send({ type: update ? "updateDisplay" : "display", ...shown });
    },
  };
}

function bindingOf(identifier: string, scope: Scope): NotebookBinding | undefined {
  if (isAmbientName(identifier)) return { kind: "ambient", name: identifier };
  if (identifier === KERNEL_NAMES.load) return { kind: "place", use: "import()" };
  if (identifier === KERNEL_NAMES.meta) return { kind: "place", use: "import.meta" };
  const name = userName(identifier);
  if (!isCompiledName(identifier) || !scope.has(name)) return undefined;
  const origin = scope.importOrigin(name);
  if (origin !== undefined) return { kind: "import", ...origin };
  return { kind: "variable", value: scope.use(name), constant: scope.isConstant(name) };
}
