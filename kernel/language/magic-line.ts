/** A magic as it stands in a cell, perhaps half typed: where its name and its words are. */

import type { BlankedCell, MagicSpan } from "./blank-magics.js";

export interface Word {
  text: string;
  /** Offsets in the cell. */
  start: number;
  end: number;
}

export interface MagicLine {
  span: MagicSpan;
  /** With its signs (`%plot`, `%%html`), perhaps the signs alone. */
  name: Word;
  /** What follows the name on its line; quotes hold a word together. */
  words: Word[];
  /** Nothing stands before it in the cell: here a cell magic may begin. */
  opensCell: boolean;
}

/** The magic in whose line the cursor stands, undefined when it stands in code, in a shell command or in the body of a cell magic. */
export function magicLineAt(cell: BlankedCell, cursor: number): MagicLine | undefined {
  const { code, magics } = cell;
  const span = magics.find(({ start, end }) => cursor > start && cursor <= end) ?? begunAt(code, cursor);
  if (span === undefined || span.kind.startsWith("shell")) return undefined;
  const line = code.slice(span.start, span.end).split(/\r?\n/, 1)[0] ?? "";
  if (cursor > span.start + line.length) return undefined;
  const [name, ...words] = wordsOf(line, span.start);
  return name === undefined
    ? undefined
    : { span, name, words, opensCell: code.slice(0, span.start).trim() === "" };
}

/** A sign alone on its line, or behind `=`: no magic yet, but nothing else either. */
function begunAt(code: string, cursor: number): MagicSpan | undefined {
  const [, before, signs = ""] = /(^|\n|=)[ \t]*(%%?)$/.exec(code.slice(0, cursor)) ?? [];
  const isLast = /^[ \t]*(\r?\n|$)/.test(code.slice(cursor));
  if (before === undefined || !isLast) return undefined;
  return { kind: before === "=" ? "value" : "line", start: cursor - signs.length, end: cursor };
}

function wordsOf(line: string, offset: number): Word[] {
  return [...line.matchAll(/(?:[^\s"']|"[^"]*"?|'[^']*'?)+/g)].map((match) => ({
    text: match[0],
    start: offset + match.index,
    end: offset + match.index + match[0].length,
  }));
}
