/**
 * The declarations of the language as one file instead of sixty: a program looks at each of its files at every change,
 * and for what each one refers to.
 */

import { dirname, join } from "node:path";
import ts from "typescript";
import { narrow } from "./narrow-text.js";

export interface LibraryBundle {
  /** Virtual file of the program, absolute; beside what it was made of. */
  path: string;
  text: string;
  /** Paths whose text is in it: whoever refers to them must find them empty. */
  absorbed: ReadonlySet<string>;
  /** Paths of those that cannot be joined since they are modules: with one of them in it, nothing in it was global. */
  modules: readonly string[];
}

/** @param libs file names as in compiler options (`lib.es2023.d.ts`); those they refer to come with them */
export function bundleLibraries(libs: readonly string[]): LibraryBundle {
  const folder = slashes(dirname(ts.getDefaultLibFilePath({})));
  const files = [
    ...reach(
      libs.map((lib) => `${folder}/${lib}`),
      folder,
    ),
  ];
  const scripts = files.filter(([, text]) => !isModule(text));
  return {
    path: `${folder}/__lib.d.ts`,
    text: joined(scripts),
    absorbed: new Set(scripts.map(([path]) => path)),
    modules: files.filter(([, text]) => isModule(text)).map(([path]) => path),
  };
}

/** `/// <reference lib="es2022" />` or `path="fs.d.ts"`. */
const REFERENCE = /^\/\/\/\s*<reference\s+(lib|path)\s*=\s*"([^"]+)".*$/gm;
const DIRECTIVE = /^\/\/\/\s*<reference\b.*$/gm;

/**
 * Texts by path of declaration files and of what they refer to within `folder`. What is referred to comes before who refers
 * to it: the compiler's own order, by which overloads are ranked.
 */
export function reach(paths: readonly string[], folder: string): Map<string, string> {
  const reached = new Map<string, string>();
  const open = new Set<string>();
  const visit = (path: string): void => {
    if (open.has(path) || !path.startsWith(folder)) return;
    open.add(path);
    const text = ts.sys.readFile(path);
    if (text === undefined) return;
    for (const [, kind, target = ""] of text.matchAll(REFERENCE))
      visit(slashes(join(dirname(path), kind === "lib" ? `lib.${target}.d.ts` : target)));
    reached.set(path, text);
  };
  for (const path of paths) visit(path);
  return reached;
}

/** Modules of these libraries import or export at the start of a line; what stands in `declare module` is indented. */
export function isModule(text: string): boolean {
  return /^(?:import|export)\b/m.test(text);
}

/** Texts of declarations as one, see narrow-text.ts. */
export function joined(files: readonly (readonly [path: string, text: string])[]): string {
  return narrow(files.map(([, text]) => text.replace(DIRECTIVE, "")).join("\n"));
}

export function slashes(path: string): string {
  return path.replaceAll("\\", "/");
}
