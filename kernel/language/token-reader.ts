/** Reads a cell token by token without parsing it: works on what is half typed and holds magics. */

import ts from "typescript";

interface Opener {
  kind: ts.SyntaxKind;
  start: number;
}

/** TypeScript's scanner with what it leaves to the parser: which slash is a regular expression, where a template goes on. */
export class TokenReader {
  token = ts.SyntaxKind.Unknown;
  previous: ts.SyntaxKind | undefined;
  readonly #scanner: ts.Scanner;
  readonly #open: Opener[] = [];

  constructor(code: string) {
    this.#scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, code);
  }

  /** Reads the next token; false at the end. */
  next(): boolean {
    this.previous = this.token === ts.SyntaxKind.Unknown ? undefined : this.token;
    this.token = this.#rescan(this.#scanner.scan());
    this.#nest();
    return this.token !== ts.SyntaxKind.EndOfFileToken;
  }

  /** Goes on at `offset`, as if a statement had ended there. */
  skipTo(offset: number): void {
    this.#scanner.resetTokenState(offset);
    this.token = ts.SyntaxKind.SemicolonToken;
  }

  get start(): number {
    return this.#scanner.getTokenStart();
  }

  /** The bracket that was opened last and is not closed yet. */
  get innermost(): Opener | undefined {
    return this.#open.at(-1);
  }

  /** First on its line, where a statement may begin or the one before may be complete. */
  get startsStatement(): boolean {
    const startsLine = this.previous === undefined || this.#scanner.hasPrecedingLineBreak();
    const inExpression = this.innermost !== undefined && this.innermost.kind !== ts.SyntaxKind.OpenBraceToken;
    return startsLine && !inExpression && !isOperator(this.previous);
  }

  #rescan(token: ts.SyntaxKind): ts.SyntaxKind {
    if (token === ts.SyntaxKind.SlashToken || token === ts.SyntaxKind.SlashEqualsToken) {
      const divides = this.previous !== undefined && isOperandEnd(this.previous);
      return divides ? token : this.#scanner.reScanSlashToken();
    }
    if (token === ts.SyntaxKind.CloseBraceToken && this.innermost?.kind === ts.SyntaxKind.TemplateHead) {
      return this.#scanner.reScanTemplateToken(false);
    }
    return token;
  }

  #nest(): void {
    if (OPENERS.has(this.token)) this.#open.push({ kind: this.token, start: this.start });
    else if (CLOSERS.has(this.token)) this.#open.pop();
  }
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
const OPERAND_ENDS = new Set([
  ...CLOSERS,
  ts.SyntaxKind.NumericLiteral,
  ts.SyntaxKind.BigIntLiteral,
  ts.SyntaxKind.StringLiteral,
  ts.SyntaxKind.RegularExpressionLiteral,
  ts.SyntaxKind.NoSubstitutionTemplateLiteral,
  ts.SyntaxKind.ThisKeyword,
  ts.SyntaxKind.SuperKeyword,
  ts.SyntaxKind.TrueKeyword,
  ts.SyntaxKind.FalseKeyword,
  ts.SyntaxKind.NullKeyword,
  ts.SyntaxKind.PlusPlusToken,
  ts.SyntaxKind.MinusMinusToken,
]);

const STATEMENT_FOLLOWS = new Set([
  ts.SyntaxKind.EqualsGreaterThanToken,
  ts.SyntaxKind.PlusPlusToken,
  ts.SyntaxKind.MinusMinusToken,
  ts.SyntaxKind.ColonToken,
]);

/** An expression goes on after such a token. */
function isOperator(token: ts.SyntaxKind | undefined): boolean {
  if (token === undefined || STATEMENT_FOLLOWS.has(token)) return false;
  if (token === ts.SyntaxKind.DotToken || token === ts.SyntaxKind.CommaToken) return true;
  return token >= ts.SyntaxKind.FirstBinaryOperator && token <= ts.SyntaxKind.LastBinaryOperator;
}

/** A slash after such a token divides. Contextual keywords (`of`, `type`) are names here. */
function isOperandEnd(token: ts.SyntaxKind): boolean {
  const isName = token === ts.SyntaxKind.Identifier || token > ts.SyntaxKind.LastReservedWord;
  return OPERAND_ENDS.has(token) || (isName && token <= ts.SyntaxKind.LastKeyword);
}
