/** Values of magics: where they are shown, and the variables that they make. */

import type { AnyNode, Program } from "acorn";
import type MagicString from "magic-string";
import type { Declaration } from "./declarations.js";
import { lastStatement } from "./last-expression.js";
import { KERNEL_NAMES } from "./notebook-names.js";
import { topLevelStatements } from "./patterns.js";
import { walk } from "./syntax-tree.js";

/**
 * Variables of `files = !ls` and `w = %window counts` outside of functions: as in IPython such a line declares what
 * nothing else does. (Of code, an assignment to a name that nobody knows stays an error.)
 * @param isKnown true for names that mean something already, here or in the notebook
 */
export function madeByMagics(program: Program, isKnown: (name: string) => boolean): Declaration[] {
  const names = topLevelStatements(program).flatMap((statement) => {
    if (statement.type !== "ExpressionStatement") return [];
    const { expression } = statement;
    if (expression.type !== "AssignmentExpression" || expression.operator !== "=") return [];
    if (expression.left.type !== "Identifier" || !isMagicCall(expression.right)) return [];
    return isKnown(expression.left.name) ? [] : [expression.left.name];
  });
  return [...new Set(names)].map((name) => ({ name, kind: "var" }));
}

/**
 * A magic on a line of its own shows its value wherever in the cell it stands; of other code only the last expression does.
 * Leaves out the magic that is the cell's last statement: its value is that of the cell. @returns true when there are any
 */
export function showMagicValues(program: Program, text: MagicString): boolean {
  const last = lastStatement(program.body);
  let found = false;
  walk(program, (node) => {
    if (node === last || node.type !== "ExpressionStatement" || !isMagicCall(node.expression)) return;
    found = true;
    text.prependRight(node.expression.start, `${KERNEL_NAMES.show}(`);
    text.appendLeft(node.expression.end, ")");
  });
  return found;
}

function isMagicCall(node: AnyNode): boolean {
  if (node.type !== "AwaitExpression" || node.argument.type !== "CallExpression") return false;
  const { callee } = node.argument;
  return callee.type === "Identifier" && callee.name === KERNEL_NAMES.magic;
}
