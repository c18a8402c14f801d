/** Names bound by patterns and declared by statements. */

import type { AnyNode, Identifier, Pattern, Program, VariableDeclaration } from "acorn";
import { childrenOf, isFunction } from "./syntax-tree.js";

/** The identifiers that a declaration or assignment pattern binds, in source order (empty for a member expression). */
export function boundIdentifiers(pattern: Pattern): Identifier[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern];
    case "ObjectPattern":
      return pattern.properties.flatMap((p) =>
        boundIdentifiers(p.type === "RestElement" ? p.argument : p.value),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element === null ? [] : boundIdentifiers(element)));
    case "AssignmentPattern":
      return boundIdentifiers(pattern.left);
    case "RestElement":
      return boundIdentifiers(pattern.argument);
    case "MemberExpression":
      return [];
  }
}

/** The names a `let`, `const` or `var` statement declares. */
export function declaredNames(declaration: VariableDeclaration): string[] {
  return declaration.declarations.flatMap((d) => boundIdentifiers(d.id)).map((id) => id.name);
}

/** Names that statements declare in their own block: `let`, `const`, `class`, `function`. */
export function blockNames(statements: readonly AnyNode[]): string[] {
  return statements.flatMap((statement) => {
    if (statement.type === "VariableDeclaration")
      return statement.kind === "var" ? [] : declaredNames(statement);
    const named = statement.type === "ClassDeclaration" || statement.type === "FunctionDeclaration";
    return named && statement.id ? [statement.id.name] : [];
  });
}

/** The `var` statements that belong to the function (or program) around `node`, wherever they stand in it. */
export function hoistedVars(node: AnyNode): VariableDeclaration[] {
  if (isFunction(node) || node.type === "ClassBody") return [];
  const own = node.type === "VariableDeclaration" && node.kind === "var" ? [node] : [];
  return own.concat(childrenOf(node).flatMap(hoistedVars));
}

/** The statements of a program with `export` taken off declarations. */
export function topLevelStatements(program: Program): AnyNode[] {
  return program.body.map((statement) => {
    if (statement.type === "ExportNamedDeclaration" && statement.declaration) return statement.declaration;
    if (statement.type === "ExportDefaultDeclaration") return statement.declaration;
    return statement;
  });
}
