/** The tree of a cell → the script that is run. The order of the passes matters where two insert at the same place. */

import type { Program } from "acorn";
import type MagicString from "magic-string";
import { type Declaration, declarationsOf, hoistFunctions, rewriteDeclarations } from "./declarations.js";
import { rewriteEvalCalls } from "./evaluated-text.js";
import { type CellImport, type RewrittenImports, rewriteImports } from "./imports.js";
import { returnLastExpression } from "./last-expression.js";
import { insertLoopGuards } from "./loop-guards.js";
import { madeByMagics, showMagicValues } from "./magic-values.js";
import { KERNEL_NAMES } from "./notebook-names.js";
import { type NameRules, type Renamed, renameReferences } from "./rename.js";
import { type FreeNames, freeNames } from "./scope-analysis.js";
import { rewriteTopLevelAwait } from "./top-level-await.js";

export interface CellScript {
  /** Script whose completion value is the cell's function, async when the cell awaits. */
  script: string;
  /** Parameters of that function, in order. */
  parameters: string[];
  /** Notebook variables this cell declares. */
  declarations: Declaration[];
  /** All names the cell mentions that are or may become notebook variables. */
  names: ReadonlySet<string>;
  imports: CellImport[];
  /** The function returns a value to be shown. */
  hasValue: boolean;
}

export interface RewriteOptions {
  rules: NameRules;
  /** The value of the last expression is not wanted. */
  hidden: boolean;
  /** True for names that TypeScript's lowering added: they stay local to the cell. */
  isGenerated(name: string): boolean;
}

/** Rewrites `text`, of which `program` is the tree. */
export function rewriteScript(program: Program, text: MagicString, options: RewriteOptions): CellScript {
  const { isGenerated } = options;
  const declarations = allDeclarations(program, options);
  const free = freeNames(program);
  const renamed = renameFreeNames(free, text, declarations, options);
  const awaits = rewriteTopLevelAwait(program, text);
  const usesEval = rewriteEvalCalls(free.evalCalls, text);
  rewriteDeclarations(program, text, isGenerated);
  insertLoopGuards(program, text);
  const showsMagics = showMagicValues(program, text);
  const hasValue = !options.hidden && returnLastExpression(program, text);
  const imports = rewriteImports(program, text, isGenerated);
  const isAsync = awaits || imports.awaits;
  const uses = { isAsync, showsMagics, usesEval };
  const parameters = [...renamed.ambient, ...kernelParameters(imports, uses, text)];
  const start = `(${isAsync ? "async " : ""}function(${parameters}){"use strict";`;
  text.prepend(start + hoistFunctions(declarations) + imports.hoisted).append("\n})");
  const names = new Set([...declarations.map((d) => d.name), ...renamed.names]);
  return { script: text.toString(), parameters, declarations, names, imports: imports.imports, hasValue };
}

function allDeclarations(program: Program, { rules, isGenerated }: RewriteOptions): Declaration[] {
  const declared = declarationsOf(program, isGenerated);
  const isKnown = (name: string): boolean =>
    declared.some((declaration) => declaration.name === name) ||
    rules.isNotebookName(name) ||
    rules.isHostName(name);
  return [...declared, ...madeByMagics(program, isKnown)];
}

function renameFreeNames(
  free: FreeNames,
  text: MagicString,
  declarations: readonly Declaration[],
  { rules, isGenerated }: RewriteOptions,
): Renamed {
  const own = new Set(declarations.map((declaration) => declaration.name));
  const references = free.references.filter((reference) => !isKernelOrGenerated(reference.name, isGenerated));
  return renameReferences({ ...free, references }, text, {
    isNotebookName: (name) => own.has(name) || rules.isNotebookName(name),
    isHostName: (name) => rules.isHostName(name),
  });
}

const KERNEL: ReadonlySet<string> = new Set(Object.values(KERNEL_NAMES));

function isKernelOrGenerated(name: string, isGenerated: (name: string) => boolean): boolean {
  return KERNEL.has(name) || isGenerated(name);
}

function kernelParameters(
  imports: RewrittenImports,
  { isAsync, showsMagics, usesEval }: { isAsync: boolean; showsMagics: boolean; usesEval: boolean },
  text: MagicString,
): string[] {
  const { magic, show, load, meta, evaluated, settle, each } = KERNEL_NAMES;
  return [
    ...(text.original.includes(magic) ? [magic] : []),
    ...(showsMagics ? [show] : []),
    ...(imports.imports.length > 0 ? [KERNEL_NAMES.imports] : []),
    ...(imports.usesLoad ? [load] : []),
    ...(imports.usesMeta ? [meta] : []),
    ...(usesEval ? [evaluated] : []),
    ...(isAsync ? [settle, each] : []),
  ];
}
