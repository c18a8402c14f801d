/**
 * The user's own modules: `.ts`, `.tsx`, `.js`, `.json` beside the notebook, re-read when they change.
 *
 * Each is compiled to a file whose name is a hash over its text and that of all modules it reaches, in a temporary
 * folder: unchanged modules keep their URL and so their identity, changed ones get a new one, and Node's own loader does
 * the rest. Task threads can import the same URLs.
 */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Program } from "acorn";
import { CellSyntaxError } from "../compile/compile-error.js";
import {
  type ModuleTarget,
  moveModule,
  type ParsedModule,
  parseModule,
} from "../compile/module-specifiers.js";
import type { Origins, SourceMapMaker } from "../compile/position.js";
import type { CompilerOptions } from "../compile/stripped-text.js";
import type { StripTypes } from "../compile/typescript.js";
import { isPlainObject } from "../display/data-property.js";
import type { ResolvedModule } from "./resolve-module.js";

export interface LocalModulesOptions {
  /** Folder for compiled modules; made when first needed. */
  folder: string;
  stripTypes: StripTypes;
  compilerOptions: CompilerOptions;
  resolve(specifier: string, parent: string): ResolvedModule;
}

/** A file as it was when it was last read. */
interface ModuleFile {
  path: string;
  /** Of its own text. */
  textHash: string;
  /** Undefined for what is loaded from where it is: CommonJS. */
  parsed: ParsedModule | undefined;
  maps: SourceMapMaker[];
  dependencies: Map<string, ResolvedModule>;
}

interface JavaScript {
  code: string;
  program?: Program;
  maps: SourceMapMaker[];
}

interface Compiled {
  path: string;
  origins: Origins;
}

export class LocalModules {
  readonly #options: LocalModulesOptions;
  /** By path; used as long as the text's hash is the same. */
  readonly #files = new Map<string, ModuleFile>();
  /** By URL. */
  readonly #compiled = new Map<string, Compiled>();

  #runs = 0;

  constructor(options: LocalModulesOptions) {
    this.#options = options;
  }

  /**
   * The URL under which the present state of a module is to be imported.
   * @throws CellSyntaxError, with the path in its message, when a module cannot be compiled
   */
  async urlOf(path: string): Promise<string> {
    const graph = new Map<string, ModuleFile>();
    await this.#read(path, graph);
    for (const file of graph.values()) this.#write(file, graph);
    return this.#url(path, graph);
  }

  /** A URL under which the present state of a module has not been imported yet: Node runs it again. */
  async freshUrlOf(path: string): Promise<string> {
    delete createRequire(path).cache[path];
    const url = new URL(await this.urlOf(path));
    url.searchParams.set(RUN, String(++this.#runs));
    return url.href;
  }

  /** Places in compiled modules, in any text → places in the user's files. */
  readonly showPlaces = (text: string): string => {
    if (!text.includes(FILE_MARK)) return text;
    return text.replace(COMPILED_PLACE, (all, url: string, line?: string, column?: string) => {
      const compiled = this.#compiled.get(url.replace(RUN_MARK, ""));
      if (compiled === undefined) return all;
      if (line === undefined) return compiled.path;
      const at = compiled.origins.original({ line: Number(line), column: Number(column ?? 1) - 1 });
      if (at === undefined) return compiled.path;
      return `${compiled.path}:${at.line}${column === undefined ? "" : `:${at.column + 1}`}`;
    });
  };

  async #read(path: string, graph: Map<string, ModuleFile>): Promise<void> {
    if (graph.has(path)) return;
    const text = readFileSync(path, "utf8");
    const textHash = hashOf([text]);
    const known = this.#files.get(path);
    const file = known?.textHash === textHash ? known : await this.#parse(path, text, textHash);
    this.#files.set(path, file);
    graph.set(path, file);
    for (const specifier of file.parsed?.specifiers ?? []) {
      file.dependencies.set(specifier, this.#options.resolve(specifier, path));
    }
    for (const dependency of file.dependencies.values()) {
      if (dependency.kind === "local") await this.#read(dependency.path, graph);
    }
  }

  async #parse(path: string, text: string, textHash: string): Promise<ModuleFile> {
    const { code, program, maps } = await this.#toJavaScript(path, text);
    const parsed = parseModule(code, program);
    const isCommonJs =
      extname(path) === ".cjs" || (extname(path) === ".js" && !parsed.isModule && usesRequire(code));
    return { path, textHash, parsed: isCommonJs ? undefined : parsed, maps, dependencies: new Map() };
  }

  async #toJavaScript(path: string, text: string): Promise<JavaScript> {
    const extension = extname(path);
    if (extension === ".json") return { code: jsonModule(path, text), maps: [] };
    if (!/\.([cm]?ts|tsx|jsx)$/.test(extension)) return { code: text, maps: [] };
    const { stripTypes, compilerOptions } = this.#options;
    const jsx = extension.endsWith("x") ? { jsx: compilerOptions.jsx ?? ("react-jsx" as const) } : {};
    const { jsx: _unused, ...plain } = compilerOptions;
    try {
      const { map, ...stripped } = await stripTypes(text, { ...plain, ...jsx }, { elideUnusedImports: true });
      return { ...stripped, maps: [map] };
    } catch (error) {
      if (!(error instanceof CellSyntaxError)) throw error;
      const place = `${path}:${error.at.line}:${error.at.column + 1}`;
      throw Object.assign(new SyntaxError(`${error.message} (${place})`), {
        stack: `SyntaxError: ${error.message}\n    at ${place}`,
      });
    }
  }

  #write(file: ModuleFile, graph: Map<string, ModuleFile>): void {
    const url = this.#url(file.path, graph);
    if (this.#compiled.has(url)) return;
    if (file.parsed === undefined) {
      // Loaded from its own place; Node would answer from its cache.
      delete createRequire(file.path).cache[file.path];
      this.#compiled.set(url, { path: file.path, origins: { original: (at) => at } });
      return;
    }
    const home = { url: pathToFileURL(file.path).href, filename: file.path, dirname: dirname(file.path) };
    const moved = moveModule(
      file.parsed,
      (specifier) => this.#target(specifier, file, graph),
      home,
      file.maps,
    );
    mkdirSync(this.#options.folder, { recursive: true });
    writeFileSync(new URL(url), moved.code);
    this.#compiled.set(url, { path: file.path, origins: moved.origins });
  }

  #target(specifier: string, file: ModuleFile, graph: Map<string, ModuleFile>): ModuleTarget {
    const resolved = file.dependencies.get(specifier);
    if (resolved === undefined) return { url: specifier, isCompiled: false };
    if (resolved.kind === "external") return { url: resolved.url, isCompiled: false };
    return { url: this.#url(resolved.path, graph), isCompiled: true };
  }

  #url(path: string, graph: Map<string, ModuleFile>): string {
    const version = hashOf(reachable(path, graph).flatMap((file) => [file.path, file.textHash])).slice(0, 16);
    if (graph.get(path)?.parsed === undefined) return `${pathToFileURL(path).href}?${FILE_MARK}${version}`;
    return pathToFileURL(join(this.#options.folder, `${FILE_MARK}${version}-${basename(path)}.mjs`)).href;
  }
}

/** What tells one run of a file from another in its URL. */
const RUN = "run";
const RUN_MARK = new RegExp(`[?&]${RUN}=\\d+$`);
/** Marks the URLs of compiled modules, so that text without any is not searched further. */
const FILE_MARK = "local-";
const COMPILED_PLACE = new RegExp(
  `(file:[^\\s()']*${FILE_MARK}[0-9a-f]{16}[^\\s():']*)(?::(\\d+)(?::(\\d+))?)?`,
  "g",
);

/** The module and all local ones it imports, directly or not, in the order of their paths. */
function reachable(path: string, graph: Map<string, ModuleFile>): ModuleFile[] {
  const found = new Map<string, ModuleFile>();
  const visit = (at: string): void => {
    const file = graph.get(at);
    if (file === undefined || found.has(at)) return;
    found.set(at, file);
    for (const dependency of file.dependencies.values())
      if (dependency.kind === "local") visit(dependency.path);
  };
  visit(path);
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function hashOf(parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex");
}

function usesRequire(code: string): boolean {
  return /\b(require\s*\(|module\.exports|exports\.)/.test(code);
}

function jsonModule(path: string, text: string): string {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`${path} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  return `const json = JSON.parse(${JSON.stringify(text)});\nexport default json;\n${namedExports(text)}`;
}

/** The members of an object, as bundlers export them too; `import data from "./data.json"` gives the whole. */
function namedExports(text: string): string {
  const value: unknown = JSON.parse(text);
  if (!isPlainObject(value)) return "";
  const keys = Object.keys(value).filter((key) => key !== "default");
  const names = keys.map((key, i) => `json${i} as ${JSON.stringify(key)}`);
  const values = keys.map((key, i) => `json${i} = json[${JSON.stringify(key)}]`);
  return keys.length === 0 ? "" : `const ${values.join(", ")};\nexport {${names.join(", ")}};`;
}
