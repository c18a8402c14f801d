import { createRequire } from "node:module";
import { sep } from "node:path";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import type { ImportPlace } from "./portable-function.js";

/** Where a package has a value that the program got from it by `require`; undefined for any other value. */
export function loadedExport(value: object): ImportPlace | undefined {
  const { cache } = createRequire(import.meta.url);
  const files = Object.keys(cache);
  if (files.length !== read) {
    read = files.length;
    for (const file of files)
      if (file.includes(`${sep}node_modules${sep}`)) note(pathToFileURL(file).href, cache[file]?.exports);
  }
  return places.get(value);
}

let read = 0;
const places = new WeakMap<object, ImportPlace>();

/** Of a module the whole, and each thing it exports. */
function note(url: string, exports: unknown): void {
  if (!isThing(exports)) return;
  const isNamespace = types.isModuleNamespaceObject(exports);
  put(exports, { url, exported: isNamespace ? "*" : "default" });
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(exports))) {
    if (!isThing(value)) continue;
    put(value, isNamespace ? { url, exported: name } : { url, exported: "default", property: name });
  }
}

/** What several modules export is where it was found first. */
function put(value: object, place: ImportPlace): void {
  if (!places.has(value) && !isOfTheLanguage(value)) places.set(value, place);
}

function isThing(value: unknown): value is object {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}

function isOfTheLanguage(value: object): boolean {
  return typeof value === "function" && Reflect.get(globalThis, value.name) === value;
}
