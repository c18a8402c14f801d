/** What JupyterLab is told a match is. */

import ts from "typescript";

/** By the first flag that a symbol has. */
const KINDS: [ts.SymbolFlags, string][] = [
  [ts.SymbolFlags.Function, "function"],
  [ts.SymbolFlags.Class, "class"],
  [ts.SymbolFlags.Enum, "enum"],
  [ts.SymbolFlags.EnumMember, "enum member"],
  [ts.SymbolFlags.Method, "method"],
  [ts.SymbolFlags.Property | ts.SymbolFlags.Accessor, "property"],
  [ts.SymbolFlags.Variable, "variable"],
  [ts.SymbolFlags.Interface, "interface"],
  [ts.SymbolFlags.TypeAlias, "type"],
  [ts.SymbolFlags.TypeParameter, "type parameter"],
  [ts.SymbolFlags.Module, "module"],
];

/** Kind of a symbol. `Array` and its like (a variable and an interface of one name) count as classes. */
export function symbolKind(symbol: ts.Symbol): string {
  const kind = KINDS.find(([flags]) => (symbol.flags & flags) !== 0)?.[1] ?? "variable";
  if (kind !== "variable") return kind;
  if ((symbol.flags & ts.SymbolFlags.Interface) !== 0) return "class";
  return isConstant(symbol) ? "const" : kind;
}

function isConstant(symbol: ts.Symbol): boolean {
  const declaration = symbol.valueDeclaration;
  return declaration !== undefined && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
}

/** TypeScript's own words where they are not what a reader of a menu expects. */
const ENTRY_KINDS = new Map<ts.ScriptElementKind, string>([
  [ts.ScriptElementKind.externalModuleName, "module"],
  [ts.ScriptElementKind.scriptElement, "path"],
  [ts.ScriptElementKind.directory, "path"],
]);

/** Kind of an entry that is no symbol: keywords, paths, texts. */
export function entryKind(kind: ts.ScriptElementKind): string {
  return ENTRY_KINDS.get(kind) ?? kind;
}
