import type { ImportPlace } from "./portable-function.js";
import type { StandIns } from "./stand-in.js";

/** A module's namespace object. */
export type Namespace = Record<string, unknown>;

/**
 * Loads the modules that imported names come from, into this thread.
 * @param parent URL of the module that has the specifier `url`; undefined when `url` is one
 */
export type ImportModule = (url: string, parent?: string) => Promise<Namespace>;

/** What a function needs of the thread it runs in. */
export interface ThreadServices {
  importModule: ImportModule;
  standIns: StandIns;
  /** What loop guards look at, and what they call. */
  loopGuard: { flag: Int32Array; stop(): void };
}

/** Modules that were imported, by {@link moduleKey}. */
export type Modules = ReadonlyMap<string, Namespace>;

/** What a module is known by: its URL, or its specifier and who has it. */
export function moduleKey({ url, parent = "" }: ImportPlace): string {
  return `${parent} ${url}`;
}
