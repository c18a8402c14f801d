/**
 * One pass over the text of a cell before any parser sees it, since magics are no TypeScript: it knows strings,
 * templates, comments, regular expressions and brackets, and nothing more.
 */

import { seemsParameter } from "./mentioned-names.js";

/** A magic as it stands in the text; offsets into the cell. */
export interface MagicSite {
  /** `value` stands after `=`; `shell` is `!command`, `shell value` that after `=`. */
  kind: "line" | "value" | "shell" | "shell value";
  /** From the `%` or `!` … */
  start: number;
  /** … to the end of its arguments, before a trailing comment. */
  end: number;
  name: string;
  /** Its arguments in one line, without surrounding blanks and without a closing semicolon; those of a shell as they stand. */
  line: string;
}

export interface CellScan {
  magics: MagicSite[];
  /** The last thing in the cell, comments aside, is a semicolon: its value is not shown. */
  endsWithSemicolon: boolean;
  /** `{ … }` as the last statement, which may be meant as an object. */
  lastBraces: { start: number; end: number } | undefined;
}

/** Decides whether `!word` at the start of a line is JavaScript's negation: true for names that are variables. */
export type IsVariable = (name: string) => boolean;

export function scanCell(code: string, isVariable: IsVariable): CellScan {
  return new Scanner(code, isVariable).scan();
}

/** What the scanner remembers of the token before. */
type Previous =
  | "nothing"
  | "value"
  | "keyword"
  | "close paren"
  | "close brace"
  | "semicolon"
  | "assign"
  | "operator";

interface Bracket {
  kind: "(" | "[" | "{" | "${";
  /** Statements may stand directly inside. */
  block: boolean;
  start: number;
  /** For `{` at the outermost level: a statement could start here. */
  startsStatement: boolean;
}

const BLANK = /[ \t\r]/;
const WORD_START = /[\p{ID_Start}$_#]/u;
const WORD = /(?:[\p{ID_Continue}$#]|\u200c|\u200d)+/uy;
const NUMBER = /[\d.][\w.]*/y;
const MAGIC = /%%?([A-Za-z_][\w-]*)/y;
const SHELL = /!([\w.~/][\w./~-]*)/y;
/** Words after which an expression goes on: a `{` is an object, a `/` starts a regular expression. */
const OPERATOR_WORDS = new Set(
  "return typeof case in of instanceof new delete void throw await yield".split(" "),
);
const STATEMENT_WORDS = new Set("else do try finally catch default static".split(" "));
const LITERAL_WORDS = new Set("true false null undefined this new typeof void await".split(" "));

class Scanner {
  readonly #code: string;
  readonly #isVariable: IsVariable;
  readonly #brackets: Bracket[] = [];
  readonly #magics: MagicSite[] = [];
  #at = 0;
  #previous: Previous = "nothing";
  /** A line ended since the token before. */
  #newLine = true;
  /** End of the last token. */
  #end = 0;
  #lastBraces: { start: number; end: number } | undefined;

  constructor(code: string, isVariable: IsVariable) {
    this.#code = code;
    this.#isVariable = isVariable;
  }

  scan(): CellScan {
    while (this.#at < this.#code.length) this.#step();
    const lastIsSemicolon = this.#previous === "semicolon";
    const braces = this.#lastBraces;
    return {
      magics: this.#magics,
      endsWithSemicolon: lastIsSemicolon,
      lastBraces: braces?.end === this.#end && !lastIsSemicolon ? braces : undefined,
    };
  }

  #step(): void {
    const c = this.#code.charAt(this.#at);
    if (c === "\n") {
      this.#newLine = true;
      this.#at++;
    } else if (BLANK.test(c)) this.#at++;
    else if (c === "/") this.#slash();
    else if (c === "%" && this.#magic()) return;
    else if (c === "!" && this.#shell()) return;
    else if (c === '"' || c === "'") this.#string(c);
    else if (c === "`") this.#template();
    else if (WORD_START.test(c)) this.#word();
    else if (c >= "0" && c <= "9") this.#take(NUMBER, "value");
    else if ("([{".includes(c)) this.#open(c);
    else if (")]}".includes(c)) this.#close(c);
    else this.#operator(c);
  }

  #token(previous: Previous, end: number): void {
    this.#previous = previous;
    this.#at = end;
    this.#end = end;
    this.#newLine = false;
  }

  #take(pattern: RegExp, previous: Previous): void {
    this.#token(previous, this.#at + (match(pattern, this.#code, this.#at)?.[0].length ?? 1));
  }

  #word(): void {
    const word = match(WORD, this.#code, this.#at)?.[0] ?? this.#code.charAt(this.#at);
    const isProperty = this.#code[this.#end - 1] === "." && this.#previous === "operator";
    const kind = isProperty
      ? "value"
      : OPERATOR_WORDS.has(word)
        ? "operator"
        : STATEMENT_WORDS.has(word)
          ? "keyword"
          : "value";
    this.#token(kind, this.#at + word.length);
  }

  #operator(c: string): void {
    const start = this.#at;
    if (c === ";") this.#token("semicolon", start + 1);
    else if (this.#code.startsWith("=>", start)) this.#token("keyword", start + 2);
    else if (this.#isPostfix(c)) this.#token("value", start + (c === "!" ? 1 : 2));
    else this.#token(this.#isAssignment(c) ? "assign" : "operator", start + 1);
  }

  /** `=` alone: not part of `==`, `+=`, `>=` … */
  #isAssignment(c: string): boolean {
    const before = this.#code.charAt(this.#at - 1);
    return c === "=" && !/[=!<>+\-*/%&|^?]/.test(before) && this.#code[this.#at + 1] !== "=";
  }

  /** `i++`, `i--`, and TypeScript's `x!`. */
  #isPostfix(c: string): boolean {
    if (this.#previous !== "value" || this.#newLine) return false;
    const next = this.#code[this.#at + 1];
    return c === "!" ? next !== "=" : (c === "+" || c === "-") && next === c;
  }

  #slash(): void {
    const rest = this.#code.slice(this.#at, this.#at + 2);
    if (rest === "//") this.#at = lineEnd(this.#code, this.#at);
    else if (rest === "/*") {
      const close = this.#code.indexOf("*/", this.#at + 2);
      const end = close < 0 ? this.#code.length : close + 2;
      this.#newLine ||= this.#code.slice(this.#at, end).includes("\n");
      this.#at = end;
    } else if (this.#expectsOperand()) this.#regex();
    else this.#token("operator", this.#at + 1);
  }

  #expectsOperand(): boolean {
    if (this.#previous === "value" || this.#previous === "close paren") return false;
    return this.#previous !== "close brace" || this.#newLine;
  }

  #regex(): void {
    let inClass = false;
    let i = this.#at + 1;
    for (; i < this.#code.length && this.#code[i] !== "\n"; i++) {
      const c = this.#code[i];
      if (c === "\\") i++;
      else if (c === "[") inClass = true;
      else if (c === "]") inClass = false;
      else if (c === "/" && !inClass) break;
    }
    this.#token("value", Math.min(i + 1, this.#code.length));
  }

  #string(quote: string): void {
    let i = this.#at + 1;
    while (i < this.#code.length && this.#code[i] !== quote && this.#code[i] !== "\n")
      i += this.#code[i] === "\\" ? 2 : 1;
    this.#token("value", Math.min(i + 1, this.#code.length));
  }

  /** From a backtick, or from the `}` of a substitution, to the next substitution or the end of the template. */
  #template(): void {
    let i = this.#at + 1;
    for (; i < this.#code.length && this.#code[i] !== "`"; i++) {
      if (this.#code[i] === "\\") i++;
      else if (this.#code.startsWith("${", i)) {
        this.#brackets.push({ kind: "${", block: false, start: i, startsStatement: false });
        this.#token("operator", i + 2);
        return;
      }
    }
    this.#token("value", Math.min(i + 1, this.#code.length));
  }

  #open(c: string): void {
    const kind = c === "(" ? "(" : c === "[" ? "[" : "{";
    const startsStatement = this.#brackets.length === 0 && this.#mayStartBlock();
    this.#brackets.push({
      kind,
      block: kind === "{" && this.#opensBlock(),
      start: this.#at,
      startsStatement,
    });
    this.#token("operator", this.#at + 1);
    if (kind === "{") this.#previous = "nothing";
  }

  #opensBlock(): boolean {
    return this.#previous !== "operator" && this.#previous !== "assign";
  }

  /** A `{` here could be the first character of a statement, and so an object. */
  #mayStartBlock(): boolean {
    if (this.#previous === "nothing" || this.#previous === "semicolon" || this.#previous === "close brace")
      return true;
    return this.#previous === "value" && this.#newLine;
  }

  #close(c: string): void {
    const open = this.#brackets.pop();
    if (open?.kind === "${" && c === "}") {
      this.#template();
      return;
    }
    this.#token(c === "}" ? "close brace" : c === ")" ? "close paren" : "value", this.#at + 1);
    if (c === "}" && open?.kind === "{" && open.startsStatement) {
      this.#lastBraces = { start: open.start, end: this.#at };
    }
  }

  #magic(): boolean {
    const found = match(MAGIC, this.#code, this.#at);
    const name = found?.[1];
    if (found === undefined || name === undefined || found[0].startsWith("%%")) return false;
    const assigned = this.#previous === "assign";
    if (!assigned && !this.#atStatement()) return false;
    this.#addMagic(assigned ? "value" : "line", name, this.#at + found[0].length);
    return true;
  }

  #shell(): boolean {
    const command = match(SHELL, this.#code, this.#at)?.[1];
    if (command === undefined) return false;
    const assigned = this.#asksShellForValue(command);
    if (!assigned && !this.#atStatement()) return false;
    const word = /^\w+/.exec(command)?.[0];
    if (word !== undefined && (LITERAL_WORDS.has(command) || this.#isName(word))) return false;
    this.#addMagic(assigned ? "shell value" : "shell", "sh", this.#at + 1);
    return true;
  }

  /** Parameters count where code of their function may stand. A path, such as `./run`, begins with no name. */
  #isName(word: string): boolean {
    return this.#isVariable(word) || (this.#brackets.length > 0 && seemsParameter(this.#code, word));
  }

  /**
   * `files = !ls -l`. Only where the cell itself stands: in a function the word may be a variable of a later cell. And what
   * is called, or has a member, was meant as JavaScript.
   */
  #asksShellForValue(command: string): boolean {
    if (this.#previous !== "assign" || this.#brackets.length > 0) return false;
    const next = this.#code.charAt(this.#at + 1 + command.length);
    return !/^[\w$]+\.[A-Za-z_$]/.test(command) && !"([`".includes(next === "" ? " " : next);
  }

  /** First on its line, where a statement may start or the one before may be complete. */
  #atStatement(): boolean {
    const around = this.#brackets.at(-1);
    return (
      this.#newLine &&
      (around === undefined || around.block) &&
      this.#previous !== "operator" &&
      this.#previous !== "assign"
    );
  }

  #addMagic(kind: MagicSite["kind"], name: string, argsStart: number): void {
    const rest = this.#code.slice(argsStart, magicEnd(this.#code, argsStart));
    const written = withoutComment(rest);
    const isShell = kind.startsWith("shell");
    const hidden = !isShell && written.endsWith(";");
    const line = (hidden ? written.slice(0, -1) : written).trim();
    const end = argsStart + written.length;
    this.#magics.push({
      kind,
      start: this.#at,
      end,
      name,
      // A shell joins them itself.
      line: isShell ? line : line.replace(/\s*\\\r?\n\s*/g, " "),
    });
    this.#token(hidden ? "semicolon" : "value", end);
    this.#at = argsStart + rest.length;
  }
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

/** Where a magic ends, before the line break: a line that ends with a backslash goes on in the next one. */
export function magicEnd(text: string, from: number): number {
  let end = lineEnd(text, from);
  while (end < text.length && /\\\r?$/.test(text.slice(from, end))) end = lineEnd(text, end + 1);
  return text[end - 1] === "\r" ? end - 1 : end;
}

/** A comment starts at `//` that stands after a blank and outside of quotes: `http://…` is no comment. */
function withoutComment(line: string): string {
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const c = line.charAt(i);
    if (quote !== "") {
      if (c === "\\") i++;
      else if (c === quote) quote = "";
    } else if ((c === '"' || c === "'") && /[\s=]/.test(line.charAt(i - 1))) quote = c;
    else if (line.startsWith("//", i) && /\s/.test(line[i - 1] ?? " ")) return line.slice(0, i).trimEnd();
  }
  return line.trimEnd();
}
