/** Type errors as text for a cell's stderr, and as the error of a cell that was refused. */

import type { CellError } from "../port/evaluator.js";
import type { TypeProblem } from "../port/language.js";

/** More than these are counted, not shown. */
const MAX_SHOWN = 10;
const MAX_LINE = 160;

/** Said of a cell that `%typecheck strict` lets run unchecked, with a line end. */
export const NOT_CHECKED =
  "the cell was not type-checked, and runs all the same: the language worker gave no answer (the log of the kernel says more)\n";

/** A cell as it was run. */
export interface CheckedCell {
  /** `In[n]`. */
  number: number;
  code: string;
}

/** One block of text, with a line end; `problems` are not empty. */
export function typeReport(problems: readonly TypeProblem[], cell: CheckedCell): string {
  const shown = problems.slice(0, MAX_SHOWN).map((problem) => block(problem, cell));
  const more = problems.length - shown.length;
  const rest = more > 0 ? [`and ${more} more type errors`] : [];
  return `${[...shown, ...rest].join("\n")}\n`;
}

/** What a cell ends with that `%typecheck strict` did not let run. */
export function typeCheckError(problems: readonly TypeProblem[], cell: CheckedCell): CellError {
  const count = problems.length === 1 ? "a type error" : `${problems.length} type errors`;
  const evalue = `the cell was not run: it has ${count} (%typecheck warn runs it all the same)`;
  return {
    ename: "TypeCheckError",
    evalue,
    traceback: [`TypeCheckError: ${evalue}`, ...typeReport(problems, cell).trimEnd().split("\n")],
  };
}

function block({ line, column, length, code, message }: TypeProblem, cell: CheckedCell): string {
  const source = (cell.code.split(/\r?\n/)[line - 1] ?? "").slice(0, MAX_LINE);
  const gutter = `  ${line} | `;
  const margin = `${" ".repeat(gutter.length - 2)}| `;
  return [
    `Cell In[${cell.number}], line ${line}, column ${column}: TS${code} ${message}`,
    `${gutter}${source}`,
    `${margin}${underline(source, column - 1, length)}`,
  ].join("\n");
}

/** Tabs stay, so that the marks stand under their text whatever their width is. */
function underline(source: string, from: number, length: number): string {
  const marks = Math.max(1, Math.min(length, source.length - from));
  return `${source.slice(0, from).replace(/[^\t]/g, " ")}${"~".repeat(marks)}`;
}
