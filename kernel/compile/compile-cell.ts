/**
 * The text of a cell → one script that evaluates to the cell's function.
 *
 *   magics → [types out] → tree → names, await, declarations, guards, last expression, imports
 *
 * A cell that is plain JavaScript is parsed as it stands. Nothing here runs code or touches files.
 */

import type { Program } from "acorn";
import MagicString from "magic-string";
import { CellSyntaxError } from "./compile-error.js";
import { declarationsOf } from "./declarations.js";
import {
  type CellMagic,
  cellMagicOf,
  compileCellMagic,
  compileMagics,
  type MagicNames,
  misplacedMagic,
} from "./magics.js";
import { seemsToDeclare } from "./mentioned-names.js";
import { parseIfJavaScript, parseScript } from "./parse-script.js";
import { type Origins, type Position, PositionChain, positionAt, type SourceMapMaker } from "./position.js";
import type { NameRules } from "./rename.js";
import { type CellScript, rewriteScript } from "./rewrite-script.js";
import { type CellScan, type IsVariable, type MagicSite, scanCell } from "./scan-cell.js";
import type { CompilerOptions } from "./stripped-text.js";
import type { StripTypes } from "./typescript.js";

/** What a cell is compiled against: the state of the notebook at that moment. */
export interface CompileEnvironment extends NameRules {
  magics: MagicNames;
  stripTypes: StripTypes;
  options: CompilerOptions;
}

export interface CompiledCell extends CellScript {
  /** From places in `script` to places in the cell. */
  origins: Origins;
}

/** @throws CellSyntaxError with a place in `code` */
export async function compileCell(code: string, environment: CompileEnvironment): Promise<CompiledCell> {
  const magic = cellMagicOf(code);
  if (magic !== undefined) return compileMagicCell(magic, code, environment);
  const scan = scanCell(code, variableTest(code, environment));
  if (scan.lastBraces !== undefined) {
    const asObject = await attempt(new CellText(code, scan, environment, true));
    if (asObject !== undefined) return asObject;
  }
  return new CellText(code, scan, environment, false).compile();
}

/** Compiles `code` as one expression, for user_expressions. @throws CellSyntaxError with a place in `code` */
export function compileExpression(code: string, environment: CompileEnvironment): Promise<CompiledCell> {
  const braces = { start: 0, end: code.length };
  const scan: CellScan = { magics: [], endsWithSemicolon: false, lastBraces: braces };
  return new CellText(code, scan, environment, true).compile();
}

/** Undefined when the text does not compile that way; all other failures are thrown. */
async function attempt(text: CellText): Promise<CompiledCell | undefined> {
  try {
    return await text.compile();
  } catch (error) {
    if (error instanceof CellSyntaxError) return undefined;
    throw error;
  }
}

/** The script of a cell magic is not the user's text: all of it stands for the line that names the magic. */
function compileMagicCell(magic: CellMagic, code: string, rules: CompileEnvironment): CompiledCell {
  const script = compileCellMagic(magic, code, rules.magics);
  const options = { rules, hidden: false, isGenerated: () => false };
  const at = positionAt(code, magic.start);
  return {
    ...rewriteScript(parseScript(script), new MagicString(script), options),
    origins: { original: () => at },
  };
}

/** A cell with its magics replaced, on the way to a tree. */
class CellText {
  readonly #code: string;
  readonly #scan: CellScan;
  readonly #environment: CompileEnvironment;
  /** The text with its magics replaced; undefined when there is nothing to replace. */
  readonly #edited: MagicString | undefined;

  constructor(code: string, scan: CellScan, environment: CompileEnvironment, bracesAreObject: boolean) {
    this.#code = code;
    this.#scan = scan;
    this.#environment = environment;
    const braces = bracesAreObject ? scan.lastBraces : undefined;
    if (braces === undefined && scan.magics.length === 0) return;
    this.#edited = new MagicString(code);
    compileMagics(scan.magics, this.#edited, environment.magics);
    if (braces !== undefined) this.#edited.prependRight(braces.start, ";(").appendLeft(braces.end, ")");
  }

  async compile(): Promise<CompiledCell> {
    const { options } = this.#environment;
    const code = this.#edited?.toString() ?? this.#code;
    const program = Object.keys(options).length === 0 ? parseIfJavaScript(code) : undefined;
    return program === undefined ? this.#throughTypeScript(code) : this.#finish(program, code, []);
  }

  async #throughTypeScript(code: string): Promise<CompiledCell> {
    const { stripTypes, options } = this.#environment;
    try {
      const { program, code: stripped, map } = await stripTypes(code, options);
      return this.#finish(program, stripped, [map]);
    } catch (error) {
      throw error instanceof CellSyntaxError ? this.#inCell(error) : error;
    }
  }

  #finish(program: Program, code: string, maps: SourceMapMaker[]): CompiledCell {
    const hidden = this.#scan.endsWithSemicolon;
    const generated = maps.length > 0 ? generatedNames(program, this.#code) : NONE;
    const isGenerated = (name: string) => generated.has(name);
    const script = rewriteScript(program, new MagicString(code), {
      rules: this.#environment,
      hidden,
      isGenerated,
    });
    // The last map is made by doing the pass again: to keep what it is made from would cost 25 KB for each cell.
    const rules = sameNames(script.names);
    const again = () => {
      const text = new MagicString(code);
      rewriteScript(parseScript(code), text, { rules, hidden, isGenerated });
      return mapOf(text)();
    };
    const magics = this.#edited === undefined ? [] : [mapOf(this.#edited)];
    return { ...script, origins: new PositionChain([...magics, ...maps, again]) };
  }

  /** An error in the text with magics replaced, placed in the cell. */
  #inCell(error: CellSyntaxError): CellSyntaxError {
    // What was not changed needs no map, which knows only the starts of words.
    const at =
      this.#edited === undefined
        ? error.at
        : (new PositionChain([mapOf(this.#edited)]).original(error.at) ?? error.at);
    const misplaced = misplacedMagic(this.#code, error, at);
    if (misplaced !== undefined) return misplaced;
    if (this.#edited === undefined) return error;
    const site = this.#scan.magics.find((magic) => covers(this.#code, magic, at));
    if (site === undefined) return new CellSyntaxError(error.message, at, error.length);
    const written = this.#code.slice(site.start, site.end);
    const message = `"${written}" cannot stand here: a magic runs where \`await\` may, in a cell or an async function`;
    return new CellSyntaxError(message, positionAt(this.#code, site.start), written.length);
  }
}

const NONE: ReadonlySet<string> = new Set();

/** What the program declares and the cell does not mention: helpers and temporaries of the lowering, the JSX runtime. */
function generatedNames(program: Program, code: string): ReadonlySet<string> {
  const declared = declarationsOf(program, () => false).map(({ name }) => name);
  return new Set(declared.filter((name) => !code.includes(name)));
}

/** The rules by which exactly these names were renamed. */
function sameNames(renamed: ReadonlySet<string>): NameRules {
  return { isNotebookName: (name) => renamed.has(name), isHostName: () => true };
}

function covers(code: string, site: MagicSite, at: Position): boolean {
  const start = positionAt(code, site.start);
  return (
    start.line === at.line && at.column >= start.column && at.column <= start.column + site.end - site.start
  );
}

function mapOf(text: MagicString): SourceMapMaker {
  return () => text.generateMap({ hires: "boundary", source: "cell" }).toString();
}

/** Words that the cell declares itself count as variables, whatever else they may be. */
function variableTest(code: string, rules: NameRules): IsVariable {
  return (name) => rules.isNotebookName(name) || rules.isHostName(name) || seemsToDeclare(code, name);
}
