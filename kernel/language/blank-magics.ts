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
  /** As written. */
  code: string;
  /** Just as long, without magics. */
  text: string;
  /** In order of their place; they do not overlap. */
  magics: MagicSpan[];
}

/** Tells a notebook's variables: `!done` at the start of a line is then a negation, not a shell command. */
export type IsVariable = (name: string) => boolean;

/** Finds the magics of a cell and blanks them. Never fails: what cannot be read as a magic is left to the parser. */
export function blankMagics(code: string, isVariable: IsVariable): BlankedCell {
  const magics = findMagics(code, (name) => isVariable(name) || declares(code, name));
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

function declares(code: string, name: string): boolean {
  return new RegExp(`\\b(?:let|const|var|function|class|import)\\b[^;]*?\\b${name}\\b`).test(code);
}

const FILLERS: Record<MagicSpan["kind"], string> = { line: ";", shell: ";", value: MAGIC_VALUE, cell: "" };

function blank(text: string, filler: string): string {
  return filler.slice(0, text.length) + text.slice(filler.length).replace(/[^\r\n]/g, " ");
}

function findMagics(code: string, isVariable: IsVariable): MagicSpan[] {
  const cellMagic = /^\s*(?=%%[A-Za-z])/.exec(code);
  if (cellMagic !== null) return [{ kind: "cell", start: cellMagic[0].length, end: code.length }];
  const found: MagicSpan[] = [];
  const reader = new TokenReader(code);
  while (reader.next()) {
    const kind = magicKind(reader, code, isVariable);
    if (kind === undefined) continue;
    const end = endOfLine(code, reader.start);
    found.push({ kind, start: reader.start, end });
    reader.skipTo(end);
  }
  return found;
}

/** What the token at hand begins, undefined when it is ordinary code. */
function magicKind(reader: TokenReader, code: string, isVariable: IsVariable): MagicSpan["kind"] | undefined {
  if (reader.token !== ts.SyntaxKind.PercentToken && reader.token !== ts.SyntaxKind.ExclamationToken)
    return undefined;
  const line = code.slice(reader.start, endOfLine(code, reader.start));
  if (/^%%?([A-Za-z]|\s*$)/.test(line)) {
    if (reader.startsStatement) return "line";
    return reader.previous === ts.SyntaxKind.EqualsToken && !line.startsWith("%%") ? "value" : undefined;
  }
  const command = /^!([\w~][\w~-]*|[./])/.exec(line)?.[1];
  if (command === undefined || !reader.startsStatement) return undefined;
  return /^\w+$/.test(command) && isName(command, isVariable) ? undefined : "shell";
}

/** A word that JavaScript can negate: of the notebook, of Node or of the language. */
function isName(word: string, isVariable: IsVariable): boolean {
  return isVariable(word) || word in globalThis || LITERALS.has(word);
}

const LITERALS = new Set(["true", "false", "null", "this", "new", "typeof", "void", "await"]);

function endOfLine(code: string, from: number): number {
  const end = code.slice(from).search(/\r?\n/);
  return end < 0 ? code.length : from + end;
}
