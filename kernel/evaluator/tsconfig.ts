/** tsconfig.json of the notebook's folder: the part of it that changes how cells and local modules are run. */

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { CompilerOptions } from "../compile/stripped-text.js";
import { isPlainObject } from "../display/data-property.js";

export interface ProjectSettings {
  compilerOptions: CompilerOptions;
  /** `paths`, with absolute targets. */
  paths: Record<string, string[]>;
}

const MAX_EXTENDS = 10;

/** Settings of `folder`; empty ones when it has no tsconfig.json. @throws Error when the file is not JSON */
export function readProjectSettings(folder: string): ProjectSettings {
  const path = join(folder, "tsconfig.json");
  return existsSync(path) ? readSettings(path, 0) : { compilerOptions: {}, paths: {} };
}

function readSettings(path: string, depth: number): ProjectSettings {
  const config = parseJsonWithComments(path);
  const base =
    typeof config.extends === "string" && config.extends.startsWith(".") ? config.extends : undefined;
  const parent = base === undefined ? undefined : withExtension(resolve(dirname(path), base));
  const inherited =
    parent !== undefined && existsSync(parent) && depth < MAX_EXTENDS
      ? readSettings(parent, depth + 1)
      : { compilerOptions: {}, paths: {} };
  const options = isPlainObject(config.compilerOptions) ? config.compilerOptions : {};
  return {
    compilerOptions: { ...inherited.compilerOptions, ...emitOptions(options) },
    paths: { ...inherited.paths, ...pathTargets(options, dirname(path)) },
  };
}

function withExtension(path: string): string {
  return path.endsWith(".json") ? path : `${path}.json`;
}

const JSX = ["preserve", "react", "react-jsx", "react-jsxdev", "react-native"] as const;

function emitOptions(options: Record<string, unknown>): CompilerOptions {
  const found: CompilerOptions = {};
  const jsx = JSX.find((mode) => mode === options.jsx);
  if (jsx !== undefined) found.jsx = jsx;
  for (const key of ["jsxFactory", "jsxFragmentFactory", "jsxImportSource"] as const) {
    const value = options[key];
    if (typeof value === "string") found[key] = value;
  }
  for (const key of ["experimentalDecorators", "useDefineForClassFields"] as const) {
    const value = options[key];
    if (typeof value === "boolean") found[key] = value;
  }
  return found;
}

function pathTargets(options: Record<string, unknown>, folder: string): Record<string, string[]> {
  if (!isPlainObject(options.paths)) return {};
  const base = resolve(folder, typeof options.baseUrl === "string" ? options.baseUrl : ".");
  const entries = Object.entries(options.paths).map(([pattern, targets]): [string, string[]] => {
    const texts = Array.isArray(targets) ? targets.filter((target) => typeof target === "string") : [];
    return [pattern, texts.map((target) => resolve(base, target))];
  });
  return Object.fromEntries(entries);
}

function parseJsonWithComments(path: string): Record<string, unknown> {
  const text = readFileSync(path, "utf8")
    .replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, "$1")
    .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, "$1");
  try {
    const config: unknown = JSON.parse(text);
    return isPlainObject(config) ? config : {};
  } catch (error) {
    throw new Error(`${path} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}
