/**
 * Magics are not TypeScript: before a cell is parsed they are replaced by text of the same length, so that every
 * offset in the blanked cell is the offset in the cell as written.
 *
 *   %plot counts --top 20      →  ;                        a statement of its own, so that the lines around stay apart
 *   const n = %peek counts     →  const n = $_             an expression of type any
 *   %%html …whole cell…        →  spaces
 *   !ls -l                     →  ;
 */

import ts from "typescript";
import { TokenReader } from "./token-reader.js";

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
  /** As long as the cell. */
  text: string;
  /** In order of their place; they do not overlap. */
  magics: MagicSpan[];
}

/** Finds the magics of a cell and blanks them. Never fails: what cannot be read as a magic is left to the parser. */
export function blankMagics(code: string): BlankedCell {
  const magics = findMagics(code);
  const pieces: string[] = [];
  let from = 0;
  for (const magic of magics) {
    pieces.push(
      code.slice(from, magic.start),
      blank(code.slice(magic.start, magic.end), FILLERS[magic.kind]),
    );
    from = magic.end;
  }
  return { text: pieces.join("") + code.slice(from), magics };
}

const FILLERS: Record<MagicSpan["kind"], string> = { line: ";", shell: ";", value: MAGIC_VALUE, cell: "" };

function blank(text: string, filler: string): string {
  return filler.slice(0, text.length) + text.slice(filler.length).replace(/[^\r\n]/g, " ");
}

function findMagics(code: string): MagicSpan[] {
  const cellMagic = /^\s*(?=%%[A-Za-z])/.exec(code);
  if (cellMagic !== null) return [{ kind: "cell", start: cellMagic[0].length, end: code.length }];
  const found: MagicSpan[] = [];
  const reader = new TokenReader(code);
  while (reader.next()) {
    const kind = magicKind(reader, code);
    if (kind === undefined) continue;
    const end = endOfLine(code, reader.start);
    found.push({ kind, start: reader.start, end });
    reader.skipTo(end);
  }
  return found;
}

/** What the token at hand begins, undefined when it is ordinary code. */
function magicKind(reader: TokenReader, code: string): MagicSpan["kind"] | undefined {
  if (reader.token !== ts.SyntaxKind.PercentToken && reader.token !== ts.SyntaxKind.ExclamationToken)
    return undefined;
  const line = code.slice(reader.start, endOfLine(code, reader.start));
  if (reader.token === ts.SyntaxKind.PercentToken) {
    if (!/^%%?([A-Za-z]|\s*$)/.test(line)) return undefined;
    if (reader.startsLine) return reader.inExpression ? undefined : "line";
    return reader.previous === ts.SyntaxKind.EqualsToken && !line.startsWith("%%") ? "value" : undefined;
  }
  const shell =
    reader.token === ts.SyntaxKind.ExclamationToken && reader.startsLine && /^![\w./~]/.test(line);
  return shell && !reader.inExpression && reader.mayEndStatement ? "shell" : undefined;
}

function endOfLine(code: string, from: number): number {
  const end = code.slice(from).search(/\r?\n/);
  return end < 0 ? code.length : from + end;
}
