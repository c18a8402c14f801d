/** A magic on a line of its own shows its value wherever in the cell it stands; of other code only the last expression does. */

import type { AnyNode, Program } from "acorn";
import type MagicString from "magic-string";
import { lastStatement } from "./last-expression.js";
import { KERNEL_NAMES } from "./notebook-names.js";
import { walk } from "./syntax-tree.js";

/** Leaves out the magic that is the cell's last statement: its value is that of the cell. @returns true when there are any */
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
