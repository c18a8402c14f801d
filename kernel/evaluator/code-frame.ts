/** The lines around a place in a cell, with a caret under the place. */

import type { Position } from "../compile/position.js";

const CONTEXT_LINES = 2;
const MAX_LINE = 160;
/** Characters shown before the place when its line is longer than {@link MAX_LINE}. */
const BEFORE_PLACE = 100;

/** Lines such as `> 3 | x.a`, without a line break at the end. @param length characters to underline */
export function codeFrame(code: string, at: Position, length = 1): string {
  const lines = code.split("\n");
  const first = Math.max(1, at.line - CONTEXT_LINES);
  const last = Math.min(lines.length, at.line + CONTEXT_LINES);
  const width = String(last).length;
  const from = at.column < MAX_LINE ? 0 : at.column - BEFORE_PLACE;
  const shown: string[] = [];
  for (let number = first; number <= last; number++) {
    const marker = number === at.line ? ">" : " ";
    const text = windowOf(lines[number - 1] ?? "", from);
    shown.push(`${marker} ${String(number).padStart(width)} | ${text}`.trimEnd());
    if (number === at.line) shown.push(`  ${" ".repeat(width)} | ${caret(text, at.column - from, length)}`);
  }
  return shown.join("\n");
}

function windowOf(line: string, from: number): string {
  const text = line.slice(from, from + MAX_LINE);
  return from > 0 && text !== "" ? `…${text.slice(1)}` : text;
}

function caret(text: string, column: number, length: number): string {
  // Tabs stay, so that the caret stands under its character whatever their width is.
  const before = text.slice(0, column).replace(/[^\t]/g, " ");
  const width = Math.max(1, Math.min(length, text.length - column));
  return before.padEnd(column) + "^".repeat(width);
}
