/**
 * The declarations of Node, read as they are needed. All of them are 2 MB of text and 25 MB as syntax trees; most notebooks
 * need a fourth: what Node's globals are declared with. A file that only declares modules is read when the type checker
 * asks for one of them, since a cell imports it or since a type that somebody looks at leads there.
 */

import { dirname, join } from "node:path";
import { isModule, joined, reach, slashes } from "./library-bundle.js";

/** Globals of large files, declared so that the file is read when somebody looks at one. */
const GLOBALS_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ["crypto.d.ts", 'declare var crypto: import("node:crypto").webcrypto.Crypto;'],
]);

/** Packages that Node's declarations import: `fetch` and its like. */
const PACKAGES: ReadonlySet<string> = new Set(["undici-types"]);

export class NodeLibrary {
  /** Virtual files by path, absolute; beside what they were made of. */
  readonly files: ReadonlyMap<string, string>;
  /** Files the program must begin with: the virtual ones, and those that cannot be joined since they are modules. */
  readonly roots: readonly string[];
  /** Paths that are read by their modules alone: whoever refers to them must find them empty. */
  readonly #absorbed: ReadonlySet<string>;
  readonly #folder: string;
  /** Files by the modules that they declare, the same list for all modules of a file. */
  readonly #declaring = new Map<string, string>();
  readonly #wanted = new Set<string>();
  readonly #read = new Set<string>();
  readonly #packages = new Set<string>();

  /** @param entry file of `@types/node`, with forward slashes */
  constructor(entry: string) {
    this.#folder = `${dirname(entry)}/`;
    const files = [...reach([entry], this.#folder)];
    const scripts = files.filter(([, text]) => !isModule(text));
    const globals = scripts.filter(([path, text]) => this.#isGlobal(path, text));
    const globalsPath = slashes(join(this.#folder, "__globals.d.ts"));
    this.files = new Map([[globalsPath, [joined(globals), ...GLOBALS_ELSEWHERE.values()].join("\n")]]);
    this.roots = [globalsPath, ...files.filter(([, text]) => isModule(text)).map(([path]) => path)];
    this.#absorbed = new Set(globals.map(([path]) => path));
    for (const [path, text] of scripts)
      for (const [, name = ""] of text.matchAll(MODULE)) this.#declaring.set(apart(name), path);
  }

  /** Names of all modules, with and without `node:`. */
  get modules(): string[] {
    return [...this.#declaring.keys()];
  }

  /** Files that were asked for, as further roots of the program. */
  get asked(): readonly string[] {
    return [...this.#read];
  }

  isAbsorbed(path: string): boolean {
    return this.#absorbed.has(path) || path === `${this.#folder}index.d.ts`;
  }

  /** True when the import is to be resolved only once it {@link isAsked}. */
  postpones(specifier: string, from: string): boolean {
    return from.startsWith(this.#folder) && PACKAGES.has(specifier) && !this.#packages.has(specifier);
  }

  /** The type checker needs a module that the program does not have. */
  ask(specifier: string): void {
    this.#wanted.add(specifier);
  }

  /** Whoever asked was no type checker. */
  forget(): void {
    this.#wanted.clear();
  }

  /** Takes what was asked for since the last call into the program; false when there is nothing to take. */
  take(): boolean {
    const before = this.#read.size + this.#packages.size;
    for (const specifier of this.#wanted) {
      const path = this.#declaring.get(specifier);
      if (path !== undefined && !this.#absorbed.has(path)) this.#read.add(path);
      if (PACKAGES.has(specifier)) this.#packages.add(specifier);
    }
    this.forget();
    return this.#read.size + this.#packages.size > before;
  }

  #isGlobal(path: string, text: string): boolean {
    return (
      !GLOBALS_ELSEWHERE.has(path.slice(this.#folder.length)) &&
      (text.search(MODULE) < 0 || GLOBAL.test(text))
    );
  }
}

/** The same text on its own: to V8 a part of a long text holds all of it, here a megabyte. */
function apart(name: string): string {
  return Buffer.from(name).toString();
}

const MODULE = /^declare module ["']([^"']+)["']/gm;
const GLOBAL = /^\s*(?:declare )?global \{/m;
