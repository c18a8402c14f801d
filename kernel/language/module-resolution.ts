/** Which file an import means: a cell, a declaration file of the kernel's own, or what Node would find from the folder. */

import { createRequire, isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import ts from "typescript";

/** The kernel's own `@types/node`, as the entry file of its declarations: the notebook's folder need not have any. */
export function nodeTypes(): string {
  const require = createRequire(import.meta.url);
  return require
    .resolve("@types/node/package.json")
    .replaceAll("\\", "/")
    .replace(/package\.json$/, "index.d.ts");
}

export interface ResolutionSources {
  /** Path of a cell's module by its specifier, undefined for any other specifier. */
  cell(specifier: string): string | undefined;
  /** Specifiers answered by a declaration file of the kernel's own. */
  modules: Readonly<Record<string, string>>;
  /** True for imports that stay without an answer for now. */
  postpones(specifier: string, from: string): boolean;
}

/** Resolves imports for the language service, and remembers which files could not be resolved in full. */
export class ModuleResolution {
  /** Answers for imports inside packages. Imports of cells and of the folder's files are looked up afresh. */
  readonly libraryCache: ts.ModuleResolutionCache;
  readonly #host: ts.ModuleResolutionHost;
  readonly #sources: ResolutionSources;
  readonly #nodeTypes: string;
  readonly #isLibrary: IsLibrary;
  /** Files with postponed imports. */
  readonly #postponed = new Set<string>();
  readonly #incomplete = new Map<string, Lacking[]>();

  constructor(
    host: ts.ModuleResolutionHost,
    sources: ResolutionSources,
    folder: string,
    nodeTypesEntry: string,
    isLibrary: IsLibrary,
  ) {
    this.#isLibrary = isLibrary;
    this.#host = host;
    this.#sources = sources;
    this.#nodeTypes = nodeTypesEntry;
    this.libraryCache = ts.createModuleResolutionCache(folder, canonical);
  }

  /** All imports of one file, in order; undefined modules are imports that were not found. */
  modules(
    literals: readonly ts.StringLiteralLike[],
    file: ts.SourceFile,
    options: ts.CompilerOptions,
  ): ts.ResolvedModuleWithFailedLookupLocations[] {
    const answers = literals.map((literal) => this.#module(literal, file, options));
    const lacking = literals
      .map((literal, i) => ({
        answer: answers[i]?.resolvedModule,
        again: () => this.#module(literal, file, options),
      }))
      .filter(({ answer }, i) => !isBuiltin(literals[i]?.text ?? "") && !isTyped(answer));
    const path = canonical(file.fileName);
    if (literals.some(({ text }) => this.#sources.postpones(text, file.fileName))) this.#postponed.add(path);
    else this.#postponed.delete(path);
    if (lacking.length > 0 && !this.#isLibrary(file.fileName)) this.#incomplete.set(path, lacking);
    else this.#incomplete.delete(path);
    return answers;
  }

  #module(
    literal: ts.StringLiteralLike,
    file: ts.SourceFile,
    options: ts.CompilerOptions,
  ): ts.ResolvedModuleWithFailedLookupLocations {
    const specifier = literal.text;
    const cell = this.#sources.cell(specifier);
    if (cell !== undefined) return found(cell, false);
    const own = Object.hasOwn(this.#sources.modules, specifier)
      ? this.#sources.modules[specifier]
      : undefined;
    if (own !== undefined) return found(own, true);
    // Node takes its own modules before any package, and their types are ambient: there is no file to look for.
    if (isBuiltin(specifier) || this.#sources.postpones(specifier, file.fileName))
      return { resolvedModule: undefined };
    const isLibrary = this.#isLibrary(file.fileName);
    const beside = isLibrary ? besideDeclarations(specifier, file.fileName) : undefined;
    if (beside !== undefined && this.#host.fileExists(beside))
      return found(beside, beside.includes("/node_modules/"));
    const cache = isLibrary ? this.libraryCache : undefined;
    const mode = ts.getModeForUsageLocation(file, literal, options);
    return ts.resolveModuleName(specifier, file.fileName, options, this.#host, cache, undefined, mode);
  }

  /** `/// <reference types="node" />` always means the kernel's own: two sets of them contradict each other. */
  typeReference(
    name: string,
    from: string,
    options: ts.CompilerOptions,
  ): ts.ResolvedTypeReferenceDirectiveWithFailedLookupLocations {
    if (name !== "node") return ts.resolveTypeReferenceDirective(name, from, options, this.#host);
    return { resolvedTypeReferenceDirective: { primary: true, resolvedFileName: this.#nodeTypes } };
  }

  /** An import of the file was postponed, was not found, or has no types: a package installed since may change that. */
  isIncomplete(path: string): boolean {
    return this.#postponed.has(canonical(path)) || this.#incomplete.has(canonical(path));
  }

  /** Looks for what was not found, or has no types, once more. */
  anyCompleted(): boolean {
    return [...this.#incomplete.values()]
      .flat()
      .some(({ answer, again }) => again().resolvedModule?.resolvedFileName !== answer?.resolvedFileName);
  }
}

/** An import without an answer, or with one that has no types. */
interface Lacking {
  answer: ts.ResolvedModule | undefined;
  again(): ts.ResolvedModuleWithFailedLookupLocations;
}

/** True for files that do not change while the kernel runs. */
export type IsLibrary = (path: string) => boolean;

/** Packages, and the kernel's own declarations: what lies beside and below `own`, outside of the notebook's folder. */
export function libraryTest(folder: string, own: readonly string[]): IsLibrary {
  const shared = sharedFolder(own);
  const isOwn = (path: string): boolean =>
    shared.length > 1 && path.startsWith(shared) && !path.startsWith(`${folder}/`);
  return (path) => path.includes("/node_modules/") || isOwn(path);
}

/** The folder, with a slash at its end, that all paths are in; empty for none. */
function sharedFolder([first = "", ...more]: readonly string[]): string {
  let folder = first.slice(0, first.lastIndexOf("/") + 1);
  while (folder.length > 1 && !more.every((path) => path.startsWith(folder)))
    folder = folder.slice(0, folder.lastIndexOf("/", folder.length - 2) + 1);
  return folder;
}

/**
 * The file that declarations of a library mean by `./x.js`, if it is there; undefined for any other import. The compiler asks the disk for some names
 * before it, and keeps them: for the kernel's own declarations that was a fourteenth of the worker's start.
 */
function besideDeclarations(specifier: string, from: string): string | undefined {
  if (!from.endsWith(ts.Extension.Dts) || !/^\.\.?\/.*\.js$/.test(specifier)) return undefined;
  return join(dirname(from), specifier.replace(/\.js$/, ts.Extension.Dts)).replaceAll("\\", "/");
}

function found(path: string, external: boolean): ts.ResolvedModuleWithFailedLookupLocations {
  const extension = ts.Extension.Dts;
  return {
    resolvedModule: {
      resolvedFileName: path,
      extension: path.endsWith(extension)
        ? extension
        : path.endsWith("x")
          ? ts.Extension.Tsx
          : ts.Extension.Ts,
      isExternalLibraryImport: external,
    },
  };
}

function isTyped(module: ts.ResolvedModuleFull | undefined): boolean {
  return (
    module !== undefined && !(module.extension === ts.Extension.Js && module.isExternalLibraryImport === true)
  );
}

function canonical(path: string): string {
  return ts.sys.useCaseSensitiveFileNames ? path : path.toLowerCase();
}
