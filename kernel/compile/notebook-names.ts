/**
 * How a notebook's variables are named in compiled scripts, and why.
 *
 * A variable `x` of the notebook lives as a property of `globalThis` under the name `x` + U+200C (ZERO WIDTH
 * NON-JOINER, legal inside identifiers). Of the ways to keep variables from cell to cell this one has
 *   - the speed of a local: V8 compiles access to a global property to a load from its property cell
 *     (within 1.5 × of a local variable, measured), where `with (proxy)` or `scope.x` is 10 to 50 times slower;
 *   - redeclaration at will, with closures of earlier cells seeing the new value: both are the same property;
 *   - native semantics where they show: a missing name is V8's own ReferenceError, `typeof` works, a called function
 *     gets `this` undefined, the debugger sees plain functions;
 *   - no collision: the notebook's `process`, `URL` or `window` never change what Node and packages see under these names.
 *
 * What it costs: errors mention the compiled name, so text shown to the user passes through `userText`
 * (evaluator/user-text.ts); and what appears on `globalThis` after a cell was compiled needs evaluator/late-globals.ts.
 *
 * Names that belong to the kernel end with U+200D (ZERO WIDTH JOINER): no cell can mean them by accident.
 */

const NOTEBOOK_SUFFIX = "\u200c";
const KERNEL_SUFFIX = "\u200d";

/** The identifier under which the notebook's variable `name` is compiled. */
export function compiledName(name: string): string {
  return name + NOTEBOOK_SUFFIX;
}

/** True for what {@link compiledName} returns. */
export function isCompiledName(identifier: string): boolean {
  return identifier.endsWith(NOTEBOOK_SUFFIX);
}

/** The name as the user wrote it; other identifiers are returned unchanged. */
export function userName(identifier: string): string {
  return isCompiledName(identifier) ? identifier.slice(0, -NOTEBOOK_SUFFIX.length) : identifier;
}

/** True when `text` may hold a compiled name: a cheap test before a search. */
export function mayHoldCompiledName(text: string): boolean {
  return text.includes(NOTEBOOK_SUFFIX);
}

/** Matches compiled names in text; group 1 is the name as the user wrote it. */
export const COMPILED_NAME = new RegExp(`([\\p{ID_Start}$_][\\p{ID_Continue}$]*)${NOTEBOOK_SUFFIX}`, "gu");

/**
 * Identifiers of the kernel in compiled scripts. `flag`, `stop` and `probe` are globals (a guard must be as cheap as a load
 * from a constant address); the others are parameters of the cell's function, so that each finds its own cell.
 */
export const KERNEL_NAMES = {
  /** Int32Array; element 0 is not 0 while an interrupt waits to be noticed. */
  flag: `flag${KERNEL_SUFFIX}`,
  /** Throws the interrupt. */
  stop: `stop${KERNEL_SUFFIX}`,
  /** `(patient) => boolean`: asked by the control thread, see evaluator/termination-probe.ts. */
  probe: `probe${KERNEL_SUFFIX}`,
  /** `(name, line, { body?, assigned }?) => Promise`: runs a magic. */
  magic: `magic${KERNEL_SUFFIX}`,
  /** `(value) => void`: shows the value of a magic on a line of its own. */
  show: `show${KERNEL_SUFFIX}`,
  /** `(index) => Promise`: performs an import statement of the cell. */
  imports: `imports${KERNEL_SUFFIX}`,
  /** `(specifier, options?) => Promise`: dynamic `import()`. */
  load: `load${KERNEL_SUFFIX}`,
  /** The cell's `import.meta`. */
  meta: `meta${KERNEL_SUFFIX}`,
  /** `(text, bound) => text`: what a direct eval evaluates, see evaluated-text.ts. */
  evaluated: `evaluated${KERNEL_SUFFIX}`,
  /** `(promise) => Promise`: what a top-level `await` waits for; never settles once the cell was interrupted. */
  settle: `settle${KERNEL_SUFFIX}`,
  /** The same for the iterable of a top-level `for await`. */
  each: `each${KERNEL_SUFFIX}`,
} as const;

/** Names given to each cell as parameters of its function, so that late use finds the cell it was written in. */
export const AMBIENT_NAMES = [
  "console",
  "display",
  "clearOutput",
  "input",
  "prompt",
  "confirm",
  "progress",
  "comms",
  "require",
  "__dirname",
  "__filename",
] as const;

export type AmbientName = (typeof AMBIENT_NAMES)[number];

const AMBIENT: ReadonlySet<string> = new Set(AMBIENT_NAMES);

export function isAmbientName(name: string): name is AmbientName {
  return AMBIENT.has(name);
}
