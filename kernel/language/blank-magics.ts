/**
 * Magics are not TypeScript: before a cell is parsed they are replaced by text of the same length, so that every
 * offset in the blanked cell is the offset in the cell as written.
 *
 *   %plot counts --top 20      →  ;                        a statement of its own, so that the lines around stay apart
 *   const n = %peek counts     →  const n = $_;            an expression of type any, and its statement's end
 *   files = !ls -l             →  var files:$s;            where nothing else declares the variable
 *   %%html …whole cell…        →  spaces
 *   !ls -l                     →  ;
 *
 * What a magic declares to be TypeScript stays, and a variable that it makes is declared:
 *
 *   %time const n = f()        →  ;     const n = f()
 *   %%capture shown            →  var shown:any;         and the lines below as they are
 */

import { type CellMagic, cellMagicOf } from "../compile/magics.js";
import { seemsToDeclare } from "../compile/mentioned-names.js";
import { type IsVariable, type MagicSite, magicEnd, scanCell } from "../compile/scan-cell.js";
import { restStart } from "../magic/rest-start.js";
import type { MagicSummary } from "../port/language.js";

/** Stands for the value of a magic whose type nobody has declared: `any`. As short as the shortest magic. */
const MAGIC_VALUE = "$_";

/** Stands for the lines of a shell command: `const files = !ls`. */
const SHELL_VALUE = "$s";

/** What stands for the values of magics: name → type. As long as `%name` at most. */
export function magicValueTypes(magics: readonly MagicSummary[]): Map<string, string> {
  const typed = magics.flatMap(({ name, valueType }) =>
    valueType === undefined ? [] : ([[valueName(name), valueType]] as const),
  );
  return new Map([[MAGIC_VALUE, "any"], [SHELL_VALUE, "string[]"], ...typed]);
}

function valueName(magic: string): string {
  return `$${magic.toLowerCase().replaceAll("-", "_")}`;
}

export interface MagicSpan {
  /** `value` stands right of `=`; `cell` takes the whole cell; `shell` starts with `!`, right of `=` for `shell value`. */
  kind: "line" | "value" | "cell" | "shell" | "shell value";
  /** Offsets of the sign and of the end of the line (of the cell, for `cell`), or of where its TypeScript begins. */
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
export function blankMagics(code: string, isVariable: IsVariable, declared = NONE_DECLARED): BlankedCell {
  const magics = findMagics(code, isVariable, declared);
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end, filler, target } of magics) {
    const begins = target?.start ?? start;
    pieces.push(code.slice(from, begins), blank(code.slice(begins, end), filler));
    from = end;
  }
  const spans = magics.map(({ kind, start, end }) => ({ kind, start, end }));
  return { code, text: pieces.join("") + code.slice(from), magics: spans };
}

/** The declaration of a magic by its name as written; undefined where there is none such. */
export type DeclaredMagic = (name: string) => Pick<MagicSummary, "body" | "params" | "valueType"> | undefined;

const NONE_DECLARED: DeclaredMagic = () => undefined;

/** A variable that a magic's value is assigned to, and that nothing else declares. */
interface Target {
  name: string;
  start: number;
}

/** A magic and what stands for it: from its target's place on, where it has one. */
type FoundMagic = MagicSpan & { filler: string; target?: Target };

/** The end of the statement belongs to it, where there is room: the next line may begin with a bracket. */
function valueFiller(value: string, target: Target | undefined, room: number): string {
  const texts =
    target === undefined
      ? [`${value};`]
      : [`var ${target.name}:${value};`, `var ${target.name};`, `var ${target.name}`];
  return texts.find((text) => text.length <= room) ?? value;
}

/** Declares the variable that a magic makes, as far as the line has room for it. */
function madeFiller(made: string | undefined, room: number, otherwise: string): string {
  const declarations = made === undefined ? [] : [`var ${made}:any;`, `var ${made};`];
  return declarations.find((text) => text.length <= room) ?? otherwise;
}

function blank(text: string, filler: string): string {
  return filler.slice(0, text.length) + text.slice(filler.length).replace(/[^\r\n]/g, " ");
}

function findMagics(code: string, isVariable: IsVariable, declared: DeclaredMagic): FoundMagic[] {
  const cellMagic = cellMagicOf(code);
  if (cellMagic !== undefined) return [wholeCell(cellMagic, code, declared)];
  const isName = (name: string): boolean =>
    isVariable(name) || name in globalThis || seemsToDeclare(code, name);
  return scanCell(code, isName).magics.map((site) => wholeLine(site, code, declared, isVariable));
}

function wholeCell({ name, line, start }: CellMagic, code: string, declared: DeclaredMagic): FoundMagic {
  const magic = declared(name);
  const end = magic?.body === "code" ? endOfLine(code, start) : code.length;
  const filler = madeFiller(madeBy(magic, line), endOfLine(code, start) - start, "");
  return { kind: "cell", start, end, filler };
}

/** A comment behind a magic is blanked with it: while it is typed, what follows may still become an argument. */
function wholeLine(
  { kind, name, start }: MagicSite,
  code: string,
  declared: DeclaredMagic,
  isVariable: IsVariable,
): FoundMagic {
  const end = magicEnd(code, start);
  const magic = declared(name);
  if (kind === "value" || kind === "shell value") {
    const typed = magic?.valueType === undefined ? MAGIC_VALUE : valueName(name);
    const target = targetOf(code, start, isVariable);
    const filler = valueFiller(
      kind === "value" ? typed : SHELL_VALUE,
      target,
      end - (target?.start ?? start),
    );
    return { kind, start, end, filler, ...(target && { target }) };
  }
  if (kind === "shell") return { kind, start, end, filler: ";" };
  const args = start + 1 + name.length;
  const line = code.slice(args, end);
  const codeAt = magic?.params.some(({ rest }) => rest === "code")
    ? restStart(line, magic.params)
    : undefined;
  const filler = madeFiller(madeBy(magic, line), end - start, ";");
  return { kind, start, end: codeAt === undefined ? end : args + codeAt, filler };
}

/** As `madeByMagics` of the compiler has it, as far as the text alone tells. */
function targetOf(code: string, magicStart: number, isVariable: IsVariable): Target | undefined {
  const [all, name = ""] = ASSIGNED.exec(code.slice(0, magicStart)) ?? [];
  if (all === undefined || isVariable(name) || name in globalThis) return undefined;
  if (declaredIn(code, name)) return undefined;
  return { name, start: magicStart - all.length };
}

function declaredIn(code: string, name: string): boolean {
  const lists = code.matchAll(/\b(?:let|const|var)\s([^=;\n]*)/g);
  return [...lists].some(([, list = ""]) => list.split(/[^\p{ID_Continue}$]+/u).includes(name));
}

/** At the start of a line: an indented one may stand in a function, where it makes no variable of the notebook. */
const ASSIGNED = /(?<=^|\n)([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=\s*$/u;
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

function madeBy(magic: ReturnType<DeclaredMagic>, line: string): string | undefined {
  if (magic?.params[0]?.makesVariable !== true) return undefined;
  const [made] = line.split(/\s+/).filter((word) => word !== "" && !word.startsWith("-"));
  return made !== undefined && IDENTIFIER.test(made) ? made : undefined;
}

function endOfLine(code: string, from: number): number {
  const end = code.slice(from).search(/\r?\n/);
  return end < 0 ? code.length : from + end;
}
