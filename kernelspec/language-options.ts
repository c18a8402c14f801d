/** What the language worker must know of a Millrace notebook. */

import type { LanguageOptions, MagicSummary } from "../kernel/port/language.js";

/**
 * `types` gives the absolute path of a declaration file by its path below dist/types; `cwd` is the notebook's folder.
 * @param magics see magic-summaries.ts
 */
export function languageOptions(
  cwd: string,
  types: (path: string) => string,
  magics: readonly MagicSummary[],
): LanguageOptions {
  return {
    cwd,
    globals: [types("kernel/display/cell-globals.d.ts"), types("magics/notebook-globals.d.ts")],
    modules: {
      millrace: types("runtime/index.d.ts"),
      "millrace/testing": types("runtime/testing/index.d.ts"),
      "millrace/notebook": types("magics/script/notebook.d.ts"),
    },
    magics: [...magics],
  };
}
