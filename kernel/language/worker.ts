/** Entry of the language worker: a thread of the front that answers about code while a cell runs. See port/language.ts. */

import { parentPort, workerData } from "node:worker_threads";
import type { FromLanguage, LanguageOptions, ToLanguage } from "../port/language.js";
import { keepCompiled } from "./compiled-typescript.js";
import { LanguageService } from "./language-service.js";

const options: LanguageOptions = workerData;
const port = parentPort;
if (port === null) throw new Error("the language worker must be started as a worker thread");
const post = (message: FromLanguage): void => port.postMessage(message);

const now = (): number => performance.now();
const language = new LanguageService(options, now);
language.warmUp();

// Messages that came meanwhile have waited in the port.
port.on("message", (message: ToLanguage) => skippable(() => take(message)));

function take(message: ToLanguage): void {
  if ("id" in message) post(answer(message));
  switch (message.type) {
    case "executed":
      language.executed(message.code);
      break;
    case "magics":
      language.loaded(message.magics);
      break;
    case "forget":
      language.forget();
      break;
    case "end":
      language.end(message.compiled);
      break;
    case "begin":
      if (message.over) language.end(true);
  }
  if (CHANGES.has(message.type)) prepareSoon();
}

// What waits already goes first.
setImmediate(() => {
  skippable(() => language.rehearse());
  setImmediate(keepCompiled);
});

/** Cells that follow each other faster than this are prepared for together, after the last. */
const PREPARE_AFTER_MS = 5;

let preparation: NodeJS.Timeout | undefined;

const CHANGES: ReadonlySet<ToLanguage["type"]> = new Set(["executed", "forget", "end", "begin"]);

/** What a request finds done, it need not do. */
function prepareSoon(): void {
  clearTimeout(preparation);
  preparation = setTimeout(() => skippable(() => language.prepare()), PREPARE_AFTER_MS);
}

/** Code may be nested deeper than the compiler can go, or meet an error of it: such a cell is left out, and the thread lives on. */
function skippable(action: () => void): void {
  try {
    action();
  } catch (error) {
    // The stderr of the front is the log of the kernel.
    console.error(`[millrace] warn: the language thread leaves a cell out: ${reasonOf(error)}`);
  }
}

type Request = Extract<ToLanguage, { id: number }>;

function answer(request: Request): FromLanguage {
  try {
    return { id: request.id, reply: reply(request) };
  } catch (error) {
    return {
      id: request.id,
      error: `the language service could not answer ${request.type}: ${reasonOf(error)}`,
    };
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function reply(request: Request) {
  switch (request.type) {
    case "complete":
      return language.complete(request.code, request.cursor);
    case "inspect":
      return language.inspect(request.code, request.cursor, request.detail);
    case "isComplete":
      return language.isComplete(request.code);
    case "begin":
      return { problems: language.begin(request.code, request.check) };
  }
}
