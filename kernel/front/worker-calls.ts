/** Questions to a worker thread and their answers, matched by id; started at the first question, and again after it died. */

import type { Clock } from "./clock.js";
import { type Log, messageOf } from "./log.js";

/** The part of a `Worker` that is used here. */
export interface WorkerThread {
  postMessage(message: unknown): void;
  on(event: "message", listener: (message: unknown) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "exit", listener: (code: number) => void): unknown;
  terminate(): Promise<number>;
}

/** Starts a worker thread; may reject, which the log then tells. */
export type StartWorker = () => WorkerThread | Promise<WorkerThread>;

export interface WorkerCallsOptions {
  /** What the worker does, for the log. */
  name: string;
  /** Undefined when this kernel has no such worker. */
  start: StartWorker | undefined;
  /** A call without an answer after this time has none. */
  deadlineMs: number;
  /** A thread that leaves a call without an answer for so long is stuck and ended: a new one may do better. Absent: never. */
  stuckMs?: number;
  clock: Clock;
  log: Log;
}

/** A worker that died this often without having answered is left alone: it would die again. */
const MAX_STARTS = 3;

type Answer = { id: number };

/** `Reply` is what the worker sends back: any object with the id of the call. */
export class WorkerCalls<Reply extends Answer> {
  readonly #options: WorkerCallsOptions;
  readonly #pending = new Map<number, Call<Reply>>();
  readonly #isReply: (message: unknown) => message is Reply;
  #thread: Promise<WorkerThread> | undefined;
  #starts = 0;
  #calls = 0;

  constructor(options: WorkerCallsOptions, isReply: (message: unknown) => message is Reply) {
    this.#options = options;
    this.#isReply = isReply;
  }

  /** True once the thread was asked to start and has not died. */
  get started(): boolean {
    return this.#thread !== undefined;
  }

  /** The reply, or undefined when there is no worker, it died, or it did not answer in time. Never rejects. */
  async call(question: object, deadlineMs = this.#options.deadlineMs): Promise<Reply | undefined> {
    const thread = await this.start();
    if (thread === undefined) return undefined;
    const id = ++this.#calls;
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(deadlineMs, () => this.#giveUp(id, deadlineMs));
      this.#pending.set(id, { resolve, cancel });
      thread.postMessage({ ...question, id });
    });
  }

  /** Sends a message without an answer; lost when the thread does not run. */
  async tell(message: object): Promise<void> {
    (await this.#thread)?.postMessage(message);
  }

  /** The running thread, started when there is none; undefined when there is no worker or it died too often. */
  async start(): Promise<WorkerThread | undefined> {
    const { start, name, log } = this.#options;
    if (start === undefined || (this.#thread === undefined && this.#starts >= MAX_STARTS)) return undefined;
    try {
      this.#thread ??= this.#begin(start);
      return await this.#thread;
    } catch (error) {
      this.#thread = undefined;
      log("error", `the ${name} thread cannot be started: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** Ends the thread; calls under way have no answer. */
  async stop(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    this.#starts = MAX_STARTS;
    this.#answerAll();
    await (await thread)?.terminate();
  }

  async #begin(start: StartWorker): Promise<WorkerThread> {
    this.#starts += 1;
    const thread = await start();
    thread.on("message", (message) => this.#receive(message));
    thread.on("error", (error) =>
      this.#options.log("error", `the ${this.#options.name} thread: ${error.message}`),
    );
    thread.on("exit", () => this.#exited());
    return thread;
  }

  #receive(message: unknown): void {
    if (!this.#isReply(message)) return;
    this.#starts = 1;
    this.#settle(message.id, message);
  }

  /** Who asked goes on without an answer. The thread may be slow, as it is when it loads: it is given time until it is stuck. */
  #giveUp(id: number, deadlineMs: number): void {
    const { name, stuckMs, clock, log } = this.#options;
    const call = this.#pending.get(id);
    if (call === undefined) return;
    log("warn", `the ${name} thread gave no answer within ${deadlineMs} ms`);
    call.resolve(undefined);
    if (stuckMs === undefined) this.#pending.delete(id);
    else call.cancel = clock.after(Math.max(0, stuckMs - deadlineMs), () => this.#end());
  }

  #end(): void {
    void this.#thread?.then((thread) => thread.terminate());
  }

  #exited(): void {
    this.#thread = undefined;
    this.#answerAll();
  }

  #answerAll(): void {
    for (const id of [...this.#pending.keys()]) this.#settle(id, undefined);
  }

  #settle(id: number, reply: Reply | undefined): void {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    call?.cancel();
    call?.resolve(reply);
  }
}

/** A question without an answer yet. */
interface Call<Reply> {
  /** Without effect when who asked has gone on without an answer. */
  resolve(reply: Reply | undefined): void;
  cancel(): void;
}

/** True for an object with a numeric `id`. */
export function hasId(message: unknown): message is { id: number } {
  return typeof message === "object" && message !== null && "id" in message && typeof message.id === "number";
}
