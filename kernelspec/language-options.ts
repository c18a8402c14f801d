/** What the language worker must know of a Millrace notebook. Loads all magics: imported when the worker starts. */

import { BUILTIN_MAGICS } from "../kernel/magic/builtin/table.js";
import { magicSummary } from "../kernel/magic/summary.js";
import type { LanguageOptions } from "../kernel/port/language.js";
import { MAGICS } from "../magics/index.js";

/** `types` gives the absolute path of a declaration file by its path below dist/types; `cwd` is the notebook's folder. */
export function languageOptions(cwd: string, types: (path: string) => string): LanguageOptions {
  return {
    cwd,
    globals: [types("kernel/display/cell-globals.d.ts"), types("magics/notebook-globals.d.ts")],
    modules: {
      millrace: types("runtime/index.d.ts"),
      "millrace/testing": types("runtime/testing/index.d.ts"),
      "millrace/notebook": types("magics/script/notebook.d.ts"),
    },
    magics: [...BUILTIN_MAGICS, ...MAGICS].map(magicSummary),
  };
}
