/** TypeScript → JavaScript by esbuild's long-lived service. Types are removed, nothing is checked. */

import { createRequire } from "node:module";
import type { Message, TransformOptions } from "esbuild";
import { CellSyntaxError } from "./compile-error.js";

/** What of a tsconfig.json changes how a cell is compiled; empty for the defaults. */
export interface CompilerOptions {
  jsx?: "preserve" | "react" | "react-jsx" | "react-jsxdev" | "react-native";
  jsxFactory?: string;
  jsxFragmentFactory?: string;
  jsxImportSource?: string;
  experimentalDecorators?: boolean;
  useDefineForClassFields?: boolean;
}

export interface StrippedCode {
  code: string;
  /** Source map v3, JSON. */
  map: string;
}

export interface StripContext {
  /** Imports that are used as types only are dropped: right for a file, wrong for a cell, whose imports others use. */
  elideUnusedImports: boolean;
}

/** Strips types of one text. @throws CellSyntaxError with a place in that text */
export type StripTypes = (
  code: string,
  options: CompilerOptions,
  context?: StripContext,
) => Promise<StrippedCode>;

type Esbuild = typeof import("esbuild");

let service: Promise<Esbuild> | undefined;

/** Loads esbuild and starts its service, unless that is done already. */
export function startTypeScript(): Promise<Esbuild> {
  service ??= start();
  return service;
}

async function start(): Promise<Esbuild> {
  // `import()` of CommonJS would read the file a second time for the names of its exports, for 10 ms.
  const esbuild: Esbuild = createRequire(import.meta.url)("esbuild");
  await esbuild.transform("");
  return esbuild;
}

export const stripTypes: StripTypes = async (code, options, context) => {
  const esbuild = await startTypeScript();
  try {
    return await esbuild.transform(code, transformOptions(options, context));
  } catch (error) {
    throw placed(error);
  }
};

function transformOptions(options: CompilerOptions, context?: StripContext): TransformOptions {
  const verbatimModuleSyntax = context?.elideUnusedImports !== true;
  return {
    loader: options.jsx === undefined ? "ts" : "tsx",
    target: "node20",
    charset: "utf8", // compiled names hold U+200C and U+200D, which must not be escaped
    sourcemap: "external",
    sourcesContent: false,
    logLevel: "silent",
    tsconfigRaw: { compilerOptions: { ...options, verbatimModuleSyntax } },
  };
}

/** esbuild's first error as ours; what is no syntax error is thrown on unchanged. */
function placed(error: unknown): unknown {
  const message = firstMessage(error);
  if (message?.location == null) return error;
  const { line, column, length, lineText } = message.location;
  const bytes = Buffer.from(lineText, "utf8");
  const start = bytes.subarray(0, column).toString("utf8").length;
  const width = bytes.subarray(column, column + length).toString("utf8").length;
  return new CellSyntaxError(message.text.replace(/:$/, ""), { line, column: start }, width);
}

function firstMessage(error: unknown): Message | undefined {
  if (!(error instanceof Error) || !("errors" in error) || !Array.isArray(error.errors)) return undefined;
  return error.errors[0];
}
