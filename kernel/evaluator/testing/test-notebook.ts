/** For tests: an evaluator in this process, cells in, what they showed out. */

import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type {
  CellError,
  CellRequest,
  DisplayMessage,
  ExpressionResult,
  FromEvaluator,
  MimeBundle,
  ToEvaluator,
} from "../../port/evaluator.js";
import type { ConnectionFacts, FrontCall, HistoryAccess, HistoryEntry } from "../../port/front-calls.js";
import { Evaluator } from "../evaluator.js";
import type { CellHost, Extension } from "../extension.js";
import type { Namespace } from "../importer.js";
import { createInterruptState } from "../interrupt-state.js";

/** What one cell showed until it was done. */
export interface CellShown {
  result: MimeBundle | undefined;
  stdout: string;
  stderr: string;
  displays: (DisplayMessage & { update: boolean })[];
  error: CellError | undefined;
  payload: unknown[];
  userExpressions: Record<string, ExpressionResult>;
  messages: FromEvaluator[];
}

export interface TestNotebookOptions {
  cwd?: string;
  /** What the front says of its connection, where it is not the usual. */
  connection?: Partial<ConnectionFacts>;
  extension?: (host: CellHost) => Partial<Extension<unknown>>;
}

const CONNECTION: ConnectionFacts = {
  transport: "tcp",
  ip: "127.0.0.1",
  ports: { shell: 1, iopub: 2, stdin: 3, control: 4, hb: 5 },
  file: undefined,
};

/** `import(url)` that no test runner rewrites. */
const NATIVE_IMPORT = "data:text/javascript,export default (url) => import(url)";
const { default: nativeImport }: { default: (url: string) => Promise<Namespace> } = await import(
  /* @vite-ignore */ NATIVE_IMPORT
);

export class TestNotebook {
  readonly messages: { message: FromEvaluator; buffers: readonly Uint8Array[] }[] = [];
  readonly evaluator: Evaluator;
  readonly interrupts = createInterruptState();
  /** What the front would remember: each cell that was run, with the text of its result. */
  readonly history: HistoryEntry[] = [];
  readonly #connection: ConnectionFacts;
  readonly #listeners = new Set<(message: FromEvaluator) => void>();
  #count = 0;

  constructor({ cwd = tmpdir(), connection = {}, extension = () => ({}) }: TestNotebookOptions = {}) {
    this.#connection = { ...CONNECTION, ...connection };
    this.evaluator = new Evaluator({
      port: {
        send: (message, buffers = []) => this.#sent(message, buffers),
        hold: (message) => this.#sent(message, []),
        mark: () => undefined,
      },
      interrupts: this.interrupts,
      factory: (host) => ({
        globals: {},
        magics: [],
        context: undefined,
        close: () => Promise.resolve(),
        ...extension(host),
      }),
      aliases: {},
      resolveUrl: (specifier, parent) =>
        pathToFileURL(createRequire(fileURLToPath(parent)).resolve(specifier)).href,
      importUrl: nativeImport,
      internal: [
        new URL("..", import.meta.url).href,
        fileURLToPath(new URL("..", import.meta.url)),
        "node_modules/vitest",
      ],
      modulesFolder: join(tmpdir(), `millrace-test-modules-${process.pid}`),
      exit: () => undefined,
    });
    this.send({ type: "init", cwd });
  }

  send(message: ToEvaluator, buffers: Uint8Array[] = []): void {
    this.evaluator.receive(message, buffers);
  }

  /** Resolves with the first message, from now on, for which `test` holds. */
  next(test: (message: FromEvaluator) => boolean): Promise<FromEvaluator> {
    return new Promise((resolve) => {
      const listen = (message: FromEvaluator): void => {
        if (!test(message)) return;
        this.#listeners.delete(listen);
        resolve(message);
      };
      this.#listeners.add(listen);
    });
  }

  /** Runs a cell and waits for its end. */
  async run(code: string, request: Partial<CellRequest> = {}): Promise<CellShown> {
    const number = ++this.#count;
    const cell = request.cell ?? `cell-${number}`;
    const done = this.next((message) => message.type === "done" && message.cell === cell);
    const entry: HistoryEntry = { session: 1, line: number, input: code, output: undefined };
    this.history.push(entry);
    this.send({
      type: "run",
      cell,
      executionCount: number,
      code,
      silent: false,
      allowStdin: true,
      userExpressions: {},
      ...request,
    });
    await done;
    const shown = this.shown(cell);
    const text = shown.result?.["text/plain"];
    if (typeof text === "string") entry.output = text;
    return shown;
  }

  /** What a cell showed so far. */
  shown(cell: string): CellShown {
    const messages = this.messages
      .map(({ message }) => message)
      .filter((m) => "cell" in m && m.cell === cell);
    const text = (name: string): string =>
      messages.map((m) => (m.type === "stream" && m.name === name ? m.text : "")).join("");
    const done = messages.find((m) => m.type === "done");
    const result = messages.find((m) => m.type === "result");
    return {
      result: result?.data,
      stdout: text("stdout"),
      stderr: text("stderr"),
      displays: messages.flatMap((m) =>
        m.type === "display" || m.type === "updateDisplay"
          ? [{ ...m, update: m.type === "updateDisplay" }]
          : [],
      ),
      error: done?.outcome.status === "error" ? done.outcome : undefined,
      payload: done?.outcome.status === "ok" ? done.outcome.payload : [],
      userExpressions: done?.outcome.status === "ok" ? done.outcome.userExpressions : {},
      messages,
    };
  }

  /** Takes the notebook's variables off globalThis. */
  dispose(): void {
    this.evaluator.notebook.scope.dispose();
  }

  /** As the front does, with globs left out: a pattern is a piece of the input. */
  #answer(request: number, question: FrontCall): void {
    const answer = question.kind === "history" ? this.#read(question.access) : this.#connection;
    setImmediate(() => this.send({ type: "answer", request, answer }));
  }

  #read(access: HistoryAccess): HistoryEntry[] {
    if (access.type === "tail") return this.history.slice(-access.n);
    if (access.type === "search") {
      const [, text = ""] = /^\*(.*)\*$/.exec(access.pattern) ?? [];
      return this.history.filter(({ input }) => input.includes(text));
    }
    const { start, stop = Number.POSITIVE_INFINITY } = access;
    const number = access.session === 0 ? 1 : access.session;
    return this.history.filter(({ session, line }) => session === number && line >= start && line < stop);
  }

  #sent(message: FromEvaluator, buffers: readonly Uint8Array[]): void {
    this.messages.push({ message, buffers });
    if (message.type === "ask") this.#answer(message.request, message.question);
    for (const listener of this.#listeners) listener(message);
  }
}
