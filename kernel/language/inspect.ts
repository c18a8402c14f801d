/** Inspection of code: the type and documentation of what is under the cursor, or the signature of the call around it. */

import ts from "typescript";
import { declarationOf } from "./declared-names.js";
import { codeBlock, documentation, type Prose, paragraph, stack } from "./documentation.js";
import { readComments } from "./late-comments.js";
import { check, type OpenCell, withoutPaths } from "./open-cell.js";

/** Longest excerpt of a definition, in lines. */
const MAX_DEFINITION_LINES = 40;
/** Overloads shown at detail 0. */
const MAX_OVERLOADS = 5;

/** Undefined where there is nothing to say. @param detail 1 adds the definition and all overloads. */
export function inspectCode(cell: OpenCell, cursor: number, detail: 0 | 1): Prose | undefined {
  const position = cursor + cell.shift;
  return quickInfo(cell, position, detail) ?? signatureHelp(cell, position, detail);
}

/** The name under the cursor, when it stands for a variable at the top level of this or another cell. */
export function variableAt(cell: OpenCell, cursor: number): string | undefined {
  const at = touchedName(cell, cursor + cell.shift);
  const [first] = at === undefined ? [] : (cell.service.getDefinitionAtPosition(cell.path, at) ?? []);
  if (first === undefined || first.containerName !== "" || !VARIABLES.has(first.kind)) return undefined;
  const isCells = first.fileName === cell.path || cell.textOf(first.fileName) !== undefined;
  return isCells ? first.name : undefined;
}

const VARIABLES = new Set([
  ts.ScriptElementKind.constElement,
  ts.ScriptElementKind.letElement,
  ts.ScriptElementKind.variableElement,
]);

function quickInfo(cell: OpenCell, position: number, detail: 0 | 1): Prose | undefined {
  const at = touchedName(cell, position);
  if (at !== undefined) readCommentsAt(cell, at, (node) => node);
  const info = at === undefined ? undefined : cell.service.getQuickInfoAtPosition(cell.path, at);
  if (at === undefined || info === undefined || isUnknown(info)) return undefined;
  const parts = [
    codeBlock(meaning(ts.displayPartsToString(info.displayParts))),
    documentation(info.documentation, info.tags),
  ];
  return stack(detail === 0 ? parts : [...parts, definition(cell, at)]);
}

/** @param named What is to be described, of the innermost node at a position. */
function readCommentsAt(
  cell: OpenCell,
  position: number,
  named: (node: ts.Node) => ts.Node | undefined,
): void {
  const { checker, file } = check(cell);
  const node = named(innermost(file, position, file));
  if (node !== undefined) readComments(node, checker);
}

function innermost(node: ts.Node, position: number, file: ts.SourceFile): ts.Node {
  const covers = (child: ts.Node): boolean => position >= child.getStart(file) && position < child.end;
  const child = ts.forEachChild(node, (each) => (covers(each) ? each : undefined));
  return child === undefined ? node : innermost(child, position, file);
}

/** What the call around a node calls. */
function calleeOf(node: ts.Node): ts.Node | undefined {
  const call = ts.findAncestor(node, (each) => ts.isCallExpression(each) || ts.isNewExpression(each));
  const callee = call?.expression;
  return callee && ts.isPropertyAccessExpression(callee) ? callee.name : callee;
}

/** TypeScript calls a name that nobody declared `any`. */
function isUnknown({ kind, displayParts }: ts.QuickInfo): boolean {
  return kind === ts.ScriptElementKind.unknown && ts.displayPartsToString(displayParts) === "any";
}

/** Position inside the name that the cursor is in, or stands right behind; undefined elsewhere. */
function touchedName(cell: OpenCell, position: number): number | undefined {
  const code = cell.code;
  const cursor = position - cell.shift;
  const isName = (offset: number): boolean => /[\p{ID_Continue}$"']/u.test(code.charAt(offset));
  if (isName(cursor)) return position;
  return cursor > 0 && isName(cursor - 1) ? position - 1 : undefined;
}

/** What an imported name stands for, without the word that it is imported. */
function meaning(display: string): string {
  const alias = /^\(alias\) ([\s\S]*)\nimport [^\n]*$/.exec(display);
  return withoutPaths(alias?.[1] ?? display);
}

/** The source where the name was declared: other cells and files, with JSDoc left out; empty for what is only declared. */
function definition(cell: OpenCell, position: number): Prose {
  const [first] = cell.service.getDefinitionAtPosition(cell.path, position) ?? [];
  const source = first && (sourceInCell(cell, first) ?? sourceInFile(cell, first));
  if (source === undefined) return paragraph("");
  const lines = source.split("\n");
  const cut = lines.length > MAX_DEFINITION_LINES ? [...lines.slice(0, MAX_DEFINITION_LINES), "…"] : lines;
  return stack([paragraph("Definition:"), codeBlock(cut.join("\n"))]);
}

/** Other cells are known to the compiler by their types alone: their text is where they ran. */
function sourceInCell(
  cell: OpenCell,
  { fileName, name, containerName }: ts.DefinitionInfo,
): string | undefined {
  const text = cell.textOf(fileName);
  if (text === undefined) return undefined;
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest);
  return (declarationOf(file, name) ?? declarationOf(file, containerName))?.getText(file);
}

function sourceInFile(
  cell: OpenCell,
  { fileName, contextSpan: span }: ts.DefinitionInfo,
): string | undefined {
  const file = cell.service.getProgram()?.getSourceFile(fileName);
  if (span === undefined || file === undefined || file.isDeclarationFile) return undefined;
  return file.text.slice(span.start, span.start + span.length);
}

function signatureHelp(cell: OpenCell, position: number, detail: 0 | 1): Prose | undefined {
  readCommentsAt(cell, position, calleeOf);
  const help = cell.service.getSignatureHelpItems(cell.path, position, {});
  const selected = help?.items[help.selectedItemIndex];
  if (help === undefined || selected === undefined) return undefined;
  const overloads = [selected, ...help.items.filter((item) => item !== selected)];
  const shown = overloads.slice(0, detail === 0 ? MAX_OVERLOADS : overloads.length);
  const more = overloads.length - shown.length;
  const parameter = selected.parameters[help.argumentIndex];
  return stack([
    codeBlock(shown.map(signatureText).join("\n")),
    paragraph(more === 0 ? "" : `and ${more} more overloads`),
    parameter === undefined ? paragraph("") : parameterLine(parameter),
    documentation(
      selected.documentation,
      selected.tags.filter(({ name }) => name !== "param"),
    ),
  ]);
}

function signatureText(item: ts.SignatureHelpItem): string {
  const text = ts.displayPartsToString;
  const separator = text(item.separatorDisplayParts);
  const parameters = item.parameters.map(({ displayParts }) => text(displayParts)).join(separator);
  return withoutPaths(`${text(item.prefixDisplayParts)}${parameters}${text(item.suffixDisplayParts)}`);
}

function parameterLine({ name, documentation: description }: ts.SignatureHelpParameter): Prose {
  const { text } = documentation(description, undefined);
  return text === "" ? paragraph("") : { markdown: `\`${name}\` — ${text}`, text: `${name} — ${text}` };
}
