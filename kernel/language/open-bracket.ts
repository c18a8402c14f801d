/** The bracket a text breaks off in, found without parsing it. */

import ts from "typescript";

/** Offset of the innermost bracket that is still open, or of the template whose `${` is; -1 when none is. */
export function openBracket(text: string): number {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, text);
  const open: { kind: ts.SyntaxKind; start: number }[] = [];
  let previous = ts.SyntaxKind.Unknown;
  for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    const kind = rescanned(token, previous, open.at(-1)?.kind, scanner);
    if (OPENERS.has(kind)) open.push({ kind, start: scanner.getTokenStart() });
    else if (CLOSERS.has(kind)) open.pop();
    previous = kind;
  }
  return open.at(-1)?.start ?? -1;
}

/** What TypeScript's scanner leaves to the parser: which slash begins a regular expression, where a template goes on. */
function rescanned(
  token: ts.SyntaxKind,
  previous: ts.SyntaxKind,
  innermost: ts.SyntaxKind | undefined,
  scanner: ts.Scanner,
): ts.SyntaxKind {
  const isSlash = token === ts.SyntaxKind.SlashToken || token === ts.SyntaxKind.SlashEqualsToken;
  if (isSlash && !endsOperand(previous)) return scanner.reScanSlashToken();
  const endsSubstitution =
    token === ts.SyntaxKind.CloseBraceToken && innermost === ts.SyntaxKind.TemplateHead;
  return endsSubstitution ? scanner.reScanTemplateToken(false) : token;
}

const OPENERS = new Set([
  ts.SyntaxKind.OpenParenToken,
  ts.SyntaxKind.OpenBracketToken,
  ts.SyntaxKind.OpenBraceToken,
  ts.SyntaxKind.TemplateHead,
]);
const CLOSERS = new Set([
  ts.SyntaxKind.CloseParenToken,
  ts.SyntaxKind.CloseBracketToken,
  ts.SyntaxKind.CloseBraceToken,
  ts.SyntaxKind.TemplateTail,
]);
const OPERAND_WORDS = new Set([
  ts.SyntaxKind.Identifier,
  ts.SyntaxKind.ThisKeyword,
  ts.SyntaxKind.SuperKeyword,
  ts.SyntaxKind.TrueKeyword,
  ts.SyntaxKind.FalseKeyword,
  ts.SyntaxKind.NullKeyword,
]);

/** A slash after such a token divides. Contextual keywords (`of`, `type`) count as names. */
function endsOperand(token: ts.SyntaxKind): boolean {
  const isLiteral = token >= ts.SyntaxKind.FirstLiteralToken && token <= ts.SyntaxKind.LastLiteralToken;
  const isContextual = token > ts.SyntaxKind.LastReservedWord && token <= ts.SyntaxKind.LastKeyword;
  return isLiteral || isContextual || OPERAND_WORDS.has(token) || CLOSERS.has(token);
}
