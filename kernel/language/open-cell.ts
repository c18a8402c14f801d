/** The cell a request is about, ready for the compiler. */

import ts from "typescript";

export interface OpenCell {
  /** As written, magics blanked; same offsets as the cell. */
  code: string;
  service: ts.LanguageService;
  /** Its file in the virtual program. */
  path: string;
  /** Add to an offset of the cell for an offset of the file. */
  shift: number;
  /** The text of another cell by the path of its module, as it ran; undefined for any other path. */
  textOf(path: string): string | undefined;
}

export interface CheckedCell {
  checker: ts.TypeChecker;
  file: ts.SourceFile;
}

/** Compiles what has changed. @throws Error when the program has lost the cell: a fault of the program host. */
export function check(cell: OpenCell): CheckedCell {
  const program = cell.service.getProgram();
  const file = program?.getSourceFile(cell.path);
  if (program === undefined || file === undefined)
    throw new Error(`the cell ${cell.path} is not part of the program`);
  return { checker: program.getTypeChecker(), file };
}

/** The symbol an import stands for, or the symbol itself. */
export function importedSymbol(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
}

/** A type or a piece of code without the paths that TypeScript puts before names of other files. */
export function withoutPaths(text: string): string {
  return text.replace(/import\("[^"]*"(?:, \{[^}]*\})?\)\./g, "");
}
