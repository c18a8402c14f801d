/** Performs the imports of cells. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CellImport } from "../compile/imports.js";
import { nearestNames } from "../magic/nearest.js";
import type { LocalModules } from "./local-modules.js";
import { type ResolveOptions, resolveModule } from "./resolve-module.js";
import type { Scope } from "./scope.js";

/** A module's namespace object. */
export type Namespace = Record<string, unknown>;

export interface ImporterOptions extends ResolveOptions {
  /** The notebook's folder. */
  cwd: string;
  modules: LocalModules;
  scope: Scope;
  /** Node's `import(url)`. */
  importUrl(url: string): Promise<Namespace>;
}

export class Importer {
  readonly #options: ImporterOptions;

  constructor(options: ImporterOptions) {
    this.#options = options;
  }

  /** `import(specifier)` as from a file in the notebook's folder. */
  async load(specifier: string): Promise<Namespace> {
    return (await this.#load(specifier)).namespace;
  }

  /** Performs an import statement: the notebook's variables get the module's exports. */
  async perform({ specifier, names }: Pick<CellImport, "specifier" | "names">): Promise<void> {
    const { namespace, url } = await this.#load(specifier);
    const { scope } = this.#options;
    for (const { local, exported } of names) {
      const origin = { specifier, exported, url };
      if (exported === "*") scope.import(local, namespace, origin);
      else if (exported in namespace) scope.import(local, namespace[exported], origin);
      else scope.importMissing(local, missingExport(specifier, exported, namespace));
    }
  }

  /**
   * Runs a file as a program: its own module each time anew, while what it imports is loaded as by an import. What it
   * exports by name becomes variables of the notebook.
   * @returns their names
   */
  async run(path: string): Promise<string[]> {
    const { importUrl, modules, scope } = this.#options;
    const url = await modules.freshUrlOf(path);
    const named = Object.entries(await importUrl(url)).filter(([name]) => name !== "default");
    for (const [name, value] of named) scope.set(name, value);
    return named.map(([name]) => name);
  }

  /**
   * Imports local modules again that have changed since, and gives the variables that came from them their new values.
   * @returns those that were, and those that could not be, by specifier
   */
  async reload(): Promise<{ reloaded: string[]; failed: { specifier: string; reason: string }[] }> {
    const { scope } = this.#options;
    const specifiers = new Set(scope.imports().map(({ origin }) => origin.specifier));
    const reloaded: string[] = [];
    const failed: { specifier: string; reason: string }[] = [];
    for (const specifier of specifiers) {
      try {
        if (await this.#reloadModule(specifier)) reloaded.push(specifier);
      } catch (error) {
        failed.push({ specifier, reason: error instanceof Error ? error.message : String(error) });
      }
    }
    return { reloaded, failed };
  }

  /** @returns false for a package, and for a module that is as it was */
  async #reloadModule(specifier: string): Promise<boolean> {
    const { modules, scope } = this.#options;
    const resolved = this.#resolve(specifier);
    if (resolved.kind === "external") return false;
    const url = await modules.urlOf(resolved.path);
    const stale = scope
      .imports()
      .filter(({ origin }) => origin.specifier === specifier && origin.url !== url);
    if (stale.length === 0) return false;
    await this.perform({
      specifier,
      names: stale.map(({ name, origin }) => ({ local: name, exported: origin.exported })),
    });
    return true;
  }

  /** `import.meta.resolve` of a cell. */
  resolve(specifier: string): string {
    const resolved = this.#resolve(specifier);
    return resolved.kind === "external" ? resolved.url : pathToFileURL(resolved.path).href;
  }

  #resolve(specifier: string): ReturnType<typeof resolveModule> {
    return resolveModule(specifier, join(this.#options.cwd, "notebook.ts"), this.#options);
  }

  async #load(specifier: string): Promise<{ namespace: Namespace; url: string }> {
    const resolved = this.#resolve(specifier);
    const { modules, importUrl } = this.#options;
    const url = resolved.kind === "external" ? resolved.url : await modules.urlOf(resolved.path);
    return { namespace: await importUrl(url), url };
  }
}

function missingExport(specifier: string, exported: string, namespace: Namespace): () => never {
  return () => {
    const near = nearestNames(exported, Object.keys(namespace));
    const suggestion = near.length === 0 ? "" : `. Did you mean '${near.join("' or '")}'?`;
    throw new SyntaxError(
      `The requested module '${specifier}' does not provide an export named '${exported}'${suggestion}`,
    );
  };
}
