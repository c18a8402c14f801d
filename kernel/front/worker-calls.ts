/** Questions to a worker thread and their answers, matched by id; started at the first question, and again after it died. */

import type { Cancel, Clock } from "./clock.js";
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
  /** A call without an answer after this time has none. Absent: it waits as long as the thread lives. */
  deadlineMs?: number;
  /**
   * A thread that answers no call for so long, though it was asked, is stuck and ended: a new one may do better. One that answers
   * has as long as it needs, however many calls there are.
   */
  stuckMs: number;
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
  #cancelStuck = NEVER;

  constructor(options: WorkerCallsOptions, isReply: (message: unknown) => message is Reply) {
    this.#options = options;
    this.#isReply = isReply;
  }

  /** True once the thread was asked to start and has not died. */
  get started(): boolean {
    return this.#thread !== undefined;
  }

  /** The reply, or undefined when there is no worker, it died, was stuck, or did not answer in time. Never rejects. */
  async call(question: object, deadlineMs = this.#options.deadlineMs): Promise<Reply | undefined> {
    const thread = await this.start();
    if (thread === undefined) return undefined;
    const id = ++this.#calls;
    return new Promise((resolve) => {
      const { clock } = this.#options;
      const cancel =
        deadlineMs === undefined ? NEVER : clock.after(deadlineMs, () => this.#giveUp(id, deadlineMs));
      this.#pending.set(id, { resolve, cancel });
      if (this.#pending.size === 1) this.#watch();
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
    this.#watch();
  }

  /** Who asked goes on without an answer. The thread may be slow, as it is when it loads: it is given time until it is stuck. */
  #giveUp(id: number, deadlineMs: number): void {
    const { name, log } = this.#options;
    log("warn", `the ${name} thread gave no answer within ${deadlineMs} ms`);
    this.#pending.get(id)?.resolve(undefined);
  }

  /** From now on an answer is waited for, while there are calls without one. */
  #watch(): void {
    this.#cancelStuck();
    const { stuckMs, clock } = this.#options;
    this.#cancelStuck = this.#pending.size === 0 ? NEVER : clock.after(stuckMs, () => this.#end());
  }

  #end(): void {
    const { name, stuckMs, log } = this.#options;
    log("warn", `the ${name} thread is ended: it gave no answer within ${stuckMs} ms`);
    void this.#thread?.then((thread) => thread.terminate());
  }

  #exited(): void {
    this.#thread = undefined;
    this.#answerAll();
  }

  #answerAll(): void {
    this.#cancelStuck();
    for (const id of [...this.#pending.keys()]) this.#settle(id, undefined);
  }

  #settle(id: number, reply: Reply | undefined): void {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    call?.cancel();
    call?.resolve(reply);
  }
}

const NEVER: Cancel = () => undefined;

/** A question without an answer yet. */
interface Call<Reply> {
  /** Without effect when who asked has gone on without an answer. */
  resolve(reply: Reply | undefined): void;
  cancel: Cancel;
}

/** True for an object with a numeric `id`. */
export function hasId(message: unknown): message is { id: number } {
  return typeof message === "object" && message !== null && "id" in message && typeof message.id === "number";
}
