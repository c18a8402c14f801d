/** Whether a cell can be run as it stands, or a console should go on asking for lines. */

import ts from "typescript";
import type { IsCompleteReply } from "../port/language.js";
import type { BlankedCell } from "./blank-magics.js";
import { openBracket } from "./open-bracket.js";

const INDENT = "  ";

/**
 * Incomplete is what only lacks something at its end. Only syntax counts, so it needs no program.
 * @param extension `.ts`, or `.tsx` where JSX is enabled.
 */
export function isComplete({ code, text, magics }: BlankedCell, extension: string): IsCompleteReply {
  if (magics[0]?.kind === "cell") return cellMagic(code);
  if (code.endsWith("\\") && magics.at(-1)?.end === code.length)
    return { status: "incomplete", indent: INDENT };
  const status = readings(text)
    .map((reading) => statusOf(reading, extension))
    .sort((a, b) => BEST_FIRST.indexOf(a) - BEST_FIRST.indexOf(b))[0];
  return status === "incomplete" ? incomplete(text) : { status: status ?? "invalid" };
}

type Status = "complete" | "incomplete" | "invalid";
const BEST_FIRST: Status[] = ["complete", "incomplete", "invalid"];

/** A cell that begins with a brace may be a block or an object. */
function readings(text: string): string[] {
  return text.trimStart().startsWith("{") ? [text, `(${text}\n)`, `(${text}`] : [text];
}

function statusOf(text: string, extension: string): Status {
  const { file, errors } = parse(text, extension);
  const [first] = errors;
  if (first === undefined) return lacksBody(file) ? "incomplete" : "complete";
  return isAtEnd(first, file) ? "incomplete" : "invalid";
}

/** A cell magic takes lines until an empty one. */
function cellMagic(code: string): IsCompleteReply {
  const [, ...body] = code.trimStart().split("\n");
  const ended = body.length > 1 && body.at(-1)?.trim() === "";
  return ended ? { status: "complete" } : { status: "incomplete", indent: "" };
}

function parse(text: string, extension: string): { file: ts.SourceFile; errors: readonly ts.Diagnostic[] } {
  const path = `/cell${extension}`;
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const host: ts.CompilerHost = {
    getSourceFile: (name) => (name === path ? file : undefined),
    getDefaultLibFileName: () => "",
    writeFile: () => undefined,
    getCurrentDirectory: () => "/",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (name) => name === path,
    readFile: () => undefined,
  };
  const program = ts.createProgram([path], { noLib: true, noResolve: true, types: [] }, host);
  return { file, errors: program.getSyntacticDiagnostics(file) };
}

/** Where the last token ends: comments and blanks behind it do not count. */
function endOfCode(file: ts.SourceFile): number {
  return file.endOfFileToken.getFullStart();
}

/** Reported where they begin, though only the end is missing. */
const MISSING_END = new Set([
  1010, // '*/' expected
  1160, // unterminated template literal
  17008, // JSX element without closing tag
  17014, // JSX fragment without closing tag
]);
/** A string ends with its line: no further line can help. */
const UNTERMINATED_STRING = 1002;

function isAtEnd({ code, start = 0 }: ts.Diagnostic, file: ts.SourceFile): boolean {
  if (code === UNTERMINATED_STRING) return file.text.endsWith("\\");
  return MISSING_END.has(code) || start >= endOfCode(file);
}

/** `function f()` alone is an overload to the parser; a person is about to open its body. */
function lacksBody(file: ts.SourceFile): boolean {
  const statement = file.statements.at(-1);
  if (statement === undefined || !ts.isFunctionDeclaration(statement) || statement.body !== undefined)
    return false;
  const isAmbient = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false;
  return !isAmbient && !/;\s*$/.test(statement.getText(file));
}

/** The next line stands deeper where the last one opens a bracket or breaks off after an operator. */
function incomplete(text: string): IsCompleteReply {
  const lastLine = text.trimEnd().lastIndexOf("\n") + 1;
  const line = text.slice(lastLine).trimEnd();
  const indent = /^[ \t]*/.exec(line)?.[0] ?? "";
  const deeper = openBracket(text) >= lastLine || BREAKS_OFF.test(line);
  return { status: "incomplete", indent: deeper ? indent + INDENT : indent };
}

const BREAKS_OFF = /(?:[-=+*/%&|^?<>]|^\s*(?:if|for|while)\b.*\)|^\s*(?:case\b.*|default\s*):|\belse|\bdo)$/;
