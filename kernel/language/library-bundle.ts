/**
 * The declarations of the language and of Node as two files instead of two hundred: a program looks at each of its files
 * at every keystroke, and at every cell it looks for what each one refers to.
 */

import { dirname, join } from "node:path";
import ts from "typescript";

export interface LibraryBundle {
  /** Virtual files by path, absolute; beside what they were made of. */
  files: ReadonlyMap<string, string>;
  /** Files the program must begin with: the virtual ones, and those that cannot be joined since they are modules. */
  roots: readonly string[];
  /** Paths whose text is in the virtual files: whoever refers to them must find them empty. */
  absorbed: ReadonlySet<string>;
}

/**
 * @param libs file names as in compiler options (`lib.es2023.d.ts`); those they refer to come with them
 * @param nodeTypes entry file of `@types/node`, with forward slashes
 */
export function bundleLibraries(libs: readonly string[], nodeTypes: string): LibraryBundle {
  const folder = dirname(ts.getDefaultLibFilePath({}));
  const reached = new Map<string, string>();
  for (const lib of libs) reach(slashes(join(folder, lib)), reached, folder);
  const language = new Map(reached);
  reach(nodeTypes, reached, folder);
  const rest = [...reached].filter(([path]) => !language.has(path));
  const scripts = rest.filter(([, text]) => !isModule(text));
  const files = new Map([
    [slashes(join(folder, "__lib.d.ts")), joined([...language])],
    [slashes(join(dirname(nodeTypes), "__node.d.ts")), joined(scripts)],
  ]);
  const modules = rest.filter(([, text]) => isModule(text)).map(([path]) => path);
  const absorbed = new Set([...language, ...scripts].map(([path]) => path));
  return { files, roots: [...files.keys(), ...modules], absorbed };
}

/** `/// <reference lib="es2022" />` or `path="fs.d.ts"`. */
const REFERENCE = /^\/\/\/\s*<reference\s+(lib|path)\s*=\s*"([^"]+)".*$/gm;
const DIRECTIVE = /^\/\/\/\s*<reference\b.*$/gm;

/** What is referred to comes before who refers to it: the compiler's own order, by which overloads are ranked. */
function reach(path: string, reached: Map<string, string>, folder: string, open = new Set<string>()): void {
  if (reached.has(path) || open.has(path)) return;
  const text = ts.sys.readFile(path);
  if (text === undefined) return;
  open.add(path);
  for (const [, kind, target = ""] of text.matchAll(REFERENCE)) {
    const file = kind === "lib" ? join(folder, `lib.${target}.d.ts`) : join(dirname(path), target);
    reach(slashes(file), reached, folder, open);
  }
  reached.set(path, text);
}

/** Modules of these libraries import or export at the start of a line; what stands in `declare module` is indented. */
function isModule(text: string): boolean {
  return /^(?:import|export)\b/m.test(text);
}

function joined(files: readonly (readonly [path: string, text: string])[]): string {
  return files.map(([, text]) => text.replace(DIRECTIVE, "")).join("\n");
}

function slashes(path: string): string {
  return path.replaceAll("\\", "/");
}
