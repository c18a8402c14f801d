/** What a cell awaits outside of its functions. */

import type { Program } from "acorn";
import type MagicString from "magic-string";
import { KERNEL_NAMES } from "./notebook-names.js";
import { walk } from "./syntax-tree.js";

/**
 * Lets each top-level `await` wait for `settle(x)` instead of `x`: once the cell was interrupted that never settles, so
 * that nothing of an abandoned cell goes on in the background.
 * @returns true when the cell awaits anything, and so must be an async function
 */
export function rewriteTopLevelAwait(program: Program, text: MagicString): boolean {
  let found = false;
  walk(program, (node, depth) => {
    if (depth > 0) return;
    const each = node.type === "ForOfStatement" && node.await;
    const awaited = node.type === "AwaitExpression" ? node.argument : each ? node.right : undefined;
    if (awaited === undefined) return;
    found = true;
    text.appendRight(awaited.start, `${each ? KERNEL_NAMES.each : KERNEL_NAMES.settle}(`);
    text.appendLeft(awaited.end, ")");
  });
  return found;
}
