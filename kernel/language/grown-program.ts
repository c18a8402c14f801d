/**
 * Cells are added to a program whose type checker lives on.
 *
 * To the compiler a program is fixed: a file more or less is a new program with a new checker, which merges all globals
 * and infers all types again. That takes 10 ms and leaves a megabyte of garbage, for each cell and for each keystroke.
 * But what a checker knows of its program it asks by three methods, when it needs it; and a module adds nothing to what
 * other files see, unless they import it. So cells, which are modules, are no files of the program: it finds them by
 * these methods, in {@link CellFiles}. Each text has a path of its own, so that nothing known of a path becomes wrong.
 *
 * The program itself has the libraries, what cells import, and cells with `declare global`. When one of these changes, a new
 * program takes the same cells over.
 *
 * `getResolvedModule` and the fields in cell-files.ts are internals of TypeScript, whose version is therefore pinned.
 */

import ts from "typescript";
import type { CellFiles } from "./cell-files.js";

type Resolution = Partial<ts.ResolvedModuleWithFailedLookupLocations> | undefined;

interface Lookups {
  getSourceFile(path: string): ts.SourceFile | undefined;
  getSourceFileByPath(path: string): ts.SourceFile | undefined;
  getResolvedModule(file: ts.SourceFile, specifier: string, mode: ts.ResolutionMode): Resolution;
  getResolvedModuleFromModuleSpecifier(specifier: ts.StringLiteralLike, file?: ts.SourceFile): Resolution;
}

export interface Ground {
  cells: CellFiles;
  /** Path of the file that imports all that cells import: what is resolved there holds for them. */
  importsPath: string;
  /** A module was asked for that the program does not have; also by the next program, for all that it imports. */
  missing(specifier: string): void;
}

/** Lets a program find the cells. To be called once, before anything else is asked of it. */
export function growProgram(program: ts.Program, { cells, importsPath, missing }: Ground): void {
  const lookups = program as unknown as Lookups;
  const { getSourceFile, getSourceFileByPath, getResolvedModule } = lookups;
  const imports = getSourceFile(importsPath);

  lookups.getSourceFile = (path) => getSourceFile(path) ?? cells.at(path);
  lookups.getSourceFileByPath = (path) => getSourceFileByPath(path) ?? cells.at(path);
  lookups.getResolvedModule = (file, specifier, mode) => {
    const ofCell = (): Resolution =>
      cellModule(cells, specifier) ?? (imports && getResolvedModule(imports, specifier, mode));
    const isCell = cells.textOf(file.fileName) !== undefined;
    const resolution = getResolvedModule(file, specifier, mode) ?? (isCell ? ofCell() : undefined);
    if (resolution?.resolvedModule === undefined) missing(specifier);
    return resolution;
  };
  lookups.getResolvedModuleFromModuleSpecifier = (specifier, file = specifier.getSourceFile()) =>
    lookups.getResolvedModule(file, specifier.text, program.getModeForUsageLocation(file, specifier));
}

function cellModule(cells: CellFiles, specifier: string): Resolution {
  const path = cells.resolve(specifier);
  if (path === undefined) return undefined;
  const extension = path.endsWith("x") ? ts.Extension.Tsx : ts.Extension.Ts;
  return { resolvedModule: { resolvedFileName: path, extension, isExternalLibraryImport: false } };
}
