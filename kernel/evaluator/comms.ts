/** Comms of the notebook: those cells opened and those the front end opened. */

import { randomUUID } from "node:crypto";
import { bytesOf } from "../display/bytes.js";
import type { Comm, CommMessage, CommSendOptions, Comms } from "../display/comm-types.js";
import type { CellId, ToEvaluator } from "../port/evaluator.js";
import type { Output } from "./output.js";

type IncomingComm = Extract<ToEvaluator, { type: "comm" }>;
type Listener = (message: CommMessage) => unknown;
type OpenListener = (comm: Comm, message: CommMessage) => unknown;

/** Messages kept for a comm that has no listener yet. */
const MAX_KEPT = 1_000;

export interface CommRegistryOptions {
  output: Output;
  /** Shows an error of a listener in its cell. */
  failed(cell: CellId, error: unknown): void;
}

export class CommRegistry {
  readonly #options: CommRegistryOptions;
  readonly #targets = new Map<string, { cell: CellId; onOpen: OpenListener }>();
  readonly #open = new Map<string, OpenComm>();

  constructor(options: CommRegistryOptions) {
    this.#options = options;
  }

  /** The `comms` of one cell. */
  forCell(cell: CellId): Comms {
    return {
      register: (target, onOpen) => {
        checkTarget(target);
        if (typeof onOpen !== "function")
          throw new TypeError(
            `comms.register("${target}", …) needs a function to call, not ${typeof onOpen}`,
          );
        this.#targets.set(target, { cell, onOpen });
      },
      open: (target, data = {}, options = {}) => {
        checkTarget(target);
        const comm = this.#make(randomUUID(), target, cell);
        comm.post("open", data, options); // throws what cannot be sent: there is no such comm then
        this.#open.set(comm.id, comm);
        return comm;
      },
    };
  }

  /** Runs the handlers of a client's message, and says when they have run if the message asks for it. */
  receive(message: IncomingComm, buffers: Uint8Array[]): void {
    const { request } = message;
    if (request === undefined) {
      this.#handle(message, buffers);
      return;
    }
    const { output } = this.#options;
    let handled: Promise<void> = Promise.resolve();
    output.causedBy(request, () => {
      handled = this.#handle(message, buffers);
    });
    void handled.then(() => output.send({ type: "commHandled", request }));
  }

  async #handle(message: IncomingComm, buffers: Uint8Array[]): Promise<void> {
    if (message.event === "open") return this.#opened(message, buffers);
    const comm = this.#open.get(message.comm);
    if (message.event === "close") this.#open.delete(message.comm);
    return comm?.receive(message.event, toMessage(message, buffers));
  }

  async #opened(message: IncomingComm, buffers: Uint8Array[]): Promise<void> {
    const target = message.target ?? "";
    const registered = this.#targets.get(target);
    if (registered === undefined) {
      const cause = message.request === undefined ? {} : { cell: message.request };
      this.#options.output.send({ type: "comm", event: "close", comm: message.comm, data: {}, ...cause });
      return;
    }
    const comm = this.#make(message.comm, target, registered.cell);
    this.#open.set(comm.id, comm);
    const isTaken = await comm.run(() => registered.onOpen(comm, toMessage(message, buffers)));
    if (!isTaken) comm.close();
  }

  #make(id: string, target: string, cell: CellId): OpenComm {
    return new OpenComm(id, target, cell, this.#options, () => this.#open.delete(id));
  }
}

function checkTarget(target: unknown): void {
  if (typeof target !== "string" || target === "")
    throw new TypeError(`a comm needs the name of its target as text, not ${typeof target}`);
}

/** @throws TypeError for what is not binary */
function binary(buffer: unknown, index: number): Uint8Array {
  const bytes = bytesOf(buffer);
  if (bytes !== undefined) return bytes;
  throw new TypeError(`buffers[${index}] is a ${typeof buffer}; buffers are typed arrays or ArrayBuffers`);
}

function toMessage({ data, metadata }: IncomingComm, buffers: Uint8Array[]): CommMessage {
  const isRecord = typeof metadata === "object" && metadata !== null;
  return { content: { data }, metadata: isRecord ? { ...metadata } : {}, buffers };
}

class OpenComm implements Comm {
  readonly id: string;
  readonly target: string;
  readonly #cell: CellId;
  readonly #options: CommRegistryOptions;
  readonly #forget: () => void;
  readonly #onMessage: Listener[] = [];
  readonly #onClose: Listener[] = [];
  #kept: CommMessage[] = [];
  #closed = false;

  constructor(id: string, target: string, cell: CellId, options: CommRegistryOptions, forget: () => void) {
    this.id = id;
    this.target = target;
    this.#cell = cell;
    this.#options = options;
    this.#forget = forget;
  }

  send(data: unknown, options: CommSendOptions = {}): void {
    if (this.#closed) throw new Error(`the comm ${this.id} of target "${this.target}" is closed`);
    this.post("msg", data, options);
  }

  onMessage(listener: Listener): void {
    this.#onMessage.push(listener);
    const kept = this.#kept;
    this.#kept = [];
    for (const message of kept) void this.run(() => listener(message));
  }

  onClose(listener: Listener): void {
    this.#onClose.push(listener);
  }

  close(data: unknown = {}): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#forget();
    this.post("close", data, {});
  }

  post(event: "open" | "msg" | "close", data: unknown, { buffers = [], metadata }: CommSendOptions): void {
    const base = { type: "comm", event, comm: this.id, data: data ?? {}, cell: this.#cell } as const;
    const target = event === "open" ? { target: this.target } : {};
    this.#options.output.send({ ...base, ...target, ...(metadata && { metadata }) }, buffers.map(binary));
  }

  async receive(event: "msg" | "close", message: CommMessage): Promise<void> {
    if (event === "close") this.#closed = true;
    const listeners = event === "close" ? this.#onClose : this.#onMessage;
    if (event === "msg" && listeners.length === 0 && this.#kept.length < MAX_KEPT) this.#kept.push(message);
    await Promise.all(listeners.map((listener) => this.run(() => listener(message))));
  }

  /** Runs a listener to its end; what it throws is shown in the cell that made it. Resolves with whether it threw nothing. */
  async run(listener: () => unknown): Promise<boolean> {
    try {
      await listener();
      return true;
    } catch (error) {
      this.#options.failed(this.#cell, error);
      return false;
    }
  }
}
