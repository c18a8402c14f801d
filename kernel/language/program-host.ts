/** The program that cells are added to: libraries, the kernel's declarations, and what cells import. */

import { statSync } from "node:fs";
import ts from "typescript";
import { CellFiles } from "./cell-files.js";
import { cellExtension, compilerOptions } from "./compiler-options.js";
import { growProgram } from "./grown-program.js";
import { COMMENTS, readDeprecations } from "./late-comments.js";
import { bundleLibraries } from "./library-bundle.js";
import { type IsLibrary, libraryTest, ModuleResolution, nodeTypes } from "./module-resolution.js";
import { NodeLibrary } from "./node-library.js";

export interface ProgramSources {
  /** The notebook's folder, absolute, with forward slashes. */
  folder: string;
  /** Declaration files of the globals, absolute. */
  globals: readonly string[];
  /** What stands for the values of magics: name → type. */
  magicValues: ReadonlyMap<string, string>;
  /** Declaration files of the kernel's own modules, by specifier. */
  modules: Readonly<Record<string, string>>;
}

/** Texts of cells, edited or run, that a program may have seen before there should be a new one; each leaves some 20 kB. */
const MAX_BOUND = 200;

interface MemoryFile {
  version: string;
  snapshot: ts.IScriptSnapshot;
}

/** Serves the language service. Cells are not among its files: see grown-program.ts. */
export class ProgramHost implements ts.LanguageServiceHost {
  /** Suffix of the cells' modules: `.ts` or `.tsx`. */
  readonly extension: string;
  readonly cells: CellFiles;
  readonly node: NodeLibrary;
  readonly jsDocParsingMode = COMMENTS;
  readonly #folder: string;
  readonly #options: ts.CompilerOptions;
  readonly #roots: string[];
  /** Imports all that cells import. */
  readonly #importsPath: string;
  readonly #memory = new Map<string, MemoryFile>();
  readonly #disk = new Map<string, MemoryFile>();
  /** Files of which is known what is deprecated. */
  readonly #looked = new WeakSet<ts.SourceFile>();
  readonly #resolution: ModuleResolution;
  readonly #isLibrary: IsLibrary;
  readonly #absorbed: ReadonlySet<string>;
  #imports = "";
  #program: ts.Program | undefined;
  #boundBefore = 0;
  #renewals = 0;
  #version = 0;

  constructor(sources: ProgramSources) {
    this.#folder = sources.folder;
    const options = compilerOptions(sources.folder);
    const language = bundleLibraries(options.noLib ? [] : (options.lib ?? []));
    const entry = nodeTypes();
    this.node = new NodeLibrary(entry);
    this.#options = { ...options, noLib: true };
    this.#absorbed = language.absorbed;
    this.extension = cellExtension(this.#options);
    this.cells = new CellFiles(sources.folder, this.extension, this.#options);
    this.#importsPath = `${sources.folder}/__imports${this.extension}`;
    const magicValue = `${sources.folder}/__magic-value.d.ts`;
    const libraries = [language.path, ...language.modules, ...this.node.roots];
    this.#roots = [...libraries, ...sources.globals, magicValue, this.#importsPath];
    this.#isLibrary = libraryTest(sources.folder, [...sources.globals, ...Object.values(sources.modules)]);
    this.#resolution = new ModuleResolution(
      this,
      {
        cell: (specifier) => this.cells.resolve(specifier),
        modules: sources.modules,
        postpones: (specifier, from) => this.node.postpones(specifier, from),
      },
      sources.folder,
      entry,
      this.#isLibrary,
    );
    for (const [path, text] of [[language.path, language.text], ...this.node.files] as const)
      this.#remember(path, text);
    this.#remember(magicValue, declarations(sources.magicValues));
    this.#remember(this.#importsPath, this.#imports);
  }

  /** The program as of now, made anew only if something other than cells has changed; it finds the cells. */
  program(service: ts.LanguageService): ts.Program {
    this.#refresh();
    const program = service.getProgram();
    if (program === undefined) throw new Error("the language service has no program");
    if (program === this.#program) return program;
    this.#program = program;
    this.#boundBefore = this.cells.bound;
    this.cells.unbind();
    this.#readDeprecations(program);
    // A new program asks the one before it for all imports there are.
    this.node.forget();
    growProgram(program, {
      cells: this.cells,
      importsPath: this.#importsPath,
      missing: (specifier) => this.node.ask(specifier),
    });
    return program;
  }

  #readDeprecations(program: ts.Program): void {
    for (const file of program.getSourceFiles()) {
      if (this.#looked.has(file)) continue;
      this.#looked.add(file);
      readDeprecations(file);
    }
  }

  /**
   * A new program in which the types of each cell are known before those that are made from it: from the end of a chain of
   * many hundred cells the type checker would go too deep.
   */
  inferInOrder(service: ts.LanguageService): void {
    this.#renewals += 1;
    const program = this.program(service);
    const checker = program.getTypeChecker();
    for (const path of this.cells.modules) {
      const file = program.getSourceFile(path);
      const module = file && checker.getSymbolAtLocation(file);
      const names = module === undefined ? [] : checker.getExportsOfModule(module);
      for (const name of names) checker.getTypeOfSymbol(name);
    }
    this.#boundBefore = this.cells.bound;
  }

  /** Reads declarations that the last answer was lacking; false when it was lacking none. */
  readMissing(): boolean {
    const taken = this.node.take();
    if (taken) this.#version++;
    return taken;
  }

  /** There is time for a new program, should this one have seen many cells: what it knows of those goes with it. */
  renewWhenStale(): void {
    if (this.#bound > MAX_BOUND) this.#renewals += 1;
  }

  get #bound(): number {
    return this.cells.bound - this.#boundBefore;
  }

  /** Sees what changed since the last request: imports of cells, edited files, packages installed. */
  #refresh(): void {
    if (this.#bound > 2 * MAX_BOUND) this.#renewals += 1;
    const { imports, augmenting, rewritten } = this.cells;
    const lines = [...imports].map((specifier) => `import ${JSON.stringify(specifier)};`);
    // What else makes a new program necessary, as a text of its own.
    const text = [...lines, `// ${rewritten} ${augmenting.join()} ${this.#renewals}`].join("\n");
    if (text !== this.#imports) this.#remember(this.#importsPath, text);
    this.#imports = text;
    for (const [path, file] of this.#disk) {
      if (this.#isLibrary(path) || file.version === stamp(path)) continue;
      this.#disk.delete(path);
      this.#version++;
    }
    if (this.#resolution.anyCompleted()) this.#version++;
  }

  getProjectVersion = (): string => String(this.#version);
  getCompilationSettings = (): ts.CompilerOptions => this.#options;
  getScriptFileNames = (): string[] => [...this.#roots, ...this.node.asked, ...this.cells.augmenting];
  getCurrentDirectory = (): string => this.#folder;
  getDefaultLibFileName = (options: ts.CompilerOptions): string => ts.getDefaultLibFilePath(options);
  useCaseSensitiveFileNames = (): boolean => ts.sys.useCaseSensitiveFileNames;

  getScriptVersion = (path: string): string => this.#file(path)?.version ?? "";
  getScriptSnapshot = (path: string): ts.IScriptSnapshot | undefined => this.#file(path)?.snapshot;

  fileExists = (path: string): boolean => this.#isVirtual(path) || ts.sys.fileExists(path);
  readFile = (path: string): string | undefined => ts.sys.readFile(path);
  directoryExists = (path: string): boolean => ts.sys.directoryExists(path);
  getDirectories = (path: string): string[] => ts.sys.getDirectories(path);
  realpath = (path: string): string => (this.#isVirtual(path) ? path : (ts.sys.realpath?.(path) ?? path));
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

  #isVirtual(path: string): boolean {
    return this.#memory.has(path) || this.cells.textOf(path) !== undefined;
  }

  #remember(path: string, text: string): void {
    this.#memory.set(path, {
      version: String(++this.#version),
      snapshot: ts.ScriptSnapshot.fromString(text),
    });
  }

  #file(path: string): MemoryFile | undefined {
    return this.#memory.get(path) ?? this.#cell(path) ?? this.#disk.get(path) ?? this.#read(path);
  }

  #cell(path: string): MemoryFile | undefined {
    const text = this.cells.textOf(path);
    if (text === undefined) return undefined;
    return { version: `cell ${this.cells.rewritten}`, snapshot: ts.ScriptSnapshot.fromString(text) };
  }

  #read(path: string): MemoryFile | undefined {
    const text = this.#absorbed.has(path) || this.node.isAbsorbed(path) ? "" : ts.sys.readFile(path);
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

function declarations(types: ReadonlyMap<string, string>): string {
  return [...types].map(([name, type]) => `declare const ${name}: ${type};\n`).join("");
}
