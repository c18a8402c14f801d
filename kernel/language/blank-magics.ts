/**
 * Magics are not TypeScript: before a cell is parsed they are replaced by text of the same length, so that every
 * offset in the blanked cell is the offset in the cell as written.
 *
 *   %plot counts --top 20      →  ;                        a statement of its own, so that the lines around stay apart
 *   const n = %peek counts     →  const n = $_             an expression of type any
 *   %%html …whole cell…        →  spaces
 *   !ls -l                     →  ;
 */

import { cellMagicOf } from "../compile/magics.js";
import { type IsVariable, type MagicSite, scanCell } from "../compile/scan-cell.js";

/** Stands for the value of a magic; declared as `any` by {@link MAGIC_VALUE_DECLARATION}. As short as the shortest magic. */
export const MAGIC_VALUE = "$_";
export const MAGIC_VALUE_DECLARATION = `declare const ${MAGIC_VALUE}: any;`;

export interface MagicSpan {
  /** `value` stands right of `=`; `cell` takes the whole cell; `shell` starts with `!`. */
  kind: "line" | "value" | "cell" | "shell";
  /** Offsets of the sign and of the end of the line (of the cell, for `cell`). */
  start: number;
  end: number;
}

export interface BlankedCell {
  /** As written. */
  code: string;
  /** Just as long, without magics. */
  text: string;
  /** In order of their place; they do not overlap. */
  magics: MagicSpan[];
}

/**
 * Finds the magics of a cell, by the rules it is compiled by, and blanks them. Never fails: what cannot be read as a
 * magic is left to the parser.
 */
export function blankMagics(code: string, isVariable: IsVariable): BlankedCell {
  const magics = findMagics(code, isVariable);
  const pieces: string[] = [];
  let from = 0;
  for (const magic of magics) {
    pieces.push(
      code.slice(from, magic.start),
      blank(code.slice(magic.start, magic.end), FILLERS[magic.kind]),
    );
    from = magic.end;
  }
  return { code, text: pieces.join("") + code.slice(from), magics };
}

const FILLERS: Record<MagicSpan["kind"], string> = { line: ";", shell: ";", value: MAGIC_VALUE, cell: "" };

function blank(text: string, filler: string): string {
  return filler.slice(0, text.length) + text.slice(filler.length).replace(/[^\r\n]/g, " ");
}

function findMagics(code: string, isVariable: IsVariable): MagicSpan[] {
  const cellMagic = cellMagicOf(code);
  if (cellMagic !== undefined) return [{ kind: "cell", start: cellMagic.start, end: code.length }];
  const isName = (name: string): boolean => isVariable(name) || name in globalThis || declares(code, name);
  return scanCell(code, isName).magics.map((site) => wholeLine(site, code));
}

/** A comment behind a magic is blanked with it: while it is typed, what follows may still become an argument. */
function wholeLine({ kind, start }: MagicSite, code: string): MagicSpan {
  return { kind, start, end: endOfLine(code, start) };
}

function declares(code: string, name: string): boolean {
  return new RegExp(`\\b(?:let|const|var|function|class|import)\\b[^;]*?\\b${name}\\b`).test(code);
}

function endOfLine(code: string, from: number): number {
  const end = code.slice(from).search(/\r?\n/);
  return end < 0 ? code.length : from + end;
}
