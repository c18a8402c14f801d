/** Answers about a notebook's code: completion, inspection, completeness. Runs no code. */

import ts from "typescript";
import type {
  CompleteReply,
  InspectReply,
  IsCompleteReply,
  LanguageOptions,
  MagicSummary,
  TypeCheckMode,
  TypeProblem,
} from "../port/language.js";
import { type BlankedCell, blankMagics, type MagicSpan, magicValueTypes } from "./blank-magics.js";
import { type BegunCell, CellModules } from "./cell-modules.js";
import { completeCode } from "./complete.js";
import { completeMagic, type MagicContext } from "./complete-magic.js";
import { type CheckedText, diagnose } from "./diagnose.js";
import type { Prose } from "./documentation.js";
import { inspectCode, variableAt } from "./inspect.js";
import { inspectMagic } from "./inspect-magic.js";
import { isComplete } from "./is-complete.js";
import { type MagicLine, magicLineAt } from "./magic-line.js";
import { magicNamed } from "./magic-params.js";
import { isObvious } from "./obvious.js";
import type { OpenCell } from "./open-cell.js";
import { ProgramHost } from "./program-host.js";
import { recordFields } from "./record-fields.js";
import { variablesOfType } from "./variables.js";

/** One notebook. Synchronous throughout: it lives in a thread of its own. Cursors are UTF-16 offsets within the code. */
export class LanguageService {
  readonly #options: LanguageOptions;
  readonly #now: () => number;
  readonly #host: ProgramHost;
  readonly #cells: CellModules;
  readonly #service: ts.LanguageService;
  #begun: BegunCell | undefined;
  /** What stands for the values of magics. */
  readonly #magicValues: ReadonlyMap<string, string>;
  /** Those of the kernel, and those loaded into the notebook. */
  #magics: readonly MagicSummary[];

  /** @param now Milliseconds of any steady clock. */
  constructor(options: LanguageOptions, now: () => number) {
    const slashes = (path: string): string => path.replaceAll("\\", "/").replace(/(?<=.)\/$/, "");
    const modules = Object.fromEntries(
      Object.entries(options.modules).map(([name, path]) => [name, slashes(path)]),
    );
    this.#options = { ...options, cwd: slashes(options.cwd), globals: options.globals.map(slashes), modules };
    this.#now = now;
    this.#magics = options.magics;
    this.#magicValues = magicValueTypes(options.magics);
    this.#host = new ProgramHost({
      folder: this.#options.cwd,
      globals: this.#options.globals,
      magicValues: this.#magicValues,
      modules,
    });
    this.#cells = new CellModules(this.#host.cells, this.#host.extension);
    this.#service = ts.createLanguageService(this.#host);
  }

  /** Builds the first program and the types that nearly every request meets. Takes most of a second. */
  warmUp(): void {
    this.complete("[1].map(n => n).", 16);
    this.prepare();
  }

  /**
   * Goes once through what every cell needs when it runs, so that the first one does not pay for it. Takes some 0.1 s; in
   * vain while a cell runs.
   */
  rehearse(): void {
    if (this.#begun !== undefined) return;
    this.begin("const rehearsed = [1].map((n) => String(n));\nconsole.log(rehearsed);", "warn");
    this.prepare();
    this.end(false);
    this.prepare();
  }

  /** Compiles what has changed beside the cells, so that the next request need not. */
  prepare(): void {
    this.#host.renewWhenStale();
    this.#answer(() => this.#host.program(this.#service));
  }

  /** A cell was run: its declarations are visible to others from now on. */
  executed(code: string): void {
    this.#cells.executed(this.#blank(code).text);
  }

  /** A cell begins to run: its declarations are visible from now on. Returns its type errors, in order; none with `off`. */
  begin(code: string, check: TypeCheckMode): TypeProblem[] {
    const { text } = this.#blank(code);
    const parsed = this.#parse(text);
    this.#begun = this.#cells.begin(text, parsed);
    if (check === "off" || isObvious(parsed)) return [];
    const begun = this.#begun;
    return this.#answer(() => diagnose(this.#service, this.#checked(text, begun), check === "warn"));
  }

  /** Magics that were loaded into the notebook; they take the place of those told before. */
  loaded(magics: readonly MagicSummary[]): void {
    // The types of their values are not declared: the program stands already.
    const loaded = magics.map(({ valueType: _undeclared, ...magic }) => magic);
    this.#magics = [...this.#options.magics, ...loaded];
  }

  /** The variables of all cells are gone; what the running one declares comes after that. */
  forget(): void {
    this.#cells.forget(this.#begun);
  }

  /** The cell that has begun is over. @param compiled false: its declarations do not hold */
  end(compiled: boolean): void {
    if (compiled) this.#begun?.end();
    else this.#begun?.undo();
    this.#begun = undefined;
  }

  complete(code: string, cursor: number): CompleteReply {
    const cell = this.#blank(code);
    const line = magicLineAt(cell, cursor);
    if (line !== undefined)
      return this.#answer(() => completeMagic(line, cursor, this.#magicContext(cell.text)));
    if (isInMagic(cursor, cell.magics)) return { matches: [], start: cursor, end: cursor };
    const { globals } = this.#options;
    const modules = Object.keys(this.#options.modules);
    const hidden = this.#magicValues;
    const context = { modules, nodeModules: this.#host.node.modules, globals, hidden, now: this.#now };
    return this.#answer(() => completeCode(this.#open(cell.text, namesFrom(code, cursor)), cursor, context));
  }

  inspect(code: string, cursor: number, detail: 0 | 1): InspectReply {
    const cell = this.#blank(code);
    const line = magicLineAt(cell, cursor);
    if (line !== undefined) return this.#inspectMagic(line, cursor);
    if (isInMagic(cursor, cell.magics)) return NOTHING;
    return this.#answer(() => {
      const open = this.#open(cell.text);
      const prose = inspectCode(open, cursor, detail);
      return prose === undefined ? NOTHING : { ...found(prose), ...this.#variableAt(open, cursor) };
    });
  }

  #inspectMagic(line: MagicLine, cursor: number): InspectReply {
    const magics = this.#magics;
    const inspectName = (name: string): Prose | undefined =>
      this.#cells.declares(name) ? this.#answer(() => inspectCode(this.#open(name), 0, 0)) : undefined;
    const prose = inspectMagic(line, cursor, { magics, inspectName });
    return prose === undefined ? NOTHING : found(prose);
  }

  #variableAt(open: OpenCell, cursor: number): { variable?: string } {
    const name = variableAt(open, cursor);
    return name !== undefined && this.#cells.declares(name) ? { variable: name } : {};
  }

  isComplete(code: string): IsCompleteReply {
    return isComplete(this.#blank(code), this.#host.extension);
  }

  #parse(text: string): ts.SourceFile {
    return ts.createSourceFile(`cell${this.#host.extension}`, text, ts.ScriptTarget.Latest);
  }

  #blank(code: string): BlankedCell {
    return blankMagics(
      code,
      (name) => this.#cells.declares(name),
      (name) => magicNamed(name, this.#magics),
    );
  }

  /** @param offered Names of other cells that are in scope though the cell does not mention them. */
  #open(blanked: string, offered: (name: string) => boolean = () => false): OpenCell {
    const cell = this.#cells.prepare(blanked, offered);
    const { cells } = this.#host;
    const path = cells.edit(cell.text);
    this.#host.program(this.#service);
    return {
      code: blanked,
      service: this.#service,
      path,
      shift: cell.shift,
      textOf: (other) => this.#cells.bodyOf(cells.specifierOf(other)),
    };
  }

  /** A cell with declarations is checked as the module it has become, any other as if it were edited. */
  #checked(text: string, { specifier, shift }: BegunCell): CheckedText {
    if (specifier === undefined) return { ...this.#open(text), code: text };
    this.#host.program(this.#service);
    return { path: this.#host.cells.pathOf(specifier), shift, code: text };
  }

  /** Asks until no declarations were lacking that could be read. */
  #answer<T>(ask: () => T): T {
    const answer = this.#answerOnce(ask);
    return this.#host.readMissing() ? this.#answer(ask) : answer;
  }

  #answerOnce<T>(ask: () => T): T {
    try {
      return ask();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#host.inferInOrder(this.#service);
      return ask();
    }
  }

  #magicContext(blanked: string): MagicContext {
    const { globals } = this.#options;
    const all = (): boolean => true;
    return {
      magics: this.#magics,
      variables: (typeNames) => variablesOfType(this.#open(blanked, all), typeNames, globals),
      fields: (variable, typeNames) => recordFields(this.#open(blanked, all), variable, typeNames, globals),
    };
  }
}

/** Names that what is being typed at the cursor may become; none behind a dot. */
function namesFrom(code: string, cursor: number): (name: string) => boolean {
  const [, dot, typed = ""] = /(\.?)([\p{ID_Continue}$]*)$/u.exec(code.slice(0, cursor)) ?? [];
  return (name) => dot === "" && name.toLowerCase().startsWith(typed.toLowerCase());
}

function isInMagic(cursor: number, magics: readonly MagicSpan[]): boolean {
  return magics.some(({ start, end }) => cursor > start && cursor <= end);
}

const NOTHING: InspectReply = { found: false, markdown: "", text: "" };

function found(prose: Prose): InspectReply {
  return { found: true, ...prose };
}
