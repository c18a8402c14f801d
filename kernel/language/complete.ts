/** Completion of code: what TypeScript offers at the cursor, ranked, cut and described for Jupyter. */

import ts from "typescript";
import type { CompleteReply, Completion } from "../port/language.js";
import { entryKind, symbolKind } from "./completion-kind.js";
import { type CheckedCell, check, importedSymbol, type OpenCell, withoutPaths } from "./open-cell.js";

const MAX_MATCHES = 1000;
/** A signature costs a type: the first ones are what the menu shows, and only while they are cheap. */
const MAX_SIGNATURES = 50;
const SIGNATURES_MS = 5;

/** Among TypeScript's own: 11 for what is declared here, 15 for globals and keywords. */
const RANK = { module: "10", nodeModule: "11", kernelGlobal: "14", deprecated: "z" } as const;

const PREFERENCES: ts.GetCompletionsAtPositionOptions = {
  includeSymbol: true,
  // `maybe.` offers the members by `?.`, and names that need brackets are written so.
  includeCompletionsWithInsertText: true,
};

export interface CompletionContext {
  /** Specifiers of the kernel's own modules. */
  modules: readonly string[];
  /** Names of Node's modules: the compiler offers only those it has read. */
  nodeModules: readonly string[];
  /** Declaration files of the names that every cell has, absolute. */
  globals: readonly string[];
  /** Names that the kernel has put in, which nobody is to use. */
  hidden: ReadonlyMap<string, unknown>;
  /** Milliseconds of any steady clock. */
  now(): number;
}

/** An entry and the part of the cell it replaces. */
interface Candidate {
  entry: ts.CompletionEntry;
  text: string;
  start: number;
  end: number;
  /** What of it was typed. */
  typed: string;
  /** Sorts as TypeScript's `sortText`, with {@link RANK}. */
  rank: string;
}

/** Matches at `cursor`, best first; none where nothing can be completed (comments, new names). */
export function completeCode(cell: OpenCell, cursor: number, context: CompletionContext): CompleteReply {
  const found = cell.service.getCompletionsAtPosition(cell.path, cursor + cell.shift, PREFERENCES);
  const specifier = specifierAt(cell.code, cursor);
  const token =
    specifier === undefined
      ? tokenAt(cell, cursor, found?.optionalReplacementSpan)
      : lastStep(cell, specifier);
  const offered = (found?.entries ?? []).map((entry) => candidate(entry, cell, cursor, token, context));
  const modules = specifier === undefined ? [] : moduleNames(cell, cursor, specifier, token, context);
  const candidates = [...modules, ...offered].filter((c) => isWanted(c) && !context.hidden.has(c.entry.name));
  const [best] = candidates;
  if (best === undefined) return { matches: [], ...token };
  const { start, end } = candidates.find((c) => c.start === token.start) ?? best;
  const ranked = candidates.filter((c) => c.start === start && c.end === end).sort(byRank);
  const distinct = ranked.filter((c, i) => c.text !== ranked[i - 1]?.text);
  return { matches: describe(cell, distinct.slice(0, MAX_MATCHES), context), start, end };
}

function isWanted({ entry, typed }: Candidate): boolean {
  const isOffer = entry.kind !== ts.ScriptElementKind.warning;
  return isOffer && entry.name.toLowerCase().startsWith(typed.toLowerCase());
}

function describe(cell: OpenCell, ranked: readonly Candidate[], { now }: CompletionContext): Completion[] {
  const checked = check(cell);
  const deadline = now() + SIGNATURES_MS;
  return ranked.map((c, i) => match(c, checked, i < MAX_SIGNATURES && now() < deadline));
}

interface Range {
  start: number;
  end: number;
}

/** The name around the cursor, or the content of the string around it. */
function tokenAt(cell: OpenCell, cursor: number, span: ts.TextSpan | undefined): Range {
  if (span !== undefined) return range(span, cell.shift);
  const before = /[\p{ID_Continue}$]*$/u.exec(cell.code.slice(0, cursor))?.[0] ?? "";
  const after = /^[\p{ID_Continue}$]*/u.exec(cell.code.slice(cursor))?.[0] ?? "";
  return { start: cursor - before.length, end: cursor + after.length };
}

/** The module specifier around the cursor, when there is one. */
function specifierAt(code: string, cursor: number): Range | undefined {
  const before = /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*(["'])([^"'\n]*)$/.exec(
    code.slice(0, cursor),
  );
  if (before === null) return undefined;
  const after = /^[^"'\n)]*(?=["'])/.exec(code.slice(cursor))?.[0] ?? "";
  return { start: cursor - (before[2] ?? "").length, end: cursor + after.length };
}

function range(span: ts.TextSpan, shift: number): Range {
  return { start: span.start - shift, end: span.start + span.length - shift };
}

/** What follows the last slash of a specifier: TypeScript names one step at a time. */
function lastStep(cell: OpenCell, { start, end }: Range): Range {
  return { start: start + cell.code.slice(start, end).lastIndexOf("/") + 1, end };
}

/** The kernel's own modules, and Node's from the last slash on, as the compiler offers others. */
function moduleNames(
  cell: OpenCell,
  cursor: number,
  specifier: Range,
  step: Range,
  { modules, nodeModules }: CompletionContext,
): Candidate[] {
  const before = cell.code.slice(specifier.start, step.start);
  const steps = nodeModules
    .filter((name) => name.startsWith(before))
    .map((name) => name.slice(before.length));
  return [
    ...modules.map((name) => moduleName(name, RANK.module, cell, cursor, specifier)),
    ...steps.map((name) => moduleName(name, RANK.nodeModule, cell, cursor, step)),
  ];
}

function moduleName(name: string, rank: string, cell: OpenCell, cursor: number, range: Range): Candidate {
  const entry = { name, kind: ts.ScriptElementKind.externalModuleName, sortText: rank };
  return { entry, text: name, typed: cell.code.slice(range.start, cursor), rank, ...range };
}

function candidate(
  entry: ts.CompletionEntry,
  cell: OpenCell,
  cursor: number,
  token: Range,
  context: CompletionContext,
): Candidate {
  const { start, end } =
    entry.replacementSpan === undefined ? token : range(entry.replacementSpan, cell.shift);
  const text = entry.insertText ?? entry.name;
  // `?.name` and `["name"]` replace the dot as well: what was typed of the name begins behind it.
  const typedFrom = text === entry.name ? start : Math.max(start, token.start);
  return { entry, text, start, end, typed: cell.code.slice(typedFrom, cursor), rank: rankOf(entry, context) };
}

/** The names that every cell has come before those of Node and of the language. */
function rankOf(
  { kindModifiers = "", sortText, symbol }: ts.CompletionEntry,
  context: CompletionContext,
): string {
  if (kindModifiers.includes(ts.ScriptElementKindModifier.deprecatedModifier)) return RANK.deprecated;
  const isKernels = symbol?.declarations?.some((d) => context.globals.includes(d.getSourceFile().fileName));
  return isKernels && sortText > RANK.kernelGlobal ? RANK.kernelGlobal : sortText;
}

/** What is deprecated last; else the case as typed first, then as TypeScript ranks, then by name. */
function byRank(a: Candidate, b: Candidate): number {
  return (
    Number(a.rank === RANK.deprecated) - Number(b.rank === RANK.deprecated) ||
    Number(b.entry.name.startsWith(b.typed)) - Number(a.entry.name.startsWith(a.typed)) ||
    compare(a.rank, b.rank) ||
    compare(a.entry.name.toLowerCase(), b.entry.name.toLowerCase()) ||
    compare(a.entry.name, b.entry.name)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function match(
  { entry, text }: Candidate,
  { checker, file }: CheckedCell,
  withSignature: boolean,
): Completion {
  const { symbol } = entry;
  if (symbol === undefined) return { text, type: entryKind(entry.kind), signature: "" };
  const meant = importedSymbol(symbol, checker);
  return { text, type: symbolKind(meant), signature: withSignature ? signature(meant, checker, file) : "" };
}

/** The type of a value on one line, of several overloads the first; empty for what is only a type. */
function signature(symbol: ts.Symbol, checker: ts.TypeChecker, file: ts.SourceFile): string {
  if ((symbol.flags & ts.SymbolFlags.Value) === 0) return "";
  const type = checker.getTypeOfSymbolAtLocation(symbol, file);
  const [first, ...more] = type.getCallSignatures();
  const flags = ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;
  const text =
    first === undefined || more.length === 0
      ? checker.typeToString(type, file, flags)
      : `${checker.signatureToString(first, file, flags | ts.TypeFormatFlags.WriteArrowStyleSignature)} (+${more.length})`;
  return withoutPaths(text).replace(/\s+/g, " ");
}
