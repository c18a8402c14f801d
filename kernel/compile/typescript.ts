/**
 * TypeScript → JavaScript that Node 20 runs, with its tree. Types are removed, nothing is checked.
 *
 *   oxc      in this process, 0.05 ms a cell   what is JavaScript once its types are gone
 *   esbuild  a process of its own, 2 ms        what has to be lowered (decorators, `using`, namespaces), what is wrong
 */

import type { Program } from "acorn";
import { CellSyntaxError } from "./compile-error.js";
import { eraseTypes } from "./erase-types.js";
import { lowerSyntax } from "./lower-syntax.js";
import { parseErrorOffset, parseQuietly, parseScript } from "./parse-script.js";
import { PositionChain, positionAt } from "./position.js";
import type { CompilerOptions, StripContext, StrippedText } from "./stripped-text.js";

export interface StrippedCode extends StrippedText {
  /** The tree of `code`. */
  program: Program;
}

/** Strips types of one text. @throws CellSyntaxError with a place in that text */
export type StripTypes = (
  code: string,
  options: CompilerOptions,
  context?: StripContext,
) => Promise<StrippedCode>;

/** Resolves within the turn of the event loop, unless esbuild is needed. */
export const stripTypes: StripTypes = async (code, options, context = { elideUnusedImports: false }) => {
  const erased = await eraseTypes(code, options, context);
  const program = erased && parseQuietly(erased.code); // undefined: Node 20 does not run it as it stands
  if (erased && program) return { ...erased, program };
  const lowered = await lowerSyntax(code, options, context);
  return { ...lowered, program: parsePlaced(lowered) };
};

/** @throws CellSyntaxError with a place in the text that was stripped */
function parsePlaced({ code, map }: StrippedText): Program {
  try {
    return parseScript(code);
  } catch (error) {
    const offset = parseErrorOffset(error);
    if (offset === undefined || !(error instanceof Error)) throw error;
    const at = new PositionChain([map]).original(positionAt(code, offset));
    throw new CellSyntaxError(error.message.replace(/ \(\d+:\d+\)$/, ""), at ?? { line: 1, column: 0 });
  }
}
