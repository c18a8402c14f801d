/** The virtual program: the cells in memory, everything else from disk. */

import { statSync } from "node:fs";
import ts from "typescript";
import { MAGIC_VALUE_DECLARATION } from "./blank-magics.js";
import type { ModuleSink, PreparedCell } from "./cell-modules.js";
import { cellExtension, compilerOptions } from "./compiler-options.js";
import { bundleLibraries } from "./library-bundle.js";
import { type IsLibrary, libraryTest, ModuleResolution, nodeTypes } from "./module-resolution.js";

export interface ProgramSources {
  /** The notebook's folder, absolute, with forward slashes. */
  folder: string;
  /** Declaration files of the globals, absolute. */
  globals: readonly string[];
  /** Declaration files of the kernel's own modules, by specifier. */
  modules: Readonly<Record<string, string>>;
}

interface MemoryFile {
  version: string;
  snapshot: ts.IScriptSnapshot;
}

/** Serves the language service: cells' modules are set by {@link ModuleSink}, the edited cell by {@link ProgramHost.edit}. */
export class ProgramHost implements ts.LanguageServiceHost, ModuleSink {
  /** Suffix of the cells' modules: `.ts` or `.tsx`. */
  readonly extension: string;
  /** Path of the cell being edited. */
  readonly editedPath: string;
  readonly #folder: string;
  readonly #options: ts.CompilerOptions;
  readonly #roots: string[];
  readonly #memory = new Map<string, MemoryFile>();
  readonly #disk = new Map<string, MemoryFile>();
  readonly #resolution: ModuleResolution;
  readonly #isLibrary: IsLibrary;
  readonly #absorbed: ReadonlySet<string>;
  #version = 0;

  constructor(sources: ProgramSources) {
    this.#folder = sources.folder;
    const options = compilerOptions(sources.folder);
    const node = nodeTypes();
    const libraries = bundleLibraries(options.noLib ? [] : (options.lib ?? []), node);
    this.#options = { ...options, noLib: true };
    this.#absorbed = libraries.absorbed;
    this.extension = cellExtension(this.#options);
    this.editedPath = `${sources.folder}/__cell${this.extension}`;
    const magicValue = `${sources.folder}/__magic-value.d.ts`;
    this.#roots = [...libraries.roots, ...sources.globals, magicValue, this.editedPath];
    this.#isLibrary = libraryTest(sources.folder, [...sources.globals, ...Object.values(sources.modules)]);
    const cell = (specifier: string): string | undefined => this.#cellPath(specifier);
    this.#resolution = new ModuleResolution(
      this,
      { cell, modules: sources.modules },
      sources.folder,
      node,
      this.#isLibrary,
    );
    for (const [path, text] of libraries.files) this.#remember(path, text);
    this.#remember(magicValue, MAGIC_VALUE_DECLARATION);
    this.#remember(this.editedPath, "");
  }

  /** Makes `cell` the cell at hand. Nothing is compiled yet. */
  edit(cell: PreparedCell): void {
    const snapshot = this.#memory.get(this.editedPath)?.snapshot;
    const same = snapshot !== undefined && snapshot.getText(0, snapshot.getLength()) === cell.text;
    if (!same) this.#remember(this.editedPath, cell.text);
  }

  set(specifier: string, text: string): void {
    this.#remember(this.pathOf(specifier), text);
  }

  delete(specifier: string): void {
    this.#memory.delete(this.pathOf(specifier));
    this.#version++;
  }

  /** Path of a cell's module. */
  pathOf(specifier: string): string {
    return `${this.#folder}/${specifier.slice(2)}`;
  }

  /** The reverse: what a path would be as the specifier of a cell's module. */
  specifierOf(path: string): string {
    return `./${path.slice(this.#folder.length + 1)}`;
  }

  /** Sees what changed on disk since the last request: edited files, packages installed. */
  refresh(): void {
    for (const [path, file] of this.#disk) {
      if (this.#isLibrary(path) || file.version === stamp(path)) continue;
      this.#disk.delete(path);
      this.#version++;
    }
    if (this.#resolution.anyIncomplete) this.#version++;
  }

  getProjectVersion = (): string => String(this.#version);
  getCompilationSettings = (): ts.CompilerOptions => this.#options;
  getScriptFileNames = (): string[] => this.#roots;
  getCurrentDirectory = (): string => this.#folder;
  getDefaultLibFileName = (options: ts.CompilerOptions): string => ts.getDefaultLibFilePath(options);
  useCaseSensitiveFileNames = (): boolean => ts.sys.useCaseSensitiveFileNames;

  getScriptVersion = (path: string): string => this.#file(path)?.version ?? "";
  getScriptSnapshot = (path: string): ts.IScriptSnapshot | undefined => this.#file(path)?.snapshot;

  fileExists = (path: string): boolean => this.#memory.has(path) || ts.sys.fileExists(path);
  readFile = (path: string): string | undefined => ts.sys.readFile(path);
  directoryExists = (path: string): boolean => ts.sys.directoryExists(path);
  getDirectories = (path: string): string[] => ts.sys.getDirectories(path);
  realpath = (path: string): string => (this.#memory.has(path) ? path : (ts.sys.realpath?.(path) ?? path));
  readDirectory = (...search: Parameters<typeof ts.sys.readDirectory>): string[] =>
    ts.sys.readDirectory(...search);

  resolveModuleNameLiterals = (
    literals: readonly ts.StringLiteralLike[],
    _from: string,
    _redirected: ts.ResolvedProjectReference | undefined,
    options: ts.CompilerOptions,
    file: ts.SourceFile,
  ): readonly ts.ResolvedModuleWithFailedLookupLocations[] =>
    this.#resolution.modules(literals, file, options);

  resolveTypeReferenceDirectiveReferences = <T extends ts.FileReference | string>(
    references: readonly T[],
    from: string,
    _redirected: ts.ResolvedProjectReference | undefined,
    options: ts.CompilerOptions,
  ): readonly ts.ResolvedTypeReferenceDirectiveWithFailedLookupLocations[] =>
    references.map((reference) =>
      this.#resolution.typeReference(
        typeof reference === "string" ? reference : reference.fileName,
        from,
        options,
      ),
    );

  hasInvalidatedResolutions = (path: string): boolean => this.#resolution.isIncomplete(path);
  getModuleResolutionCache = (): ts.ModuleResolutionCache => this.#resolution.libraryCache;

  #cellPath(specifier: string): string | undefined {
    if (!specifier.startsWith("./__cell-")) return undefined;
    // In declarations that the compiler has written the suffix may be that of a script, or missing.
    const path = this.pathOf(specifier.replace(/(?:\.[jt]sx?)?$/, this.extension));
    return this.#memory.has(path) ? path : undefined;
  }

  #remember(path: string, text: string): void {
    this.#memory.set(path, {
      version: String(++this.#version),
      snapshot: ts.ScriptSnapshot.fromString(text),
    });
  }

  #file(path: string): MemoryFile | undefined {
    return this.#memory.get(path) ?? this.#disk.get(path) ?? this.#read(path);
  }

  #read(path: string): MemoryFile | undefined {
    const text = this.#absorbed.has(path) ? "" : ts.sys.readFile(path);
    if (text === undefined) return undefined;
    const file = {
      version: this.#isLibrary(path) ? "library" : stamp(path),
      snapshot: ts.ScriptSnapshot.fromString(text),
    };
    this.#disk.set(path, file);
    return file;
  }
}

function stamp(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? "gone" : `${stat.mtimeMs} ${stat.size}`;
}
