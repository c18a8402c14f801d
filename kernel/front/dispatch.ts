/** From a message type to what answers it. The tables themselves are in shell.ts and control.ts. */

import { commInfo } from "../wire/comm-info.js";
import { type Conversation, errorContent, type Notice } from "../wire/conversation.js";
import { interrupt } from "../wire/interrupt.js";
import { kernelInfo } from "../wire/kernel-info.js";
import type { Incoming, Outgoing, Parent } from "../wire/message.js";
import { shutdown } from "../wire/shutdown.js";
import type { Iopub } from "./iopub.js";
import { type Log, messageOf } from "./log.js";
import type { RequestChannel } from "./request-channel.js";
import type { RequestQueue } from "./request-queue.js";

/** One line of a table. */
export interface Handler {
  /** msg_type of the request. */
  type: string;
  /** Does what is asked and returns the reply, undefined for messages that have none. May reject. */
  answer(message: Incoming): Promise<Outgoing | undefined>;
  /** The reply to a request that cannot be read or whose answer failed. */
  failed(error: unknown): Outgoing | undefined;
  /** Set: the request waits in line with the cells. */
  inTurn?: Turn;
  /** Runs when all messages of the request have been sent. */
  afterwards?: () => void;
}

/** How a request waits for the cells before it. */
export interface Turn {
  /** Its reply when one of them failed; without it the request is answered all the same. */
  aborted?: () => Outgoing;
  /** True for a message that need not wait. */
  unless?: (message: Incoming) => boolean;
}

/** A request of `conversation` is answered with what `act` returns. */
export function answer<Request, Reply>(
  conversation: Conversation<Request, Reply>,
  act: (request: Request, message: Incoming) => Reply | Promise<Reply>,
): Handler {
  return {
    type: conversation.requestType,
    answer: async (message) => replyOf(conversation, await act(conversation.read(message), message)),
    failed: (error) => ({ type: conversation.replyType, content: errorContent(asWireError(error)) }),
  };
}

/** A message without a reply is given to `act`. */
export function accept<Content>(
  notice: Notice<Content>,
  act: (content: Content, message: Incoming) => void | Promise<void>,
): Handler {
  return {
    type: notice.type,
    answer: async (message) => {
      await act(notice.read(message), message);
      return undefined;
    },
    failed: () => undefined,
  };
}

/** The handler's requests wait in line with the cells. */
export function inTurn(handler: Handler, turn: Turn = {}): Handler {
  return { ...handler, inTurn: turn };
}

/** The reply of `conversation` as a message. */
export function replyOf<Request, Reply>(conversation: Conversation<Request, Reply>, reply: Reply): Outgoing {
  const metadata = conversation.writeMetadata?.(reply) ?? {};
  return { type: conversation.replyType, content: conversation.write(reply), metadata };
}

function asWireError(error: unknown): { ename: string; evalue: string; traceback: string[] } {
  const ename = error instanceof Error ? error.name : "Error";
  return { ename, evalue: messageOf(error), traceback: [`${ename}: ${messageOf(error)}`] };
}

/** Requests whose status front ends do not take for the kernel's (`untracked_message_types` of a Jupyter server). */
const UNTRACKED = new Set(
  [kernelInfo, commInfo, interrupt, shutdown].map((conversation) => conversation.requestType),
);

export interface DispatcherOptions {
  handlers: readonly Handler[];
  iopub: Iopub;
  queue: RequestQueue;
  /** The request of the cell that runs now. */
  running(): Parent | undefined;
  log: Log;
}

/** Takes the requests of one channel: `busy`, what the handler does, its reply, `idle`. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #handlers: ReadonlyMap<string, Handler>;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#handlers = new Map(options.handlers.map((handler) => [handler.type, handler]));
  }

  /** A message of a type that is in no table is ignored, as the protocol wants. */
  take(message: Incoming, channel: RequestChannel): void {
    const handler = this.#handlers.get(message.type);
    if (handler === undefined) return;
    const turn = handler.inTurn;
    if (turn === undefined || turn.unless?.(message)) void this.#beside(message, channel, handler);
    else this.#enqueue(message, channel, handler, turn);
  }

  #enqueue(message: Incoming, channel: RequestChannel, handler: Handler, { aborted }: Turn): void {
    const run = () => this.#converse(message, channel, handler);
    const abort =
      aborted && (() => this.#converse(message, channel, { ...handler, answer: async () => aborted() }));
    this.#options.queue.push(abort === undefined ? { run } : { run, abort });
  }

  /** Answered while a cell may run: its idle would make a front end show the kernel as idle, so the cell's busy is said again. */
  async #beside(message: Incoming, channel: RequestChannel, handler: Handler): Promise<void> {
    await this.#converse(message, channel, handler);
    const cell = this.#options.running();
    if (cell !== undefined && !UNTRACKED.has(message.type)) this.#options.iopub.status(cell, "busy");
  }

  async #converse(message: Incoming, channel: RequestChannel, handler: Handler): Promise<void> {
    const { iopub } = this.#options;
    iopub.status(message, "busy");
    const reply = await this.#answerOf(message, handler);
    if (reply !== undefined) void channel.send(message, reply);
    iopub.status(message, "idle");
    handler.afterwards?.();
  }

  async #answerOf(message: Incoming, handler: Handler): Promise<Outgoing | undefined> {
    try {
      return await handler.answer(message);
    } catch (error) {
      this.#options.log("warn", `${message.type} was not answered: ${messageOf(error)}`);
      return handler.failed(error);
    }
  }
}
