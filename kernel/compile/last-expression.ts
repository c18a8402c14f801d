/** The value of a cell is that of its last expression. */

import type { AnyNode, Program } from "acorn";
import type MagicString from "magic-string";

/**
 * Lets the script return the cell's value, as the only element of an array: a promise would look for a `then` on the
 * value, which runs code of a proxy. @returns true when the cell has one
 */
export function returnLastExpression(program: Program, text: MagicString): boolean {
  const last = lastStatement(program.body);
  if (last?.type !== "ExpressionStatement") return false;
  const hasSemicolon = text.original[last.end - 1] === ";";
  text.prependRight(last.start, "return [(");
  text.appendLeft(hasSemicolon ? last.end - 1 : last.end, hasSemicolon ? ")]" : ")];");
  return true;
}

/**
 * The last statement that is not empty. Inside a trailing `try … finally` it is the last one of the block: so is a cell
 * lowered that declares with `using`, and a value may leave a `try` by `return` without changing what it does.
 */
export function lastStatement(body: readonly AnyNode[]): AnyNode | undefined {
  const last = body.findLast((statement) => statement.type !== "EmptyStatement");
  return last?.type === "TryStatement" && last.finalizer ? lastStatement(last.block.body) : last;
}
