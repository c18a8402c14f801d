import { linesNode } from "../operators/lines.js";
import { LineBuffer } from "./line-buffer.js";
import type { Received, Source, SourceStatus } from "./source.js";
import { type TcpAddress, TcpClient } from "./tcp-client.js";

export interface SocketTextOptions extends TcpAddress {
  /** At most this many tasks read one batch. */
  tasks: number;
  /** A longer line is cut off there, in bytes; default 16 MiB. */
  maxLineBytes?: number;
  /** With this much waiting for a batch the socket is read no further: TCP makes the sender wait. Default 256 MiB. */
  maxBufferBytes?: number;
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
  readonly #client: TcpClient;
  readonly #maxLineBytes: number;
  readonly #maxBufferBytes: number;
  #records = 0;

  constructor(private readonly options: SocketTextOptions) {
    this.#maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES;
    this.#maxBufferBytes = options.maxBufferBytes ?? MAX_BUFFER_BYTES;
    this.#lines = new LineBuffer({ blockBytes: BLOCK_BYTES, maxLineBytes: this.#maxLineBytes });
    this.#client = new TcpClient(options, {
      receive: (bytes) => this.#receive(bytes),
      end: () => this.#count(() => this.#lines.finishLine()),
    });
  }

  open(): void {
    this.#client.open();
  }

  take(_timeMs: number, limit: number): Received {
    const blocks = this.#lines.take(limit);
    if (this.#lines.pendingBytes <= this.#maxBufferBytes) this.#client.resume();
    const records = blocks.reduce((sum, block) => sum + block.records, 0);
    const bytes = blocks.reduce((sum, { start, end }) => sum + end - start, 0);
    return { rdd: linesNode(blocks, this.options.tasks), records, bytes };
  }

  status(): SourceStatus {
    const { state, reason } = this.#client.status;
    return {
      what: `socket ${this.#client.where}`,
      state,
      reason: [reason, this.#cutText()].filter((part) => part !== "").join("; "),
      records: this.#records,
      refused: this.#lines.cutLines,
      pending: this.#lines.pendingLines,
    };
  }

  close(): void {
    this.#client.close();
  }

  #receive(chunk: Uint8Array): undefined {
    this.#count(() => this.#lines.push(chunk));
    if (this.#lines.pendingBytes > this.#maxBufferBytes) this.#client.pause();
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
