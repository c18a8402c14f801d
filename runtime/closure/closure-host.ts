import { packageImports } from "./module-imports.js";
import type { ImportPlace } from "./portable-function.js";

/**
 * What the program around a closure knows of names that no scope of V8's holds. In a notebook these are the variables
 * of all cells; a plain program has none. Given by the composition root, so that the runtime knows no notebook.
 */
export interface ClosureHost {
  /** What a free name means at the top level of the program; undefined when it is a name of the language or of Node. */
  binding(name: string): HostBinding | undefined;
  /** What the module of this script (V8's id) imports from packages, by the name it has there. */
  importsOf(script: string): ReadonlyMap<string, ImportPlace>;
  /** The name as the user wrote it (a compiler may have renamed it). */
  displayName(name: string): string;
  /** The function's source as the user's program, without what a compiler put in; same length and columns. */
  sourceOf(fn: (...args: never[]) => unknown): string;
  /** The same with the guards a compiler put into loops, by which a cancelled task is ended. */
  guardedSourceOf(fn: (...args: never[]) => unknown): string;
  /**
   * Names that those guards refer to: an Int32Array and a function that throws. Undefined where there are none; the
   * functions' loops are then guarded when they are captured.
   */
  readonly loopGuard: { flag: string; stop: string } | undefined;
  /** Where the function was written, for messages: "cell 7". Empty when unknown. */
  place(): string;
}

export type HostBinding =
  | { kind: "import"; specifier: string; exported: string; url: string }
  | { kind: "variable"; value: unknown }
  /** What a compiler made of something that only the place has where it was written. */
  | { kind: "place"; use: "import()" | "import.meta" }
  /** The worker has its own of that name (`console`). */
  | { kind: "ambient" }
  /** Belongs to the notebook's own thread (`display`). */
  | { kind: "stays"; what: string };

/** A plain Node program: every name is found in a scope or is global. */
export const PLAIN_PROGRAM: ClosureHost = {
  binding: () => undefined,
  importsOf: packageImports,
  displayName: (name) => name,
  sourceOf: (fn) => Function.prototype.toString.call(fn),
  guardedSourceOf: (fn) => Function.prototype.toString.call(fn),
  loopGuard: undefined,
  place: () => "",
};

/** Marks what cannot leave its thread; the value says what it is ("a DStream"). */
export const STAYS_HERE = Symbol.for("millrace.staysHere");
