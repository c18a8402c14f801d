/** The type errors of a cell, with a notebook user's eyes: what would be a question of style in a program is none here. */

import ts from "typescript";
import type { TypeProblem } from "../port/language.js";
import { withoutPaths } from "./open-cell.js";

/** A cell's text as part of a file. */
export interface CheckedText {
  path: string;
  /** Offset of the cell's first character in the file. */
  shift: number;
  code: string;
}

/**
 * Problems in the cell's own text, in the order of their places; none when it has syntax errors, which the compiler of
 * cells reports better.
 * @param lenient leaves out what only a program needs
 */
export function diagnose(service: ts.LanguageService, text: CheckedText, lenient: boolean): TypeProblem[] {
  if (service.getSyntacticDiagnostics(text.path).length > 0) return [];
  const isOwn = ({ start = -1 }: ts.Diagnostic): boolean =>
    start >= text.shift && start < text.shift + text.code.length;
  return service
    .getSemanticDiagnostics(text.path)
    .filter((diagnostic) => diagnostic.category === ts.DiagnosticCategory.Error && isOwn(diagnostic))
    .filter((diagnostic) => !isNoise(diagnostic, lenient))
    .map((diagnostic) => problem(diagnostic, text))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Never a mistake in a notebook. */
const NOISE = new Set([
  2695, // left side of comma operator is unused: `{a, b}` as the last expression
  2719, // two types of one name: a class that was declared again
]);

/** What a program would not do with its constants, and a notebook does: `n === 2` after `const n = 1` in another cell. */
const CONSTANT_CONDITIONS = new Set([2367, 2678, 2869, 2870, 2871, 2872, 2873, 2881]);

/** Errors that running the cell reports, and better: modules that are not found. */
const RUNTIME_TELLS = new Set([2307, 2732, 2792, 2834, 2835, 2691, 5097]);

/** What `any` is inferred for: 7005 to 7057, and `this` at the top. */
function isImplicitAny(code: number): boolean {
  return (code >= 7005 && code <= 7057) || code === 2683;
}

function isNoise(diagnostic: ts.Diagnostic, lenient: boolean): boolean {
  const { code, messageText } = diagnostic;
  if (NOISE.has(code) || comesFromRedeclaration(messageText)) return true;
  return lenient && (isImplicitAny(code) || CONSTANT_CONDITIONS.has(code) || RUNTIME_TELLS.has(code));
}

/** An instance of a class as it was before its cell ran again, given to what knows the class as it is now, or vice versa. */
const SEPARATE_DECLARATIONS = new Set([2442, 2719, 18015]);

function comesFromRedeclaration(message: string | ts.DiagnosticMessageChain): boolean {
  if (typeof message === "string") return false;
  return SEPARATE_DECLARATIONS.has(message.code) || (message.next ?? []).some(comesFromRedeclaration);
}

/** An import of another cell's name is that name, to a reader. */
const SAID_OTHERWISE = new Map<number, { code: number; say(message: string): string }>([
  [2632, { code: 2588, say: (message) => message.replace("it is an import", "it is a constant") }],
]);

function problem(diagnostic: ts.Diagnostic, { shift, code: text }: CheckedText): TypeProblem {
  const { code, start = shift, length = 1, messageText } = diagnostic;
  const message = withoutPaths(ts.flattenDiagnosticMessageText(messageText, "\n"));
  const otherwise = SAID_OTHERWISE.get(code);
  const offset = start - shift;
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  return {
    line: text.slice(0, lineStart).split("\n").length,
    column: offset - lineStart + 1,
    length,
    code: otherwise?.code ?? code,
    message: otherwise?.say(message) ?? message,
  };
}
