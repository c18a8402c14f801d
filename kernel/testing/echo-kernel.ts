/** A whole kernel of the toy language: the real front, the echo evaluator, and workers that answer at once. */

import { EventEmitter } from "node:events";
import { fileURLToPath } from "node:url";
import { readConnectionFile } from "../front/connection-file.js";
import { runKernel } from "../front/run-kernel.js";
import { hasId, type WorkerThread } from "../front/worker-calls.js";

/** To a question about such code the language worker has no answer, as one that still loads. */
const isUnanswered = (code: unknown) => String(code).startsWith("unanswered");

type Answer = (question: Record<string, unknown>) => object | undefined;

/** A worker that lives in this thread. */
class InlineWorker extends EventEmitter implements WorkerThread {
  readonly #answer: Answer;

  constructor(answer: Answer) {
    super();
    this.#answer = answer;
  }

  postMessage(message: unknown): void {
    if (!hasId(message)) return;
    const reply = this.#answer({ ...message });
    if (reply !== undefined) setImmediate(() => this.emit("message", { ...reply, id: message.id }));
  }

  async terminate(): Promise<number> {
    this.emit("exit", 0);
    return 0;
  }
}

const ANSWERS: Record<string, Answer> = {
  complete: ({ code, cursor }) => ({
    reply: { matches: [{ text: `${code}!`, type: "word", signature: "echo" }], start: 0, end: cursor },
  }),
  inspect: ({ code }) =>
    isUnanswered(code) ? undefined : { reply: { found: true, markdown: `**${code}**`, text: String(code) } },
  isComplete: () => ({ reply: { status: "incomplete", indent: "  " } }),
  begin: ({ code }) => (isUnanswered(code) ? undefined : { reply: { problems: [] } }),
};

const draw: Answer = ({ rows }) => ({
  svg: `<svg>${JSON.stringify(rows)}</svg>`,
  png: "aGk=",
  width: 2,
  height: 1,
});

await runKernel((connectionFile) => ({
  connection: readConnectionFile(connectionFile),
  info: {
    implementation: "echo",
    implementationVersion: "1.0",
    language: {
      name: "echo",
      version: "1",
      mimetype: "text/plain",
      fileExtension: ".txt",
      pygmentsLexer: "text",
      codemirrorMode: "text",
      nbconvertExporter: "script",
    },
    banner: "echo",
    helpLinks: [],
    supportedFeatures: [],
  },
  evaluator: {
    entry: process.env.ECHO_EVALUATOR ?? fileURLToPath(new URL("echo.js", import.meta.url)),
    execArgv: [],
    env: {},
  },
  language: () => new InlineWorker((question) => ANSWERS[String(question.type)]?.(question)),
  render: () => new InlineWorker(draw),
  cwd: process.cwd(),
}));
