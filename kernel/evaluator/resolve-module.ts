/** Module specifiers of cells and local modules → files and URLs. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { builtinModules, isBuiltin } from "node:module";
import { basename, dirname, extname, join, resolve as resolvePath, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { nearestNames } from "../magic/nearest.js";

/** `import.meta.resolve(specifier, parentUrl)` of a process that has --experimental-import-meta-resolve. */
export type ResolveUrl = (specifier: string, parentUrl: string) => string;

export type ResolvedModule =
  /** A file of the user's own, re-read when it changed. */
  | { kind: "local"; path: string }
  /** A builtin, or a package: loaded once per process. */
  | { kind: "external"; url: string };

export interface ResolveOptions {
  /** Specifiers that mean a module of the kernel's package wherever the notebook is: specifier → file URL. */
  aliases: Readonly<Record<string, string>>;
  /** `paths` of tsconfig.json, with absolute targets. */
  paths: Readonly<Record<string, readonly string[]>>;
  resolveUrl: ResolveUrl;
}

const EXTENSIONS = [".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs", ".cts", ".cjs", ".json"];
/** TypeScript lets a specifier name the JavaScript that a file would become. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};
/** What Node cannot load from a package by itself. */
const NEEDS_TRANSFORM = /\.(ts|tsx|mts|cts|jsx|json)$/;

/**
 * @param parent absolute path of the importing file; for a cell, of any file in the notebook's folder
 * @throws Error, code ERR_MODULE_NOT_FOUND, when there is no such module
 */
export function resolveModule(specifier: string, parent: string, options: ResolveOptions): ResolvedModule {
  const alias = options.aliases[specifier];
  if (alias !== undefined) return { kind: "external", url: alias };
  if (isBuiltin(specifier)) return { kind: "external", url: specifier };
  if (specifier.startsWith("node:")) throw notFound(noBuiltin(specifier));
  if (isPath(specifier)) return resolveFile(specifier, parent, options);
  return resolveByPaths(specifier, options) ?? resolvePackage(specifier, parent, options);
}

function noBuiltin(specifier: string): string {
  const near = nearestNames(specifier.slice("node:".length), builtinModules).map((name) => `"node:${name}"`);
  const suggestion = near.length === 0 ? "" : `; did you mean ${near.join(" or ")}?`;
  return `Node has no module "${specifier}"${suggestion}`;
}

function isPath(specifier: string): boolean {
  return /^(\.{1,2}(\/|\\|$)|\/|[A-Za-z]:[\\/]|file:)/.test(specifier);
}

function resolveFile(specifier: string, parent: string, options: ResolveOptions): ResolvedModule {
  const path = specifier.startsWith("file:")
    ? fileURLToPath(specifier)
    : resolvePath(dirname(parent), specifier);
  const file = findFile(path);
  if (file === undefined) throw notFound(`cannot find the file "${specifier}" from ${dirname(parent)}`);
  return isPackageFile(file) && !isTransformed(file, options)
    ? external(file)
    : { kind: "local", path: file };
}

function resolveByPaths(specifier: string, { paths }: ResolveOptions): ResolvedModule | undefined {
  for (const [pattern, targets] of Object.entries(paths)) {
    const [head = "", tail] = pattern.split("*");
    const fits =
      tail === undefined ? specifier === head : specifier.startsWith(head) && specifier.endsWith(tail);
    if (!fits) continue;
    const rest = tail === undefined ? "" : specifier.slice(head.length, specifier.length - tail.length);
    const file = targets
      .map((target) => findFile(target.replace("*", rest)))
      .find((found) => found !== undefined);
    if (file !== undefined) return { kind: "local", path: file };
  }
  return undefined;
}

function resolvePackage(specifier: string, parent: string, options: ResolveOptions): ResolvedModule {
  const url = resolvedUrl(specifier, parent, options.resolveUrl);
  if (!url.startsWith("file:")) return { kind: "external", url };
  const path = fileURLToPath(url);
  return isTransformed(path, options) ? { kind: "local", path } : { kind: "external", url };
}

/** Whether a file of a package is compiled like the user's own: Node could not load it, or not with the kernel's own modules. */
function isTransformed(path: string, { aliases }: ResolveOptions): boolean {
  return NEEDS_TRANSFORM.test(path) || asksForKernel(path, aliases);
}

/** Its package has the kernel's among its `peerDependencies`: it means the one that loads it, and no second copy. */
function asksForKernel(path: string, aliases: ResolveOptions["aliases"]): boolean {
  const peers = peersOf(dirname(path));
  return Object.keys(aliases).some((specifier) => packageOf(specifier) in peers);
}

/** `peerDependencies` of the package that a folder belongs to. */
function peersOf(folder: string): object {
  const file = join(folder, "package.json");
  if (existsSync(file)) {
    const { name, peerDependencies = {} }: { name?: string; peerDependencies?: object } = JSON.parse(
      readFileSync(file, "utf8"),
    );
    // Without a name it only says what kind of modules are in a folder of the package.
    if (name !== undefined) return peerDependencies;
  }
  return basename(dirname(folder)) === "node_modules" || dirname(folder) === folder
    ? {}
    : peersOf(dirname(folder));
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function resolvedUrl(specifier: string, parent: string, resolveUrl: ResolveUrl): string {
  try {
    return resolveUrl(specifier, pathToFileURL(parent).href);
  } catch (error) {
    if (!isMissing(error)) throw error;
    const name = packageOf(specifier);
    throw notFound(
      `cannot find the package "${name}" from ${dirname(parent)}; install it there: npm install ${name}`,
    );
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^(ERR_)?MODULE_NOT_FOUND$/.test(String(error.code));
}

/** The file a path without, or with another, extension stands for. */
function findFile(path: string): string | undefined {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  const candidates = [
    path,
    ...(SOURCES[extension] ?? []).map((source) => stem + source),
    ...EXTENSIONS.map((added) => path + added),
    ...EXTENSIONS.map((added) => join(path, `index${added}`)),
  ];
  return candidates.find(isFile);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function isPackageFile(path: string): boolean {
  return path.includes(`${sep}node_modules${sep}`);
}

function external(path: string): ResolvedModule {
  return { kind: "external", url: pathToFileURL(path).href };
}

function notFound(message: string): Error {
  return Object.assign(new Error(message), { code: "ERR_MODULE_NOT_FOUND" });
}
