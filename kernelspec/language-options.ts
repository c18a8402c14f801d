/** What the language worker must know of a Millrace notebook. Loads all magics: imported when the worker starts. */

import { help } from "../kernel/magic/builtin/help.js";
import { lsmagic } from "../kernel/magic/builtin/lsmagic.js";
import { run } from "../kernel/magic/builtin/run.js";
import { typecheck } from "../kernel/magic/builtin/typecheck.js";
import { type MagicDeclaration, magicHelp } from "../kernel/magic/help.js";
import type { Param } from "../kernel/magic/magic.js";
import type { LanguageOptions, MagicParamSummary, MagicSummary } from "../kernel/port/language.js";
import { MAGICS } from "../magics/index.js";

/** `types` gives the absolute path of a declaration file by its path below dist/types; `cwd` is the notebook's folder. */
export function languageOptions(cwd: string, types: (path: string) => string): LanguageOptions {
  return {
    cwd,
    globals: [types("kernel/display/cell-globals.d.ts"), types("magics/notebook-globals.d.ts")],
    modules: {
      millrace: types("runtime/index.d.ts"),
      "millrace/testing": types("runtime/testing/index.d.ts"),
    },
    magics: [help, lsmagic, typecheck, run, ...MAGICS].map(magicSummary),
  };
}

/** A magic's declaration as completion and inspection need it. */
export function magicSummary(magic: MagicDeclaration): MagicSummary {
  const { name, kinds, summary, params } = magic;
  return { name, kinds: [...kinds], summary, help: magicHelp(magic), params: params.map(paramSummary) };
}

function paramSummary(param: Param): MagicParamSummary {
  const { name, kind, help } = param;
  const choices = "choices" in param && param.choices ? { choices: [...param.choices] } : {};
  const types =
    "variableTypes" in param && param.variableTypes ? { variableTypes: [...param.variableTypes] } : {};
  return { name, kind, help, ...choices, ...types };
}
