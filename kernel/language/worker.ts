/** Entry of the language worker: a thread of the front that answers about code while a cell runs. See port/language.ts. */

import { parentPort, workerData } from "node:worker_threads";
import type { FromLanguage, LanguageOptions, ToLanguage } from "../port/language.js";
import { LanguageService } from "./language-service.js";

const options: LanguageOptions = workerData;
const port = parentPort;
if (port === null) throw new Error("the language worker must be started as a worker thread");
const post = (message: FromLanguage): void => port.postMessage(message);

const now = (): number => performance.now();
const started = now();
const language = new LanguageService(options, now);
language.warmUp();
post({ type: "warm", elapsedMs: now() - started });

// Messages that came meanwhile have waited in the port.
port.on("message", (message: ToLanguage) => {
  if (message.type !== "executed") return post(answer(message));
  language.executed(message.code);
  prepareSoon();
});

let preparation: NodeJS.Immediate | undefined;

/** Once for all cells of a "run all", behind the messages that wait. */
function prepareSoon(): void {
  clearImmediate(preparation);
  preparation = setImmediate(() => language.prepare());
}

type Request = Exclude<ToLanguage, { type: "executed" }>;

function answer(request: Request): FromLanguage {
  try {
    return { id: request.id, reply: reply(request) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { id: request.id, error: `the language service could not answer ${request.type}: ${reason}` };
  }
}

function reply(request: Request) {
  switch (request.type) {
    case "complete":
      return language.complete(request.code, request.cursor);
    case "inspect":
      return language.inspect(request.code, request.cursor, request.detail);
    case "isComplete":
      return language.isComplete(request.code);
  }
}
