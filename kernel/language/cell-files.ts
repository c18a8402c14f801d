/** The cells as source files of the compiler: parsed and bound when a program asks for them (see grown-program.ts). */

import { isBuiltin } from "node:module";
import ts from "typescript";
import { isCellSpecifier, type ModuleSink } from "./cell-modules.js";

/** What only the compiler itself writes into source files, and how it prepares them: see grown-program.ts. */
interface BoundFile extends ts.SourceFile {
  path: string;
  resolvedPath: string;
  originalFileName: string;
  imports: readonly ts.StringLiteralLike[];
  moduleAugmentations: readonly ts.StringLiteral[];
  ambientModuleNames: readonly string[];
  externalModuleIndicator: true;
}

interface Binder {
  bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void;
}

interface CellFile {
  text: string;
  /** Modules it names that are neither cells nor Node's own. */
  imports: readonly string[];
  /** Once the compiler has asked for it. */
  bound?: BoundFile;
}

/** Paths are absolute, below the notebook's folder. */
export class CellFiles implements ModuleSink {
  readonly #folder: string;
  readonly #extension: string;
  readonly #options: ts.CompilerOptions;
  readonly #files = new Map<string, CellFile>();
  /** How many files name a module. */
  readonly #imports = new Map<string, number>();
  readonly #augmenting = new Set<string>();
  #edits = 0;
  #edited: { path: string; text: string } | undefined;
  #rewritten = 0;
  #bound = 0;

  /** @param extension `.ts`, or `.tsx` where JSX is enabled. */
  constructor(folder: string, extension: string, options: ts.CompilerOptions) {
    this.#folder = folder;
    this.#extension = extension;
    this.#options = options;
  }

  /** Changes when a cell that the compiler may have seen has another text: types made of the old one are void. */
  get rewritten(): number {
    return this.#rewritten;
  }

  /** How many texts the compiler has seen so far. */
  get bound(): number {
    return this.#bound;
  }

  /** Paths of the cells that were run, in order. */
  get modules(): string[] {
    return [...this.#files.keys()].filter((path) => path !== this.#edited?.path);
  }

  /** Modules that cells name, other than cells and Node's own, in the order of their first use. */
  get imports(): Iterable<string> {
    return this.#imports.keys();
  }

  /** Paths of the cells that add to what is declared elsewhere: `declare global`, `declare module "x"`. */
  get augmenting(): string[] {
    return [...this.#augmenting];
  }

  set(specifier: string, text: string): void {
    const path = this.pathOf(specifier);
    if (this.#files.has(path)) this.#rewritten += 1;
    this.#put(path, text);
  }

  delete(specifier: string): void {
    this.#remove(this.pathOf(specifier));
  }

  /** Makes `text` the cell that is being edited, and gives its path: a new one, unless the text is the same. */
  edit(text: string): string {
    if (this.#edited?.text === text) return this.#edited.path;
    if (this.#edited !== undefined) this.#remove(this.#edited.path);
    const path = `${this.#folder}/__edited-${++this.#edits}${this.#extension}`;
    this.#edited = { path, text };
    this.#put(path, text);
    return path;
  }

  /** Path of a cell's module. */
  pathOf(specifier: string): string {
    return `${this.#folder}/${specifier.slice(2)}`;
  }

  /** The reverse: what a path would be as the specifier of a cell's module. */
  specifierOf(path: string): string {
    return `./${path.slice(this.#folder.length + 1)}`;
  }

  /** Path of the cell that an import means; undefined for any other import. */
  resolve(specifier: string): string | undefined {
    if (!isCellSpecifier(specifier)) return undefined;
    const path = this.pathOf(specifier);
    return this.#files.has(path) ? path : undefined;
  }

  textOf(path: string): string | undefined {
    return this.#files.get(path)?.text;
  }

  /** The source file, parsed and bound; undefined for a path that is no cell's. */
  at(path: string): ts.SourceFile | undefined {
    const file = this.#files.get(path);
    if (file === undefined) return undefined;
    if (file.bound === undefined) {
      file.bound = bind(path, file.text, this.#options);
      this.#bound += 1;
    }
    return file.bound;
  }

  /** Forgets all source files: a new program asks for those that it needs. */
  unbind(): void {
    for (const file of this.#files.values()) delete file.bound;
  }

  #put(path: string, text: string): void {
    this.#remove(path);
    const imports = importsOf(text);
    this.#files.set(path, { text, imports });
    if (AUGMENTS.test(text)) this.#augmenting.add(path);
    for (const specifier of imports) this.#imports.set(specifier, (this.#imports.get(specifier) ?? 0) + 1);
  }

  #remove(path: string): void {
    for (const specifier of this.#files.get(path)?.imports ?? []) {
      const left = (this.#imports.get(specifier) ?? 1) - 1;
      if (left === 0) this.#imports.delete(specifier);
      else this.#imports.set(specifier, left);
    }
    this.#augmenting.delete(path);
    this.#files.delete(path);
  }
}

const AUGMENTS = /\bdeclare\s+(?:global\b|module\s*["'])/;

function importsOf(text: string): string[] {
  const named = ts.preProcessFile(text, true, false).importedFiles.map(({ fileName }) => fileName);
  return [...new Set(named)].filter((name) => !isCellSpecifier(name) && !isBuiltin(name));
}

/** As a program does it with the files it reads. */
function bind(path: string, text: string, options: ts.CompilerOptions): BoundFile {
  const file = ts.createSourceFile(path, text, {
    languageVersion: options.target ?? ts.ScriptTarget.Latest,
    setExternalModuleIndicator: (parsed) => {
      (parsed as BoundFile).externalModuleIndicator = true;
    },
  }) as BoundFile;
  const canonical = ts.sys.useCaseSensitiveFileNames ? path : path.toLowerCase();
  Object.assign(file, {
    path: canonical,
    resolvedPath: canonical,
    originalFileName: path,
    imports: [],
    moduleAugmentations: [],
    ambientModuleNames: [],
  });
  (ts as unknown as Binder).bindSourceFile(file, options);
  return file;
}
