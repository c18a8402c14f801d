/** The top-level names of a cell: what later cells can see of it. */

import ts from "typescript";

export interface DeclaredName {
  /** Declared by `let` or `var` alone: other cells may assign to it. */
  assignable: boolean;
  /** The cell itself exports it under this name. */
  exported: boolean;
}

/** Names declared at the top level (values, types and imported names), with the `var`s of nested blocks. Empty for a cell without any. */
export function declaredNames(cell: ts.SourceFile): Map<string, DeclaredName> {
  const names = new Map<string, DeclaredName>();
  const declare = (name: string, declared: DeclaredName): void => {
    const earlier = names.get(name);
    names.set(name, {
      assignable: declared.assignable && (earlier?.assignable ?? true),
      exported: declared.exported || (earlier?.exported ?? false),
    });
  };
  for (const statement of cell.statements) {
    const assignable = ts.isVariableStatement(statement) && !isConstant(statement.declarationList);
    const exported = isNamedExport(statement);
    for (const name of namesOf(statement)) declare(name, { assignable, exported });
    for (const name of nestedVars(statement)) declare(name, { assignable: true, exported: false });
  }
  for (const name of exportList(cell)) {
    const declared = names.get(name);
    if (declared !== undefined) declared.exported = true;
  }
  return names;
}

/** The statement of a cell that declares `name` at the top level. */
export function declarationOf(cell: ts.SourceFile, name: string): ts.Statement | undefined {
  return cell.statements.findLast((statement) =>
    [...namesOf(statement), ...nestedVars(statement)].includes(name),
  );
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap((d) => boundNames(d.name));
  if (ts.isImportDeclaration(statement)) return importedNames(statement.importClause);
  if (ts.isModuleDeclaration(statement)) return isGlobalAugmentation(statement) ? [] : [statement.name.text];
  return isNamedDeclaration(statement) && statement.name !== undefined ? [statement.name.text] : [];
}

function isNamedDeclaration(
  statement: ts.Statement,
): statement is
  | ts.FunctionDeclaration
  | ts.ClassDeclaration
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration
  | ts.EnumDeclaration
  | ts.ImportEqualsDeclaration {
  return (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isImportEqualsDeclaration(statement)
  );
}

/** `declare global` and `declare module "x"` declare no name of the cell. */
function isGlobalAugmentation(declaration: ts.ModuleDeclaration): boolean {
  return ts.isStringLiteral(declaration.name) || (declaration.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return name.text === "" ? [] : [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundNames(element.name) : []));
}

function importedNames(clause: ts.ImportClause | undefined): string[] {
  const names = clause?.name === undefined ? [] : [clause.name.text];
  const bindings = clause?.namedBindings;
  if (bindings === undefined) return names;
  return ts.isNamespaceImport(bindings)
    ? [...names, bindings.name.text]
    : [...names, ...bindings.elements.map((element) => element.name.text)];
}

/** Names of `var`s in the blocks of a statement: they belong to the cell's top level. */
function nestedVars(statement: ts.Node): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return;
    if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0) {
      names.push(...node.declarations.flatMap((declaration) => boundNames(declaration.name)));
    }
    ts.forEachChild(node, visit);
  };
  visit(statement);
  return names;
}

function isConstant(list: ts.VariableDeclarationList): boolean {
  const kind = list.flags & ts.NodeFlags.BlockScoped;
  return kind !== 0 && kind !== ts.NodeFlags.Let;
}

function isNamedExport(statement: ts.Statement): boolean {
  if (!ts.canHaveModifiers(statement)) return false;
  const kinds = (ts.getModifiers(statement) ?? []).map((modifier) => modifier.kind);
  return kinds.includes(ts.SyntaxKind.ExportKeyword) && !kinds.includes(ts.SyntaxKind.DefaultKeyword);
}

/** The names of the cell's own `export { … }` lists. */
function exportList(cell: ts.SourceFile): string[] {
  return cell.statements.flatMap((statement) =>
    ts.isExportDeclaration(statement) &&
    statement.exportClause !== undefined &&
    ts.isNamedExports(statement.exportClause)
      ? statement.exportClause.elements.map((element) => element.name.text)
      : [],
  );
}
