/** Cells that need no type checker: nothing in them can be of a wrong type. They are many, and a check takes longer than their run. */

import ts from "typescript";

/** True for a cell made of literals, names, arithmetic on numbers, and declarations of such values; also for an empty one. */
export function isObvious(cell: ts.SourceFile): boolean {
  return cell.statements.every(isObviousStatement);
}

function isObviousStatement(statement: ts.Statement): boolean {
  if (ts.isExpressionStatement(statement)) return isObviousValue(statement.expression);
  if (ts.isEmptyStatement(statement)) return true;
  return (
    ts.isVariableStatement(statement) &&
    statement.declarationList.declarations.every(
      ({ name, type, initializer }) =>
        ts.isIdentifier(name) &&
        type === undefined &&
        (initializer === undefined || isObviousValue(initializer)),
    )
  );
}

function isObviousValue(value: ts.Expression): boolean {
  if (ts.isArrayLiteralExpression(value)) return value.elements.every(isObviousValue);
  if (ts.isParenthesizedExpression(value)) return isObviousValue(value.expression);
  return isName(value) || ts.isLiteralExpression(value) || isArithmetic(value);
}

/** A name that does not exist is told by its run. */
function isName(value: ts.Expression): boolean {
  return ts.isIdentifier(value) || WORDS.has(value.kind);
}

const WORDS = new Set([ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword]);

function isArithmetic(value: ts.Expression): boolean {
  return (
    ts.isBinaryExpression(value) &&
    ARITHMETIC.has(value.operatorToken.kind) &&
    [value.left, value.right].every((side) => ts.isNumericLiteral(side) || isArithmetic(side))
  );
}

const ARITHMETIC = new Set([
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.SlashToken,
  ts.SyntaxKind.PercentToken,
  ts.SyntaxKind.AsteriskAsteriskToken,
]);
