/** Text as the user knows things: their names, their cells, their files, without the kernel's frames. */

import { COMPILED_NAME, mayHoldCompiledName } from "../compile/notebook-names.js";
import type { MimeBundle } from "../port/evaluator.js";
import { type CellPlace, cellPlace, type ExecutedCells, SCRIPT_PLACE } from "./executed-cells.js";
import type { LocalModules } from "./local-modules.js";

const FRAME = /^\s+at /;
const NODE_INTERNAL = /\(?node:(internal\/|vm:|async_hooks:)/;
const NATIVE = /^\s+at \S.* \(<anonymous>\)$/;
const MODULE_PLACE = /^(file:\/\/)?\/\S*:\d+$/;
const CONSTANT = /Cannot assign to read only property '([^']*\u200c)' of object '[^']*'/g;

export class UserText {
  readonly #cells: ExecutedCells;
  readonly #modules: Pick<LocalModules, "showPlaces">;
  readonly #internal: readonly string[];
  /** All names ever compiled: only these lose their suffix, since honest text may hold U+200C too (Persian does). */
  readonly #names = new Set<string>();

  /** @param internal beginnings of the file URLs or paths of the kernel's own code */
  constructor(cells: ExecutedCells, modules: Pick<LocalModules, "showPlaces">, internal: readonly string[]) {
    this.#cells = cells;
    this.#modules = modules;
    this.#internal = internal;
  }

  know(names: Iterable<string>): void {
    for (const name of names) this.#names.add(name);
  }

  /** Rewrites names and stack frames in any text; the rest is unchanged. Cheap when there is nothing to rewrite. */
  readonly show = (text: string): string => this.places(this.names(text));

  /** The texts of a MIME bundle. */
  bundle(data: MimeBundle): MimeBundle {
    const entries = Object.entries(data).map(([mime, value]) => [
      mime,
      typeof value === "string" ? this.show(value) : value,
    ]);
    return Object.fromEntries(entries);
  }

  /** The message of an error: names and files of the user's own. */
  message(text: string): string {
    return this.#modules.showPlaces(this.names(text));
  }

  /** Compiled names → names. */
  names(text: string): string {
    if (!mayHoldCompiledName(text)) return text;
    return text
      .replace(CONSTANT, "Assignment to constant variable.")
      .replace(COMPILED_NAME, (all, name: string) => (this.#names.has(name) ? name : all));
  }

  /** Script places → `Cell In[7], line 3, column 5`; stacks lose the frames of the kernel and of Node's inside. */
  places(text: string): string {
    const known = this.#modules.showPlaces(text);
    return SCRIPT_PLACE.test(known) ? this.#withoutInternal(known.split("\n")).join("\n") : known;
  }

  /** The frames of a stack, one a line, indented. */
  frames(stack: string): string[] {
    const [head = "", ...rest] = stack.split("\n");
    // V8 writes the place of a module that cannot be compiled or linked above the message.
    const lines = [
      ...(MODULE_PLACE.test(head) ? [`    at ${head}`] : []),
      ...rest.filter((l) => FRAME.test(l)),
    ];
    return this.#withoutInternal(lines.map((line) => this.names(this.#modules.showPlaces(line))));
  }

  #withoutInternal(lines: readonly string[]): string[] {
    const shown: string[] = [];
    for (const [i, line] of lines.entries()) {
      if (!FRAME.test(line) || !this.#isInternal(callerOf(lines, i))) shown.push(this.#line(line));
      // `util.inspect` opens the error's own properties behind its last frame.
      else if (line.endsWith(" {")) shown.push(`${shown.pop() ?? ""} {`);
    }
    return shown;
  }

  #isInternal(line: string): boolean {
    return NODE_INTERNAL.test(line) || this.#internal.some((start) => line.includes(start));
  }

  #line(line: string): string {
    let shown = line;
    for (let found = SCRIPT_PLACE.exec(shown); found !== null; found = SCRIPT_PLACE.exec(shown)) {
      const place = cellPlace(found[0], this.#cells);
      shown = shown.replace(found[0], place === undefined ? "a cell run long ago" : placeText(place));
    }
    return shown;
  }
}

/** A function of the language (`Array.map (<anonymous>)`) is whose that called it; any other frame is its own. */
function callerOf(lines: readonly string[], i: number): string {
  const caller = lines.slice(i).find((line) => !NATIVE.test(line));
  return caller !== undefined && FRAME.test(caller) ? caller : (lines[i] ?? "");
}

/** `Cell In[7], line 3, column 5`; only the cell where the place is not the user's text. */
export function placeText({ cell, at }: CellPlace): string {
  const name = `Cell In[${cell.number}]`;
  return at === undefined ? name : `${name}, line ${at.line}, column ${at.column + 1}`;
}
