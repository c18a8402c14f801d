import WebSocket from "ws";
import { parallelizeNode } from "../operators/parallelize.js";
import { connectionProblem, Reconnection } from "./reconnection.js";
import { RecordBuffer } from "./record-buffer.js";
import type { Received, Source, SourceStatus } from "./source.js";
import type { HttpSourceOptions } from "./sse.js";

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
  #socket: WebSocket | undefined;

  constructor(private readonly options: WebSocketOptions) {
    this.#buffer = new RecordBuffer(options.limits);
    this.#connection = new Reconnection(options.clock, () => this.#connect(), options.told);
  }

  open(): void {
    this.#connection.open();
  }

  take(_timeMs: number, limit: number): Received {
    const messages = this.#buffer.take(limit);
    return { rdd: parallelizeNode(messages, this.options.tasks), records: messages.length };
  }

  status(): SourceStatus {
    const { state, reason } = this.#connection;
    const { received: records, pending } = this.#buffer;
    return { what: `WebSocket ${this.options.url}`, state, reason, records, refused: 0, pending };
  }

  close(): void {
    this.#connection.close();
    this.#socket?.removeAllListeners("close");
    this.#socket?.terminate();
  }

  #connect(): void {
    const { url, protocols, headers, greeting } = this.options;
    const socket = new WebSocket(url, protocols, { headers });
    this.#socket = socket;
    let problem = "the server closed the connection";
    socket.on("open", () => {
      this.#connection.connected();
      if (greeting !== undefined) socket.send(greeting);
    });
    socket.on("message", (message: Buffer, isBinary: boolean) => {
      this.#buffer.push(isBinary ? Uint8Array.from(message) : message.toString("utf8"), message.length);
      if (!this.#buffer.isFull || socket.isPaused) return;
      socket.pause();
      this.#buffer.whenRoom(() => socket.resume());
    });
    socket.on("error", (error) => {
      problem = connectionProblem(error, url);
    });
    socket.on("close", () => this.#connection.lost(problem));
  }
}
