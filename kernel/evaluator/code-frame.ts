/** The lines around a place in a cell, with a caret under the place. */

import type { Position } from "../compile/position.js";

const CONTEXT_LINES = 2;
const MAX_LINE = 160;

/** Lines such as `> 3 | x.a`, without a line break at the end. @param length characters to underline */
export function codeFrame(code: string, at: Position, length = 1): string {
  const lines = code.split("\n");
  const first = Math.max(1, at.line - CONTEXT_LINES);
  const last = Math.min(lines.length, at.line + CONTEXT_LINES);
  const width = String(last).length;
  const shown: string[] = [];
  for (let number = first; number <= last; number++) {
    const marker = number === at.line ? ">" : " ";
    const text = (lines[number - 1] ?? "").slice(0, MAX_LINE);
    shown.push(`${marker} ${String(number).padStart(width)} | ${text}`.trimEnd());
    if (number === at.line) shown.push(`  ${" ".repeat(width)} | ${caret(text, at.column, length)}`);
  }
  return shown.join("\n");
}

function caret(text: string, column: number, length: number): string {
  // Tabs stay, so that the caret stands under its character whatever their width is.
  const before = text.slice(0, column).replace(/[^\t]/g, " ");
  const width = Math.max(1, Math.min(length, text.length - column));
  return before.padEnd(Math.min(column, MAX_LINE)) + "^".repeat(width);
}
