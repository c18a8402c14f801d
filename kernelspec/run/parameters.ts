/**
 * Parameters of a notebook, as papermill has them: the cell with the tag `parameters` declares their usual values, and a cell behind
 * it, with the tag `injected-parameters`, those of this run.
 */

import ts from "typescript";
import { declaredNames } from "../../kernel/language/declared-names.js";
import { nearestNames } from "../../kernel/magic/nearest.js";
import { type Notebook, type NotebookCell, sourceOf } from "./notebook-file.js";

/** Values by the names of variables. */
export type Parameters = Readonly<Record<string, unknown>>;

/**
 * `rate=100` → `["rate", 100]`. What is JSON is read as that, anything else is a text.
 * @throws Error when there is no `=`, or no name before it
 */
export function parameterOf(written: string): [name: string, value: unknown] {
  const [, name, text = ""] = /^([\p{ID_Start}$_][\p{ID_Continue}$]*)=(.*)$/su.exec(written) ?? [];
  if (name === undefined)
    throw new Error(`a parameter is written name=value, such as rate=100, not "${written}"`);
  try {
    return [name, JSON.parse(text)];
  } catch {
    return [name, text];
  }
}

/**
 * The notebook with a cell that sets the parameters, in place of one from a run before.
 * @throws Error for a notebook without parameters, and for one that it does not have, with the nearest names
 */
export function withParameters(notebook: Notebook, parameters: Parameters): Notebook {
  const cells = notebook.cells.filter((cell) => !hasTag(cell, INJECTED));
  const place = cells.findIndex((cell) => hasTag(cell, "parameters"));
  const declaring = cells[place];
  if (declaring === undefined)
    throw new Error(
      "no cell of the notebook has the tag `parameters`: give it to the cell that declares what may be set, with the usual values",
    );
  check(Object.keys(parameters), declaring);
  return { ...notebook, cells: cells.toSpliced(place + 1, 0, settingCell(parameters)) };
}

const INJECTED = "injected-parameters";

function hasTag({ metadata }: NotebookCell, tag: string): boolean {
  return metadata.tags?.includes(tag) ?? false;
}

function check(names: readonly string[], declaring: NotebookCell): void {
  const file = ts.createSourceFile("parameters.ts", sourceOf(declaring), ts.ScriptTarget.Latest);
  const known = [...declaredNames(file).keys()];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = nearestNames(unknown, known);
  const hint = near.length > 0 ? `did you mean ${near.join(" or ")}?` : `there is ${known.join(", ")}`;
  throw new Error(`the notebook has no parameter ${unknown}; ${hint}`);
}

/** By `let`, whose types are those of any number or text: a comparison with another is no mistake. */
function settingCell(parameters: Parameters): NotebookCell {
  const lines = Object.entries(parameters).map(([name, value]) => `let ${name} = ${JSON.stringify(value)};`);
  return {
    cell_type: "code",
    id: INJECTED,
    metadata: { tags: [INJECTED] },
    execution_count: null,
    outputs: [],
    source: ["// Parameters", ...lines].join("\n"),
  };
}
