import Module from "node:module";
import { fileURLToPath } from "node:url";

/**
 * Imports a module into this thread, by absolute URL or builtin name.
 * @param parent URL of the module that imports it by this specifier
 */
export async function importHere(url: string, parent?: string): Promise<Record<string, unknown>> {
  return (await (parent === undefined ? import(url) : importerOf(parent)(url))) as Record<string, unknown>;
}

type Import = (specifier: string) => Promise<unknown>;

/**
 * `import()` as the module `parent` has it: by the `import` conditions of the packages around it, which `require.resolve`
 * does not know. A CommonJS module in its folder has the same; `import.meta.resolve` takes a parent behind a flag only.
 */
function importerOf(parent: string): Import {
  const filename = fileURLToPath(new URL("./millrace-import.cjs", parent));
  const module = new Module(filename) as Module & { _compile(text: string, filename: string): void };
  module._compile("module.exports = (specifier) => import(specifier);", filename);
  return module.exports as Import;
}
