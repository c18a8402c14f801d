/** `require` of cells: Node's own, which reads the notebook's own files again when one of them changed, as imports do. */

import { existsSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve, sep } from "node:path";

const TYPESCRIPT = /\.[cm]?tsx?$/;

/** @param cwd the notebook's folder */
export function createCellRequire(cwd: string): NodeJS.Require {
  const node = createRequire(join(cwd, "notebook.js"));
  const own = new OwnFiles(cwd, node.cache);
  const load = (specifier: string): unknown => {
    refuseTypeScript(specifier, cwd);
    own.forgetChanged();
    try {
      return node(specifier);
    } finally {
      own.remember();
    }
  };
  const { resolve: resolveModule, cache, extensions, main } = node;
  return Object.assign(load, { resolve: resolveModule, cache, extensions, main });
}

/** @throws Error that says what to write instead: Node would read the types as JavaScript */
function refuseTypeScript(specifier: unknown, cwd: string): void {
  if (typeof specifier !== "string" || !/^\.{0,2}\//.test(specifier)) return;
  const path = resolve(cwd, specifier);
  const isTypeScript = TYPESCRIPT.test(path) || (!existsSync(path) && existsSync(`${path}.ts`));
  if (!isTypeScript || (!TYPESCRIPT.test(path) && existsSync(`${path}.js`))) return;
  const text = JSON.stringify(specifier);
  throw new Error(`require() loads no TypeScript: write import … from ${text}, or await import(${text})`);
}

/** The files of the notebook's folder that were required, without packages. */
class OwnFiles {
  readonly #folder: string;
  readonly #cache: NodeJS.Require["cache"];
  readonly #versions = new Map<string, string>();

  constructor(cwd: string, cache: NodeJS.Require["cache"]) {
    this.#folder = realpathSync(cwd) + sep; // as the cache names them
    this.#cache = cache;
  }

  /** One that changed may have been used by any other, so all of them are forgotten. */
  forgetChanged(): void {
    const changed = [...this.#versions].some(([path, version]) => versionOf(path) !== version);
    if (!changed) return;
    for (const path of this.#versions.keys()) delete this.#cache[path];
    this.#versions.clear();
  }

  remember(): void {
    for (const path of Object.keys(this.#cache)) {
      const isOwn = path.startsWith(this.#folder) && !path.includes(`${sep}node_modules${sep}`);
      if (isOwn && !this.#versions.has(path)) this.#versions.set(path, versionOf(path));
    }
  }
}

function versionOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? "gone" : `${stats.mtimeMs} ${stats.size}`;
}
