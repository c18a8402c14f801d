/** What the front does with each message of the evaluator and of the extension's thread. */

import type { FromEvaluator } from "../port/evaluator.js";
import type { Frame } from "../port/frame.js";
import type { FromEngine } from "../port/live.js";
import type { CellRunner } from "./cell-runner.js";
import type { Cells } from "./cells.js";
import type { Comms } from "./comms.js";
import type { Evaluator } from "./evaluator.js";
import type { EvaluatorCalls } from "./evaluator-calls.js";
import type { EvaluatorComms } from "./evaluator-comms.js";
import type { Inspection } from "./inspection.js";
import type { Lane } from "./lane.js";
import type { LanguageClient } from "./language-client.js";
import type { LiveDisplays } from "./live.js";
import type { Log } from "./log.js";
import type { Outputs } from "./outputs.js";
import type { Stdin } from "./stdin.js";
import type { TypeCheck } from "./type-check.js";

export interface Receivers {
  cells: Cells;
  comms: Comms;
  evaluator: Evaluator;
  evaluatorComms: EvaluatorComms;
  inspection: Inspection;
  language: LanguageClient;
  lane: Lane;
  live: LiveDisplays;
  log: Log;
  outputs: Outputs;
  questions: EvaluatorCalls;
  runner: CellRunner;
  stdin: Stdin;
  typeCheck: TypeCheck;
}

type MessageOf = { [Message in FromEvaluator as Message["type"]]: Message };
type Table = { [Type in keyof MessageOf]: (message: MessageOf[Type], buffers: Uint8Array[]) => void };

export class EvaluatorMessages {
  readonly #to: Receivers;
  /** Output, and what must come after it, goes through the line; the rest takes effect at once. */
  readonly #table: Table = {
    ready: () => this.#to.evaluator.becameReady(),
    listening: () => this.#to.evaluator.becameListening(),
    interrupted: () => this.#to.evaluator.interrupted(),
    rawWritten: ({ mark }) => this.#drainRaw(mark),
    stream: (message) => this.#to.outputs.take(message),
    display: (message) => this.#to.outputs.take(message),
    updateDisplay: (message) => this.#to.outputs.take(message),
    clear: (message) => this.#to.outputs.take(message),
    result: (message) => this.#result(message),
    comm: (message, buffers) => this.#comm(message, buffers),
    commHandled: ({ request }) => this.#to.lane.push(() => this.#to.evaluatorComms.handled(request)),
    input: (message) => this.#to.lane.push(() => this.#input(message)),
    typeCheck: (message) => this.#typeCheck(message),
    ask: (message) => void this.#ask(message),
    magics: ({ magics }) => this.#to.language.loadMagics(magics),
    ran: ({ code }) => this.#to.language.ran(code),
    forgotten: () => this.#to.language.forget(),
    preview: ({ request, text }) => this.#to.inspection.answered(request, text),
    done: (message) => this.#done(message),
    log: (message) => this.#log(message),
  };

  constructor(to: Receivers) {
    this.#to = to;
  }

  /** A message of the evaluator's main thread. */
  take({ message, buffers }: Frame<FromEvaluator>): void {
    this.#give(message.type, message, buffers);
  }

  /** A message of the extension's thread. */
  takeEngine({ message }: Frame<FromEngine>): void {
    if (message.type === "liveChange" || message.type === "liveClose") this.#to.live.change(message);
    else this.#to.outputs.take(message);
  }

  #give<Type extends keyof MessageOf>(type: Type, message: MessageOf[Type], buffers: Uint8Array[]): void {
    this.#table[type](message, buffers);
  }

  #result(message: MessageOf["result"]): void {
    this.#to.runner.resulted(message);
    this.#to.outputs.take(message);
  }

  /** Calls `end` when all output taken so far has been published, and what was dropped of the current cell has been said. */
  afterOutput(end: () => void): void {
    const { cells, lane, outputs } = this.#to;
    lane.push(() => {
      outputs.releaseRaw();
      if (cells.current !== undefined) outputs.settle(cells.current);
      lane.push(end);
    });
  }

  /** The cell ends when its displays are complete, its raw output is read, and what the extension's thread said until then. */
  #done({ cell, mark, engineSent, outcome, compiled }: MessageOf["done"]): void {
    const { evaluator } = this.#to;
    const end = () => {
      this.#drainRaw(mark);
      this.afterOutput(() => evaluator.finished(cell, { outcome, compiled }));
    };
    const read = evaluator.engineRead(engineSent);
    if (read === undefined) end();
    else void read.then(end);
  }

  /** What follows in the line waits for the raw output before `mark`. */
  #drainRaw(mark: number): void {
    const { evaluator, lane, outputs } = this.#to;
    lane.push(() => outputs.rawFirst(mark, evaluator.rawDrained(mark)));
  }

  #comm({ event, comm, target, data, metadata, cell }: MessageOf["comm"], buffers: Uint8Array[]): void {
    const { cells, comms, outputs } = this.#to;
    if (!comms.fromEvaluator(event, comm, target)) return;
    const opened = target === undefined ? {} : { target };
    const fields = typeof metadata === "object" && metadata !== null ? { ...metadata } : {};
    outputs.comm(event, cells.find(cell), { comm, ...opened, data, metadata: fields, buffers });
  }

  #input({ cell, request, prompt, password }: MessageOf["input"]): void {
    const { cells, evaluator, runner, stdin } = this.#to;
    const asking = cells.find(cell);
    const reason = "input is only possible while the cell that asks is running";
    if (asking === undefined || asking !== runner.running)
      evaluator.send({ type: "inputRefused", request, reason });
    else void stdin.ask(asking, request, prompt, password);
  }

  #typeCheck({ cell, mode }: MessageOf["typeCheck"]): void {
    const { typeCheck } = this.#to;
    if (mode !== undefined) typeCheck.mode = mode;
    const text = `type check: ${typeCheck.mode}\n`;
    this.#to.outputs.take({ type: "stream", cell, name: "stdout", text });
  }

  async #ask({ request, question }: MessageOf["ask"]): Promise<void> {
    const { evaluator, questions } = this.#to;
    evaluator.send(await questions.reply(request, question));
  }

  #log({ level, text }: MessageOf["log"]): void {
    this.#to.log(level, text);
    if (level === "error") this.#to.outputs.notice(`${text}\n`);
  }
}
