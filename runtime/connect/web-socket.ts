import WebSocket from "ws";
import { connectionProblem } from "./connection-problem.js";
import { Reconnection } from "./reconnection.js";
import { RecordBuffer } from "./record-buffer.js";
import { shownUrl } from "./shown-url.js";
import type { Received, Source, SourceStatus } from "./source.js";
import type { HttpSourceOptions } from "./sse.js";

/** A server that says nothing for so long speaks something else. */
const HANDSHAKE_MS = 10_000;

export interface WebSocketOptions extends HttpSourceOptions {
  protocols: string[];
  /** Sent after each time it connected: what subscribes to something. */
  greeting: string | undefined;
}

/**
 * `webSocketStream`: the messages of a WebSocket server, a record per message: text as strings, binary ones as bytes. Node 20
 * has no client of its own, and browsers' cannot stop reading while the buffer is full, which the package `ws` can.
 */
export class WebSocketSource implements Source {
  readonly #buffer: RecordBuffer;
  readonly #connection: Reconnection;
  readonly #where: string;
  #socket: WebSocket | undefined;

  constructor(private readonly options: WebSocketOptions) {
    this.#buffer = new RecordBuffer(options.limits);
    this.#where = shownUrl(options.url);
    this.#connection = new Reconnection({ ...options, where: this.#where, connect: () => this.#connect() });
  }

  open(): void {
    this.#connection.open();
  }

  take(_timeMs: number, limit: number): Received {
    return this.#buffer.give(limit, this.options.tasks);
  }

  status(): SourceStatus {
    const { state, reason } = this.#connection;
    const { received: records, pending } = this.#buffer;
    return { what: `WebSocket ${this.#where}`, state, reason, records, refused: 0, pending };
  }

  close(): void {
    this.#connection.close();
    this.#socket?.removeAllListeners("close");
    this.#socket?.terminate();
  }

  #connect(): void {
    const { greeting } = this.options;
    const socket = this.#client();
    if (socket === undefined) return;
    this.#socket = socket;
    let problem: string | undefined;
    socket.on("open", () => {
      this.#connection.connected();
      if (greeting !== undefined) socket.send(greeting);
    });
    socket.on("message", (message: Buffer, isBinary: boolean) => {
      this.#connection.received();
      this.#buffer.push(isBinary ? Uint8Array.from(message) : message.toString("utf8"), message.length);
      if (!this.#buffer.isFull || socket.isPaused) return;
      socket.pause();
      this.#buffer.whenRoom(() => socket.resume());
    });
    socket.on("error", (error) => {
      problem = this.#problem(error);
    });
    socket.on("close", (code, reason) => this.#connection.lost(problem ?? closedWith(code, String(reason))));
  }

  /** @returns undefined where the options are none for a WebSocket, which the connection then says */
  #client(): WebSocket | undefined {
    const { url, protocols, headers } = this.options;
    try {
      // A part of a page is nothing to a server, and `ws` refuses it.
      return new WebSocket(url.replace(/#.*$/s, ""), protocols, { headers, handshakeTimeout: HANDSHAKE_MS });
    } catch (error) {
      this.#connection.lost(this.#problem(error));
      return undefined;
    }
  }

  #problem(error: unknown): string {
    const status = /^Unexpected server response: (\d+)$/.exec((error as Error).message)?.[1];
    return status === undefined
      ? connectionProblem(error, this.#where)
      : `${this.#where}: the server answered ${status}: it opens no WebSocket there`;
  }
}

/** How a server ended a connection, with its own reason where it gives one (RFC 6455, section 7.4). */
function closedWith(code: number, reason: string): string {
  const said = [...(NOT_SENT.has(code) ? [] : [code]), ...(reason === "" ? [] : [reason])].join(": ");
  return `the server closed the connection${said === "" ? "" : ` (${said})`}`;
}

/** Codes that stand for none, and for a connection that broke. */
const NOT_SENT: ReadonlySet<number> = new Set([1005, 1006]);
