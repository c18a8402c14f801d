/**
 * The JSDoc of libraries, read when somebody wants to see it. To read all of it with the declarations takes a third of the
 * language worker's start and 8 MB, for the few comments that are looked at.
 *
 * `jsDoc` and the functions that fill it are internals of TypeScript, whose version is therefore pinned.
 */

import ts from "typescript";

/** How files other than cells are parsed: JavaScript says its types in comments, TypeScript nothing that a type checker needs. */
export const COMMENTS = ts.JSDocParsingMode.ParseForTypeInfo;

interface Documented extends ts.Node {
  jsDoc?: ts.JSDoc[];
}

interface Internals {
  getJSDocCommentRanges(node: ts.Node, text: string): ts.CommentRange[] | undefined;
  parseIsolatedJSDocComment(text: string, start: number, length: number): { jsDoc: ts.JSDoc } | undefined;
}

const { getJSDocCommentRanges, parseIsolatedJSDocComment } = ts as unknown as Internals;

/** Reads what may be said of the name at `node`, and of what it can be called as. To be called before it is asked for. */
export function readComments(node: ts.Node, checker: ts.TypeChecker): void {
  if (ts.isSourceFile(node)) return;
  const type = checker.getTypeAtLocation(node);
  for (const { declaration } of [...type.getCallSignatures(), ...type.getConstructSignatures()])
    if (declaration !== undefined) readOf(declaration);
  const symbol = checker.getSymbolAtLocation(node);
  if (symbol !== undefined) readOfSymbol(symbol, checker, new Set());
}

/** What overrides is described by what it overrides. */
function readOfSymbol(symbol: ts.Symbol, checker: ts.TypeChecker, seen: Set<ts.Symbol>): void {
  if (seen.has(symbol)) return;
  seen.add(symbol);
  if (symbol.flags & ts.SymbolFlags.Alias) readOfSymbol(checker.getAliasedSymbol(symbol), checker, seen);
  for (const declaration of symbol.declarations ?? []) {
    readOf(declaration);
    for (const base of basesOf(declaration.parent)) {
      const overridden = checker.getPropertyOfType(checker.getTypeAtLocation(base), symbol.name);
      if (overridden !== undefined) readOfSymbol(overridden, checker, seen);
    }
  }
}

function basesOf(node: ts.Node | undefined): ts.Node[] {
  const isType = node !== undefined && (ts.isClassLike(node) || ts.isInterfaceDeclaration(node));
  return isType ? (node.heritageClauses ?? []).flatMap(({ types }) => [...types]) : [];
}

/** The comment of a variable stands before its statement. */
function readOf(declaration: ts.Node): void {
  const file = declaration.getSourceFile();
  for (let node = declaration; node.parent !== undefined; node = node.parent) readBefore(node, file);
}

function readBefore(node: Documented, { text }: ts.SourceFile): void {
  if (node.jsDoc !== undefined) return;
  const comments = getJSDocCommentRanges(node, text) ?? [];
  const read = comments.map(({ pos, end }) => parseIsolatedJSDocComment(text, pos, end - pos)?.jsDoc);
  const found = read.filter((comment) => comment !== undefined);
  if (found.length === 0) return;
  node.jsDoc = found;
  for (const comment of found) (comment as { parent: ts.Node }).parent = node;
}

/** Reads the comments of a file that call something deprecated: completion offers it last. Before the file is bound. */
export function readDeprecations(file: ts.SourceFile): void {
  const places = [...file.text.matchAll(/@deprecated\b/g)].map(({ index }) => index);
  if (places.length > 0) readAt(file, file, places);
}

function readAt(node: ts.Node, file: ts.SourceFile, places: readonly number[]): void {
  const inside = places.filter((place) => place >= node.pos && place < node.end);
  if (inside.length === 0) return;
  const start = node.getStart(file);
  if (inside.some((place) => place < start)) readBefore(node, file);
  const below = inside.filter((place) => place >= start);
  if (below.length > 0) ts.forEachChild(node, (child) => readAt(child, file, below));
}
