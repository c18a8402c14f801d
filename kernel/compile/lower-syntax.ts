/**
 * TypeScript → JavaScript by esbuild: what Node 20 does not know is written in what it knows. Its service is a process of
 * its own, of some 10 MB: it starts with the first text that needs it, in 20 ms, and ends when none came for a while.
 */

import { createRequire } from "node:module";
import { dirname } from "node:path";
import { clearTimeout, setImmediate, setTimeout } from "node:timers"; // cells may replace the global ones, with fake timers for one
import type { Message, TransformOptions } from "esbuild";
import { CellSyntaxError } from "./compile-error.js";
import type { CompilerOptions, StripContext, StrippedText } from "./stripped-text.js";

type Esbuild = typeof import("esbuild");

/** So long does the service live without work: longer than somebody takes to correct an error. */
const SERVICE_IDLE_MS = 60_000;

let loaded: Esbuild | undefined;
let service: Promise<unknown> | undefined;
let idle: NodeJS.Timeout | undefined;

/** @throws CellSyntaxError with a place in `code` */
export async function lowerSyntax(
  code: string,
  options: CompilerOptions,
  context: StripContext,
): Promise<StrippedText> {
  clearTimeout(idle);
  idle = setTimeout(() => void stopEsbuild(), SERVICE_IDLE_MS).unref();
  const asked = transformOptions(options, context);
  try {
    return await transform(code, asked).catch((error) => {
      if (isOfText(error)) throw error;
      return transform(code, asked); // somebody has ended the process: in a new one
    });
  } catch (error) {
    throw placed(error);
  }
}

async function transform(code: string, options: TransformOptions): Promise<StrippedText> {
  const esbuild = load();
  service ??= startService(esbuild);
  const asked = service;
  try {
    await asked;
    const { code: lowered, map } = await esbuild.transform(code, options);
    return { code: lowered, map: () => map };
  } catch (error) {
    if (!isOfText(error) && service === asked) await stopEsbuild();
    throw error;
  }
}

/** Ends the service; the next text starts it again. Not while one is being lowered. */
export async function stopEsbuild(): Promise<void> {
  service = undefined;
  await loaded?.stop();
}

function load(): Esbuild {
  // `import()` of CommonJS would read the file a second time for the names of its exports, for 10 ms.
  loaded ??= inFolderOfNode(() => createRequire(import.meta.url)("esbuild") as Esbuild);
  return loaded;
}

/** Its service is started, also later, where the working folder was when it was loaded: a cell may have gone to one that is removed. */
function inFolderOfNode<T>(work: () => T): T {
  const before = process.cwd();
  process.chdir(dirname(process.execPath));
  try {
    return work();
  } finally {
    process.chdir(before);
  }
}

/** In a turn of its own: with a cell on the stack, the process would be taken for a child of that cell and interrupted with it. */
function startService(esbuild: Esbuild): Promise<unknown> {
  return new Promise((resolve, reject) => {
    setImmediate(() => esbuild.transform("").then(resolve, reject));
  });
}

function transformOptions(options: CompilerOptions, context: StripContext): TransformOptions {
  return {
    loader: options.jsx === undefined ? "ts" : "tsx",
    target: "node20",
    charset: "utf8", // compiled names hold U+200C and U+200D, which must not be escaped
    sourcemap: "external",
    sourcesContent: false,
    logLevel: "silent",
    tsconfigRaw: { compilerOptions: { ...options, verbatimModuleSyntax: !context.elideUnusedImports } },
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

/** False for what has nothing to do with the text: the service has ended, or does not start. */
function isOfText(error: unknown): boolean {
  return firstMessage(error) !== undefined;
}

function firstMessage(error: unknown): Message | undefined {
  if (!(error instanceof Error) || !("errors" in error) || !Array.isArray(error.errors)) return undefined;
  return error.errors[0];
}
