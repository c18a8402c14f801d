/** Gives the notebook's variables their compiled names. */

import type MagicString from "magic-string";
import { type AmbientName, compiledName, isAmbientName } from "./notebook-names.js";
import type { FreeNames } from "./scope-analysis.js";

export interface NameRules {
  /** Declared by this cell, an earlier one, or the extension. */
  isNotebookName(name: string): boolean;
  /** Part of the language or of Node: `Math`, `fetch`, `process`. */
  isHostName(name: string): boolean;
}

export interface Renamed {
  /** The names that were given compiled names: notebook variables, and names a later cell may declare. */
  names: Set<string>;
  /** Ambient names the cell uses. */
  ambient: Set<AmbientName>;
}

/** Renames in place; a name nobody knows is the notebook's, since a later cell may declare it. */
export function renameReferences(free: FreeNames, text: MagicString, rules: NameRules): Renamed {
  const renamed: Renamed = { names: new Set(), ambient: new Set() };
  for (const { name, end, shorthand } of free.references) {
    if (!isRenamed(name, rules, renamed)) continue;
    const compiled = compiledName(name);
    text.appendLeft(end, shorthand ? `: ${compiled}` : compiled.slice(name.length));
  }
  // Inner ones were found last and must be closed first: `f = () => g = () => 1`.
  for (const { name, start, end } of free.namedByTarget.toReversed()) {
    if (renamed.names.has(name)) keepName(name, start, end, text);
  }
  return renamed;
}

function isRenamed(name: string, rules: NameRules, renamed: Renamed): boolean {
  if (renamed.names.has(name)) return true;
  if (!rules.isNotebookName(name)) {
    if (isAmbientName(name)) {
      renamed.ambient.add(name);
      return false;
    }
    if (rules.isHostName(name)) return false;
  }
  renamed.names.add(name);
  return true;
}

/** `f = () => 1` would name the function after the compiled name; `f = ({f: () => 1}).f` names it `f`. */
function keepName(name: string, start: number, end: number, text: MagicString): void {
  const key = name === "__proto__" ? `["__proto__"]` : name;
  text.appendRight(start, `({${key}: `);
  text.appendLeft(end, name === "__proto__" ? `})["__proto__"]` : `}).${name}`);
}
