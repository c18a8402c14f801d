/** A cell that was run, as declarations: what the checker has inferred of it once, it need not infer at each keystroke. */

import type ts from "typescript";

/**
 * The declarations of a module with all types written out, as text; undefined where a type cannot be written (it names
 * something private, or is too long), or where documentation would be lost: that of an object's members is.
 */
export function declarationsOf(service: ts.LanguageService, path: string): string | undefined {
  const program = service.getProgram();
  const file = program?.getSourceFile(path);
  if (program === undefined || file === undefined) return undefined;
  if (program.getDeclarationDiagnostics(file).length > 0) return undefined;
  const text = service.getEmitOutput(path, true, true).outputFiles[0]?.text;
  return text !== undefined && comments(text) >= comments(file.text) ? text : undefined;
}

function comments(text: string): number {
  return text.split("/**").length;
}
