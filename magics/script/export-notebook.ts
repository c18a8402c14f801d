/** A notebook → the TypeScript program that does the same: `npx ts-node program.ts`. */

import { LIBRARY_NAMES } from "../library-names.js";
import { type ProgramCell, type ProgramImport, programCell, type Rebase } from "./program-cell.js";

/** A cell of a notebook. */
export interface ExportedCell {
  kind: "code" | "markdown";
  source: string;
}

/** What `import { notebook } from "millrace/notebook"` gives to the cells: see {@link NotebookProgram}. */
const GIVEN = ["sc", "ssc", "magics", "display", "progress", "show", "input", "prompt", "confirm"];

/**
 * The program as text. Cells are the body of one async function, so that `await` may stand anywhere in them; prose is
 * comments, magics are calls. A cell that declares a name again opens a block to the end of the program, in which the
 * name is the new one; functions of cells before it go on with the old one, which in a notebook they do not.
 *
 * @param title first line, behind its `//`
 * @param rebase for modules that are imported by a relative path: what the program, in its own folder, imports them by
 * @param leftOut called for a code cell that cannot be exported, which becomes a comment, with a sentence that begins with its number
 * @throws Error with that sentence, when there is no `leftOut`
 */
export function exportNotebook(
  title: string,
  cells: readonly ExportedCell[],
  rebase: Rebase = (specifier) => specifier,
  leftOut: (sentence: string) => void = refuse,
): string {
  return new NotebookExport(rebase, leftOut).make(title, cells);
}

function refuse(sentence: string): never {
  throw new Error(sentence);
}

class NotebookExport {
  readonly #body: string[] = [];
  readonly #imports: ProgramImport[] = [];
  readonly #given = new Set<string>();
  readonly #library = new Set<string>();
  #known = new Set<string>();
  #blocks = 0;
  #codeCells = 0;

  constructor(
    private readonly rebase: Rebase,
    private readonly leftOut: (sentence: string) => void,
  ) {}

  make(title: string, cells: readonly ExportedCell[]): string {
    for (const { kind, source } of cells) {
      if (source.trim() === "") continue;
      if (kind === "markdown") this.#body.push(comment(source));
      else this.#code(source);
    }
    const given = [...this.#given].sort().join(", ");
    const head = `notebook(async (${given === "" ? "" : `{ ${given} }`}) => {`;
    const end = `${"  }\n".repeat(this.#blocks)}});\n`;
    return [`// ${title}`, this.#header(), `${head}\n${this.#body.join("\n\n")}\n${end}`].join("\n\n");
  }

  #code(source: string): void {
    this.#codeCells++;
    const cell = this.#parsed(source);
    if (cell === undefined) return;
    for (const statement of cell.imports) this.#import(statement);
    this.#need(cell);
    const opensBlock = cell.declared.some((name) => this.#known.has(name));
    if (opensBlock) this.#blocks++;
    for (const name of cell.declared) this.#known.add(name);
    const block = opensBlock ? `  { // ${this.#again(cell)} from here on\n` : "";
    if (block + cell.text !== "") this.#body.push(block + cell.text);
  }

  /** Undefined for a cell that is left out. */
  #parsed(source: string): ProgramCell | undefined {
    try {
      return programCell(source, this.rebase);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.leftOut(`code cell ${this.#codeCells}: ${reason}`);
      this.#body.push(comment(`Left out: ${reason}\n${source}`));
      return undefined;
    }
  }

  /** The same import may stand in several cells. */
  #import(statement: ProgramImport): void {
    if (this.#imports.some(({ text }) => text === statement.text)) return;
    this.#imports.push(statement);
    for (const name of statement.names) this.#known.add(name);
  }

  /** Names that the cell uses and no cell has declared, if every cell of a notebook has them. */
  #need({ mentioned, declared, text }: ProgramCell): void {
    const names = new Set(mentioned);
    if (/\bawait show\(/.test(text)) names.add("show");
    for (const name of names) {
      if (this.#known.has(name) || declared.includes(name)) continue;
      if (GIVEN.includes(name)) this.#given.add(name);
      else if (LIBRARY_NAMES.some((known) => known === name)) this.#library.add(name);
      else continue;
      this.#known.add(name);
    }
  }

  #again({ declared }: ProgramCell): string {
    return declared.join(", ");
  }

  #header(): string {
    const library = [...this.#library].sort().join(", ");
    return [
      ...(library === "" ? [] : [`import { ${library} } from "millrace";`]),
      'import { notebook } from "millrace/notebook";',
      ...this.#imports.map(({ text }) => text),
    ].join("\n");
  }
}

function comment(markdown: string): string {
  return markdown
    .trim()
    .split("\n")
    .map((line) => `  // ${line}`.trimEnd())
    .join("\n");
}
