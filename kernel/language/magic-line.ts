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
export function magicLineAt({ code, magics }: BlankedCell, cursor: number): MagicLine | undefined {
  const span = magics.find((magic) => cursor > magic.start && cursor <= magic.end);
  if (span === undefined || span.kind === "shell") return undefined;
  const line = code.slice(span.start, span.end).split(/\r?\n/, 1)[0] ?? "";
  if (cursor > span.start + line.length) return undefined;
  const [name, ...words] = wordsOf(line, span.start);
  return name === undefined
    ? undefined
    : { span, name, words, opensCell: code.slice(0, span.start).trim() === "" };
}

function wordsOf(line: string, offset: number): Word[] {
  return [...line.matchAll(/(?:[^\s"']|"[^"]*"?|'[^']*'?)+/g)].map((match) => ({
    text: match[0],
    start: offset + match.index,
    end: offset + match.index + match[0].length,
  }));
}
