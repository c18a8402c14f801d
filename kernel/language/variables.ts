/** Notebook variables by the name of their type: what `%plot` may be given. */

import ts from "typescript";
import { symbolKind } from "./completion-kind.js";
import { check, importedSymbol, type OpenCell, withoutPaths } from "./open-cell.js";

export interface Variable {
  name: string;
  kind: string;
  /** Its type on one line. */
  type: string;
}

/**
 * The variables in scope whose type, a member of its union, or a class or interface it extends has one of the names.
 * Those of the language and of packages are left out; those of `globals` (absolute paths) are not.
 */
export function variablesOfType(
  cell: OpenCell,
  typeNames: readonly string[],
  globals: readonly string[],
): Variable[] {
  const { checker, file } = check(cell);
  const wanted = new Set(typeNames);
  return notebookVariables(cell, globals)
    .filter(({ type }) => hasName(type, wanted, checker))
    .map(({ name, meant, type }) => ({
      name,
      kind: symbolKind(meant),
      type: withoutPaths(checker.typeToString(type, file)),
    }));
}

/** A variable that a notebook's cells may name. */
interface InScope {
  name: string;
  meant: ts.Symbol;
  type: ts.Type;
}

/** All variables in scope but those of the language and of packages; those of `globals` (absolute paths) are among them. */
export function notebookVariables(cell: OpenCell, globals: readonly string[]): InScope[] {
  const { checker, file } = check(cell);
  const files = new Set([cell.path, ...globals]);
  const isNotebooks = (symbol: ts.Symbol): boolean =>
    (symbol.declarations ?? []).some((declaration) => files.has(declaration.getSourceFile().fileName));
  return checker
    .getSymbolsInScope(file, ts.SymbolFlags.Variable | ts.SymbolFlags.Alias)
    .filter(isNotebooks)
    .map((symbol) => ({ name: symbol.name, meant: importedSymbol(symbol, checker) }))
    .filter(({ meant }) => (meant.flags & ts.SymbolFlags.Variable) !== 0)
    .map(({ name, meant }) => ({ name, meant, type: checker.getTypeOfSymbolAtLocation(meant, file) }));
}

function hasName(type: ts.Type, wanted: ReadonlySet<string>, checker: ts.TypeChecker): boolean {
  if (type.isUnion()) return type.types.some((member) => hasName(member, wanted, checker));
  const alias = type.aliasSymbol?.name;
  const symbol = type.getSymbol();
  if (wanted.has(alias ?? "") || wanted.has(symbol?.name ?? "")) return true;
  return symbol !== undefined && baseTypes(symbol, checker).some((base) => hasName(base, wanted, checker));
}

/** What a class or interface extends, also when the type at hand is one of its instantiations. */
function baseTypes(symbol: ts.Symbol, checker: ts.TypeChecker): ts.BaseType[] {
  const isDeclared = (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface)) !== 0;
  return isDeclared ? (checker.getDeclaredTypeOfSymbol(symbol).getBaseTypes() ?? []) : [];
}
