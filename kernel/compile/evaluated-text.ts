/**
 * Direct `eval` in cells: the text it is given means the notebook's variables too.
 *
 * `eval(text)` becomes `eval(evaluated(text, "a,b"))`, where `a` and `b` are what functions and blocks around it declare. It
 * stays a direct eval, which sees those; `evaluated` gives the notebook's variables in the text their compiled names.
 * `new Function` and indirect eval see globals alone, as in a module.
 */

import type { Program } from "acorn";
import MagicString from "magic-string";
import { KERNEL_NAMES } from "./notebook-names.js";
import { parseErrorOffset, parseScript } from "./parse-script.js";
import { blockNames, declaredNames, hoistedVars } from "./patterns.js";
import { type NameRules, renameReferences } from "./rename.js";
import { type EvalCall, freeNames } from "./scope-analysis.js";

/** Lets each direct eval ask for its text. @returns true when there is any */
export function rewriteEvalCalls(calls: readonly EvalCall[], text: MagicString): boolean {
  for (const { start, end, bound } of calls) {
    text.appendRight(start, `${KERNEL_NAMES.evaluated}(`);
    text.appendLeft(end, `,${JSON.stringify(bound.join())})`);
  }
  return calls.length > 0;
}

/**
 * The text with compiled names for the notebook's variables; unchanged when it is no JavaScript, of which eval itself
 * then tells.
 * @param bound names that mean something nearer, separated by commas
 * @param isNotebookName as the notebook is now
 */
export function evaluatedText(
  text: string,
  bound: string,
  isNotebookName: (name: string) => boolean,
): string {
  const hidden = new Set(bound.split(","));
  const rules: NameRules = {
    isNotebookName: (name) => !hidden.has(name) && isNotebookName(name),
    isHostName: () => true,
  };
  try {
    const program = parseScript(text);
    for (const name of topLevelNames(program)) hidden.add(name);
    const renamed = new MagicString(text);
    renameReferences(freeNames(program), renamed, rules);
    return renamed.toString();
  } catch (error) {
    if (parseErrorOffset(error) === undefined) throw error;
    return text;
  }
}

/** What the text declares is its own: eval keeps it to itself in strict code. */
function topLevelNames(program: Program): string[] {
  return [...blockNames(program.body), ...program.body.flatMap(hoistedVars).flatMap(declaredNames)];
}
