import { connect, type Socket } from "node:net";
import { linesNode } from "../operators/lines.js";
import type { Clock } from "../time/clock.js";
import { LineBuffer } from "./line-buffer.js";
import { connectionProblem, Reconnection } from "./reconnection.js";
import type { Received, Source, SourceStatus } from "./source.js";

export interface SocketTextOptions {
  host: string;
  port: number;
  /** For the waits between attempts. */
  clock: Clock;
  /** At most this many tasks read one batch. */
  tasks: number;
  /** A longer line is cut off there, in bytes; default 16 MiB. */
  maxLineBytes?: number;
  /** With this much waiting for a batch the socket is read no further: TCP makes the sender wait. Default 256 MiB. */
  maxBufferBytes?: number;
  /** Called with each problem of the connection. */
  told?: (problem: string) => void;
}

const BLOCK_BYTES = 1 << 20;
const MAX_LINE_BYTES = 16 << 20;
const MAX_BUFFER_BYTES = 256 << 20;

/**
 * `socketTextStream`: a TCP client that receives UTF-8 text, a record per line. It connects again, with growing waits,
 * when it is refused or cut off, and shows what it waits for.
 */
export class SocketTextSource implements Source {
  readonly #lines: LineBuffer;
  readonly #connection: Reconnection;
  readonly #maxLineBytes: number;
  readonly #maxBufferBytes: number;
  #socket: Socket | undefined;
  #records = 0;

  constructor(private readonly options: SocketTextOptions) {
    this.#maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES;
    this.#maxBufferBytes = options.maxBufferBytes ?? MAX_BUFFER_BYTES;
    this.#lines = new LineBuffer({ blockBytes: BLOCK_BYTES, maxLineBytes: this.#maxLineBytes });
    this.#connection = new Reconnection(options.clock, () => this.#connect(), options.told);
  }

  open(): void {
    this.#connection.open();
  }

  take(_timeMs: number, limit: number): Received {
    const blocks = this.#lines.take(limit);
    if (this.#lines.pendingBytes <= this.#maxBufferBytes) this.#socket?.resume();
    const records = blocks.reduce((sum, block) => sum + block.records, 0);
    return { rdd: linesNode(blocks, this.options.tasks), records };
  }

  status(): SourceStatus {
    const { state, reason } = this.#connection;
    return {
      what: `socket ${this.options.host}:${this.options.port}`,
      state,
      reason: [reason, this.#cutText()].filter((part) => part !== "").join("; "),
      records: this.#records,
      refused: this.#lines.cutLines,
      pending: this.#lines.pendingLines,
    };
  }

  close(): void {
    this.#connection.close();
    this.#socket?.removeAllListeners("close");
    this.#socket?.destroy();
  }

  #connect(): void {
    const { host, port } = this.options;
    const socket = connect({ host, port });
    this.#socket = socket;
    let problem = "the sender closed the connection";
    socket.on("connect", () => this.#connection.connected());
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("error", (error) => {
      problem = connectionProblem(error, `${host}:${port}`);
    });
    socket.on("close", () => {
      this.#count(() => this.#lines.finishLine());
      this.#connection.lost(problem);
    });
  }

  #receive(chunk: Uint8Array): void {
    this.#count(() => this.#lines.push(chunk));
    if (this.#lines.pendingBytes > this.#maxBufferBytes) this.#socket?.pause();
  }

  /** Adds the lines that `receive` completes. */
  #count(receive: () => void): void {
    const before = this.#lines.pendingLines;
    receive();
    this.#records += this.#lines.pendingLines - before;
  }

  #cutText(): string {
    const lines = this.#lines.cutLines;
    if (lines === 0) return "";
    const were = lines === 1 ? "1 line was" : `${lines.toLocaleString("en-US")} lines were`;
    return `${were} longer than ${bytesText(this.#maxLineBytes)} and cut off there`;
  }
}

function bytesText(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return Number.isInteger(mebibytes) ? `${mebibytes} MiB` : `${bytes.toLocaleString("en-US")} bytes`;
}
