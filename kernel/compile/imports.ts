/** Import and export statements of a cell, dynamic `import()` and `import.meta`. */

import type { AnyNode, ImportDeclaration, Program } from "acorn";
import type MagicString from "magic-string";
import { KERNEL_NAMES } from "./notebook-names.js";
import { walk } from "./syntax-tree.js";

/** One name an import statement binds. `exported` is `default`, `*` for the namespace, or the export's name. */
export interface ImportedName {
  local: string;
  exported: string;
}

/** One import statement, performed by the evaluator when the script calls for it. */
export interface CellImport {
  specifier: string;
  names: ImportedName[];
  /** Where the specifier stands in the text that was parsed. */
  start: number;
  end: number;
}

export interface RewrittenImports {
  imports: CellImport[];
  /** Script text to put first: imports that stand below other code are hoisted, save those below a magic. */
  hoisted: string;
  /** Some statement is performed, for which the cell must wait. */
  awaits: boolean;
  usesLoad: boolean;
  usesMeta: boolean;
}

/**
 * Takes imports and exports out of the text.
 * @param isGenerated true for names that TypeScript's lowering added: such an import (of a JSX runtime) stays local to the cell
 */
export function rewriteImports(
  program: Program,
  text: MagicString,
  isGenerated: (name: string) => boolean,
): RewrittenImports {
  const result: RewrittenImports = {
    imports: [],
    hoisted: "",
    awaits: false,
    usesLoad: false,
    usesMeta: false,
  };
  // Below a magic an import waits for it (`%npm install x`, then `import "x"`), below other code it is hoisted.
  let belowCode = false;
  let belowMagic = false;
  for (const statement of program.body) {
    const found = importOf(statement);
    if (found === undefined) {
      belowCode = true;
      belowMagic ||= text.original.slice(statement.start, statement.end).includes(KERNEL_NAMES.magic);
      removeExport(statement, text);
      continue;
    }
    result.awaits = true;
    const isLocal = found.names.length > 0 && found.names.every(({ local }) => isGenerated(local));
    result.usesLoad ||= isLocal;
    const call = isLocal ? binds(found) : performs(result.imports.push(found) - 1);
    if (belowCode && !belowMagic) {
      text.remove(statement.start, statement.end);
      result.hoisted += call;
    } else text.update(statement.start, statement.end, call);
  }
  rewriteDynamic(program, text, result);
  return result;
}

function performs(index: number): string {
  return `await ${KERNEL_NAMES.settle}(${KERNEL_NAMES.imports}(${index}));`;
}

/** As constants of the cell's function. */
function binds({ specifier, names }: CellImport): string {
  const pattern = names.map(({ exported, local }) => `${JSON.stringify(exported)}: ${local}`).join(", ");
  return `const {${pattern}} = await ${KERNEL_NAMES.settle}(${KERNEL_NAMES.load}(${JSON.stringify(specifier)}));`;
}

function importOf(statement: AnyNode): CellImport | undefined {
  if (statement.type === "ImportDeclaration")
    return cellImport(statement, statement.specifiers.map(importedName));
  const reExports = statement.type === "ExportAllDeclaration" || statement.type === "ExportNamedDeclaration";
  return reExports && statement.source
    ? cellImport({ ...statement, source: statement.source }, [])
    : undefined;
}

function cellImport({ source }: Pick<ImportDeclaration, "source">, names: ImportedName[]): CellImport {
  const { start, end } = source;
  return { specifier: String(source.value), names, start, end };
}

function importedName(specifier: ImportDeclaration["specifiers"][number]): ImportedName {
  const local = specifier.local.name;
  if (specifier.type === "ImportDefaultSpecifier") return { local, exported: "default" };
  if (specifier.type === "ImportNamespaceSpecifier") return { local, exported: "*" };
  return { local, exported: nameOf(specifier.imported) };
}

/** The text of a name that may be written as an identifier or a string. */
function nameOf(node: AnyNode): string {
  if (node.type === "Identifier") return node.name;
  return node.type === "Literal" ? String(node.value) : "";
}

/** `export` before a declaration means the declaration; `export {a}` means nothing; `export default 1` is an expression. */
function removeExport(statement: AnyNode, text: MagicString): void {
  if (statement.type === "ExportNamedDeclaration") {
    text.remove(statement.start, statement.declaration?.start ?? statement.end);
  } else if (statement.type === "ExportDefaultDeclaration") {
    const { declaration } = statement;
    const named = "id" in declaration && declaration.id && /Declaration$/.test(declaration.type);
    if (named) return void text.remove(statement.start, declaration.start);
    text.update(statement.start, declaration.start, "void (");
    text.appendLeft(declaration.end, ");");
  }
}

function rewriteDynamic(program: Program, text: MagicString, result: RewrittenImports): void {
  walk(program, (node) => {
    if (node.type === "ImportExpression") {
      text.update(node.start, node.start + "import".length, KERNEL_NAMES.load);
      result.usesLoad = true;
    } else if (node.type === "MetaProperty" && node.meta.name === "import") {
      text.update(node.start, node.end, KERNEL_NAMES.meta);
      result.usesMeta = true;
    }
  });
}
