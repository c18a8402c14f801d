/** One code cell → the statements that stand for it in a program. */

import MagicString from "magic-string";
import ts from "typescript";
import { type CellMagic, cellMagicOf } from "../../kernel/compile/magics.js";
import { type MagicSite, scanCell } from "../../kernel/compile/scan-cell.js";
import { magicCallText, magicCodeText } from "./magic-call-text.js";

export interface ProgramCell {
  /** The cell's code with its magics as calls, without imports, its last expression shown. Indented. */
  text: string;
  imports: ProgramImport[];
  /** Names it declares at its top level, imports aside. */
  declared: string[];
  /** Names that stand in it, whatever they are. */
  mentioned: Set<string>;
}

export interface ProgramImport {
  /** As written, without what follows it. */
  text: string;
  names: string[];
}

const INDENT = "  ";
/** Before a value that is shown, and a closing parenthesis behind it. */
const SHOWN = "await show(";

/** What a module is imported by in the program, given what it is imported by in the notebook. */
export type Rebase = (specifier: string) => string;

/** @throws Error, one sentence, when a magic of it cannot be a call, or its code cannot be read */
export function programCell(code: string, rebase: Rebase): ProgramCell {
  const magic = cellMagicOf(code);
  if (magic !== undefined) return programCell(withoutCellMagic(magic, code), rebase);
  const { magics, endsWithSemicolon, lastBraces } = scanCell(code, (name) => mentions(code, name));
  const plain = withCalls(code, magics);
  const asObject = lastBraces && withObject(code, magics, lastBraces);
  const source = asObject === undefined ? parsed(plain) : asObject;
  const errors = syntaxErrors(source);
  if (errors[0] !== undefined) throw new Error(errors[0]);
  return new CellProgram(source, rebase).make(!endsWithSemicolon);
}

/** `!ready` at the start of a line is a negation when `ready` is a name of the cell, but for what may be a command itself. */
function mentions(code: string, name: string): boolean {
  const elsewhere = code.replace(/^\s*![^\n]*/gm, "");
  return new RegExp(`(?<![!\\w$])${name}(?![\\w$])`).test(elsewhere);
}

/** A cell magic as the call of its function, as its code, or as comments. */
function withoutCellMagic({ name, line, body }: CellMagic, code: string): string {
  const inside = magicCodeText(name, line, body);
  if (inside !== undefined) return `// ${code.split("\n", 1)[0]}\n${inside}`;
  const call = magicCallText(name, line, body);
  if (call !== undefined) return `${SHOWN}${call});`;
  const lines = code.trim().split("\n");
  return ["// Left out, since only a notebook has a use for it:", ...lines.map((text) => `// ${text}`)].join(
    "\n",
  );
}

/** Blank lines and comments stay as they are; a magic that a program has no use for becomes a comment. */
function withCalls(code: string, sites: readonly MagicSite[], text = new MagicString(code)): string {
  for (const site of sites) {
    if (site.kind === "shell value")
      throw new Error(`the lines of !${site.line} are the shell's; ask for them with node:child_process`);
    text.update(site.start, site.end, inProgram(site, code));
  }
  return text.toString();
}

function inProgram(site: MagicSite, code: string): string {
  const written = code.slice(site.start, site.end).replaceAll("\n", "\n// ");
  const inside = magicCodeText(site.name, site.line, undefined);
  if (inside !== undefined) return inside;
  const call = magicCallText(site.name, site.line);
  if (call !== undefined) return statement(site, call, code);
  return site.kind === "value" ? `undefined; // ${written}` : `// ${written}`;
}

/** As in a cell: a magic on a line of its own shows its value, wherever it stands, unless a semicolon hides it. */
function statement({ kind, start, end }: MagicSite, call: string, code: string): string {
  const hidden = code.slice(start, end).endsWith(";");
  if (kind === "value" || hidden) return `await ${call}${hidden ? ";" : ""}`;
  return `${SHOWN}${call});`;
}

/** Braces at the end of a cell are an object when they can be one. */
function withObject(
  code: string,
  sites: readonly MagicSite[],
  { start, end }: { start: number; end: number },
): ts.SourceFile | undefined {
  const text = new MagicString(code).prependRight(start, ";(").appendLeft(end, ")");
  const source = parsed(withCalls(code, sites, text));
  return syntaxErrors(source).length === 0 ? source : undefined;
}

function parsed(text: string): ts.SourceFile {
  return ts.createSourceFile("cell.ts", text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
}

function syntaxErrors(source: ts.SourceFile): string[] {
  const { diagnostics = [] } = ts.transpileModule(source.text, { reportDiagnostics: true });
  return diagnostics.map(({ messageText, start = 0 }) => {
    const { line } = source.getLineAndCharacterOfPosition(start);
    return `line ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}

class CellProgram {
  readonly #text: MagicString;
  readonly #imports: ProgramImport[] = [];
  readonly #declared = new Set<string>();

  constructor(
    private readonly source: ts.SourceFile,
    private readonly rebase: Rebase,
  ) {
    this.#text = new MagicString(source.text);
  }

  make(showsLast: boolean): ProgramCell {
    for (const statement of this.source.statements) this.#statement(statement);
    this.#rebaseLoads(this.source);
    const last = this.source.statements.findLast((statement) => !ts.isEmptyStatement(statement));
    if (last !== undefined && ts.isExpressionStatement(last) && showsLast) this.#show(last.expression);
    // The next cell may begin with a bracket.
    if (last !== undefined && isOpenEnded(last)) this.#text.appendLeft(last.end, ";");
    this.#text.indent(INDENT, { exclude: templates(this.source) });
    const text = this.#text
      .toString()
      .replace(/[ \t]+$/gm, "")
      .replace(/^\n+|\s+$/g, "");
    const declared = [...this.#declared];
    return { text, imports: this.#imports, declared, mentioned: identifiers(this.source) };
  }

  #statement(statement: ts.Statement): void {
    if (ts.isImportDeclaration(statement)) this.#import(statement);
    for (const name of declaredNames(statement)) this.#declared.add(name);
    const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
    for (const modifier of modifiers ?? [])
      if (modifier.kind === ts.SyntaxKind.ExportKeyword)
        this.#text.remove(modifier.getStart(), modifier.end + 1);
    if (ts.isVariableStatement(statement)) this.#blockScoped(statement.declarationList);
  }

  #import(statement: ts.ImportDeclaration): void {
    const { moduleSpecifier: module } = statement;
    const before = this.source.text.slice(statement.getStart(), module.getStart());
    const text = `${before}${this.#rebased(module)}${this.source.text.slice(module.end, statement.end)}`;
    this.#imports.push({ text, names: importedNames(statement) });
    const lineEnd = /^[ \t]*\n?/.exec(this.source.text.slice(statement.end))?.[0].length ?? 0;
    this.#text.remove(statement.getStart(), statement.end + lineEnd);
  }

  /** `import("./words")` and `require("./words")`. */
  #rebaseLoads(node: ts.Node): void {
    const [module] = ts.isCallExpression(node) && isLoad(node.expression) ? node.arguments : [];
    if (module !== undefined && ts.isStringLiteralLike(module) && module.text.startsWith("."))
      this.#text.update(module.getStart(), module.end, this.#rebased(module));
    ts.forEachChild(node, (child) => this.#rebaseLoads(child));
  }

  /** The text of a module's name; as it stands where it stays the same. */
  #rebased(module: ts.Expression): string {
    const specifier = ts.isStringLiteralLike(module) ? module.text : "";
    const rebased = specifier.startsWith(".") ? this.rebase(specifier) : specifier;
    return rebased === specifier ? module.getText() : JSON.stringify(rebased);
  }

  /** `var` would leave the block in which a name is declared again. */
  #blockScoped(list: ts.VariableDeclarationList): void {
    const start = list.getStart();
    if (this.source.text.startsWith("var", start)) this.#text.update(start, start + 3, "let");
  }

  #show(expression: ts.Expression): void {
    if (expression.getText().startsWith(SHOWN)) return;
    const shown = ts.isAwaitExpression(expression) ? expression.expression : expression;
    if (shown !== expression) this.#text.remove(expression.getStart(), shown.getStart());
    this.#text.prependRight(shown.getStart(), SHOWN).appendLeft(shown.end, ")");
  }
}

function isLoad(called: ts.Expression): boolean {
  return (
    called.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(called) && called.text === "require")
  );
}

/** A statement that would go on in the next line if that began with a bracket. */
function isOpenEnded(statement: ts.Statement): boolean {
  const endsWithSemicolon = statement.getText().endsWith(";");
  return !endsWithSemicolon && (ts.isExpressionStatement(statement) || ts.isVariableStatement(statement));
}

/** Text that indenting would change. */
function templates(source: ts.SourceFile): [number, number][] {
  const found: [number, number][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node))
      found.push([node.getStart(), node.end]);
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function identifiers(source: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !isMember(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

/** `name` in `value.name` and `{ name: value }`. */
function isMember(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node)
  );
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name));
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isModuleDeclaration(statement);
  return isNamed && statement.name !== undefined ? [statement.name.text] : [];
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundNames(element.name) : []));
}

function importedNames({ importClause }: ts.ImportDeclaration): string[] {
  if (importClause === undefined) return [];
  const { name, namedBindings } = importClause;
  const own = name === undefined ? [] : [name.text];
  if (namedBindings === undefined) return own;
  if (ts.isNamespaceImport(namedBindings)) return [...own, namedBindings.name.text];
  return [...own, ...namedBindings.elements.map((element) => element.name.text)];
}
