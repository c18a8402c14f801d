/** Magics of packages and of files of the notebook's folder: `%load_ext`. */

import { MagicUsageError } from "../magic/parse.js";
import { readMagic } from "../magic/read-magic.js";
import type { MagicRegistry } from "../magic/registry.js";
import type { Importer } from "./importer.js";

/**
 * Adds the magics that a module exports, by whatever names, to the registry, in place of those that it exported before.
 * @throws MagicUsageError when there are none, when one is not whole, or has the name of another
 */
export async function loadMagics(
  specifier: string,
  importer: Importer,
  registry: MagicRegistry<unknown>,
): Promise<string[]> {
  const namespace = await importer.load(specifier);
  const magics = Object.entries(namespace).flatMap(([exported, value]) => {
    return readMagic(value, `${specifier} exports as ${exported}`) ?? [];
  });
  if (magics.length === 0)
    throw new MagicUsageError(
      `${specifier} exports no magic: it exports ${listed(Object.keys(namespace))}; a magic is made by defineMagic of "millrace/notebook"`,
    );
  // The default export may have a name besides.
  const distinct = [...new Set(magics)];
  registry.load(specifier, distinct);
  return distinct.map(({ name }) => name);
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "nothing" : names.join(", ");
}
