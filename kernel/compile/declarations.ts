/**
 * Declarations of a cell become assignments to the notebook's variables: `const {a, b} = o` → `void ({a, b} = o)`.
 * What kind of variable each is, the run's scope knows from {@link Declaration}.
 */

import type { AnyNode, Program, VariableDeclaration } from "acorn";
import type MagicString from "magic-string";
import { compiledName } from "./notebook-names.js";
import { declaredNames, hoistedVars, topLevelStatements } from "./patterns.js";
import { childrenOf, isFunction } from "./syntax-tree.js";

/** `fresh` is a `var` that must not keep its earlier value: TypeScript's enums and namespaces. */
export type DeclarationKind = "let" | "const" | "class" | "var" | "fresh" | "function" | "import";

export interface Declaration {
  name: string;
  kind: DeclarationKind;
}

/**
 * The notebook variables a program declares, in source order, each once.
 * @param isGenerated true for names that TypeScript's lowering added; they stay local to the cell
 */
export function declarationsOf(program: Program, isGenerated: (name: string) => boolean): Declaration[] {
  const found = new Map<string, DeclarationKind>();
  const statements = topLevelStatements(program);
  for (const statement of statements) {
    for (const declaration of ownDeclarations(statement)) found.set(declaration.name, declaration.kind);
  }
  for (const name of program.body.flatMap(hoistedVars).flatMap(declaredNames)) {
    if (!found.has(name)) found.set(name, "var");
  }
  for (const statement of statements) {
    const name = mergedName(statement);
    if (name !== undefined && found.get(name) === "var") found.set(name, "fresh");
  }
  return [...found].filter(([name]) => !isGenerated(name)).map(([name, kind]) => ({ name, kind }));
}

function ownDeclarations(statement: AnyNode): Declaration[] {
  switch (statement.type) {
    case "VariableDeclaration": {
      const kind = statement.kind === "let" || statement.kind === "var" ? statement.kind : "const";
      return declaredNames(statement).map((name) => ({ name, kind }));
    }
    case "ClassDeclaration":
      return statement.id ? [{ name: statement.id.name, kind: "class" }] : [];
    case "FunctionDeclaration":
      return statement.id ? [{ name: statement.id.name, kind: "function" }] : [];
    case "ImportDeclaration":
      return statement.specifiers.map((specifier) => ({ name: specifier.local.name, kind: "import" }));
    default:
      return [];
  }
}

/** `X` of `(…)(X || {})` and `(…)(X || (X = {}))`: how an enum and a namespace are lowered. */
function mergedName(statement: AnyNode): string | undefined {
  const call =
    statement.type === "VariableDeclaration"
      ? statement.declarations[0]?.init
      : statement.type === "ExpressionStatement"
        ? statement.expression
        : undefined;
  if (call?.type !== "CallExpression") return undefined;
  const last = call.arguments.at(-1);
  if (last?.type !== "LogicalExpression" || last.operator !== "||") return undefined;
  return last.left.type === "Identifier" ? last.left.name : undefined;
}

/** Rewrites the program's declarations of notebook variables. Names inside are suffixed by the rename pass. */
export function rewriteDeclarations(
  program: Program,
  text: MagicString,
  isGenerated: (name: string) => boolean,
): void {
  for (const statement of topLevelStatements(program)) {
    if (statement.type === "ClassDeclaration" && statement.id)
      assignClass(statement, statement.id.name, text);
    else if (statement.type === "VariableDeclaration" && statement.kind !== "var") {
      rewriteVariables(statement, text, isGenerated, "statement");
    }
  }
  for (const statement of program.body) rewriteVars(statement, text, isGenerated, "statement");
}

type Place = "statement" | "loop head" | "loop target";

function rewriteVars(
  node: AnyNode,
  text: MagicString,
  isGenerated: (name: string) => boolean,
  place: Place,
): void {
  if (isFunction(node) || node.type === "ClassBody") return;
  if (node.type === "VariableDeclaration" && node.kind === "var")
    rewriteVariables(node, text, isGenerated, place);
  else for (const child of childrenOf(node)) rewriteVars(child, text, isGenerated, placeIn(node, child));
}

function placeIn(parent: AnyNode, child: AnyNode): Place {
  if (parent.type === "ForStatement" && parent.init === child) return "loop head";
  const iterates = parent.type === "ForInStatement" || parent.type === "ForOfStatement";
  return iterates && parent.left === child ? "loop target" : "statement";
}

function rewriteVariables(
  node: VariableDeclaration,
  text: MagicString,
  isGenerated: (name: string) => boolean,
  place: Place,
): void {
  if (declaredNames(node).every(isGenerated)) return;
  const first = node.declarations[0];
  if (first === undefined) return;
  if (place === "loop target") {
    text.remove(node.start, first.start);
    return;
  }
  // `void (` stands where the keyword stood, so that semicolons are inserted before it as they were before the keyword.
  text.update(node.start, first.start, "void (");
  for (const declarator of node.declarations) {
    if (declarator.init === null && node.kind === "let") text.appendLeft(declarator.end, " = void 0");
  }
  const last = node.declarations.at(-1) ?? first;
  const closed = place === "loop head" || text.original[node.end - 1] === ";";
  text.appendLeft(last.end, closed ? ")" : ");");
}

function assignClass(node: AnyNode, name: string, text: MagicString): void {
  text.appendRight(node.start, `${compiledName(name)} = `);
  text.appendLeft(node.end, ";");
}

/** Function declarations stay, for their `.name`; this text, put first, makes them the notebook's. */
export function hoistFunctions(declarations: readonly Declaration[]): string {
  return declarations
    .filter((declaration) => declaration.kind === "function")
    .map(({ name }) => `${compiledName(name)}=${name};`)
    .join("");
}
