import { connect, type Socket } from "node:net";
import { linesNode } from "../operators/lines.js";
import type { Clock } from "../time/clock.js";
import { LineBuffer } from "./line-buffer.js";
import type { Received, Source, SourceStatus } from "./source.js";

export interface SocketTextOptions {
  host: string;
  port: number;
  /** For the waits between attempts. */
  clock: Clock;
  /** At most this many tasks read one batch. */
  tasks: number;
}

const BLOCK_BYTES = 1 << 20;
const MAX_LINE_BYTES = 16 << 20;
/** With this much waiting for a batch the socket is read no further: TCP makes the sender wait. */
const HIGH_WATER_BYTES = 256 << 20;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;

/**
 * `socketTextStream`: a TCP client that receives UTF-8 text, a record per line. It connects again, with growing waits,
 * when it is refused or cut off, and shows what it waits for.
 */
export class SocketTextSource implements Source {
  readonly #lines = new LineBuffer({ blockBytes: BLOCK_BYTES, maxLineBytes: MAX_LINE_BYTES });
  #socket: Socket | undefined;
  #state: SourceStatus["state"] = "waiting";
  #reason = "not started";
  #records = 0;
  #retryMs = FIRST_RETRY_MS;
  #cancelRetry: (() => void) | undefined;

  constructor(private readonly options: SocketTextOptions) {}

  open(): void {
    this.#state = "waiting";
    this.#reason = "connecting";
    const socket = connect({ host: this.options.host, port: this.options.port });
    this.#socket = socket;
    let problem = "the sender closed the connection";
    socket.on("connect", () => this.#connected());
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("error", (error) => {
      problem = describe(error, this.options);
    });
    socket.on("close", () => this.#retry(problem));
  }

  take(): Received {
    const blocks = this.#lines.take();
    this.#socket?.resume();
    const records = blocks.reduce((sum, block) => sum + block.records, 0);
    return { rdd: linesNode(blocks, this.options.tasks), records };
  }

  status(): SourceStatus {
    const pending = this.#lines.pendingLines;
    const what = `socket ${this.options.host}:${this.options.port}`;
    const reason = [this.#reason, cutText(this.#lines.cutLines)].filter((part) => part !== "").join("; ");
    return { what, state: this.#state, reason, records: this.#records, pending };
  }

  close(): void {
    this.#cancelRetry?.();
    this.#socket?.removeAllListeners("close");
    this.#socket?.destroy();
    this.#state = "stopped";
    this.#reason = "";
  }

  #connected(): void {
    this.#state = "connected";
    this.#reason = "";
    this.#retryMs = FIRST_RETRY_MS;
  }

  #receive(chunk: Uint8Array): void {
    this.#count(() => this.#lines.push(chunk));
    if (this.#lines.pendingBytes > HIGH_WATER_BYTES) this.#socket?.pause();
  }

  /** Adds the lines that `receive` completes. */
  #count(receive: () => void): void {
    const before = this.#lines.pendingLines;
    receive();
    this.#records += this.#lines.pendingLines - before;
  }

  #retry(problem: string): void {
    this.#count(() => this.#lines.finishLine());
    const waitMs = this.#retryMs;
    this.#retryMs = Math.min(waitMs * 2, LAST_RETRY_MS);
    this.#state = "retrying";
    this.#reason = `${problem}; next attempt ${waitMs / 1000} s later`;
    this.#cancelRetry = this.options.clock.at(this.options.clock.now() + waitMs, () => this.open());
  }
}

function cutText(lines: number): string {
  if (lines === 0) return "";
  const were = lines === 1 ? "1 line was" : `${lines.toLocaleString("en-US")} lines were`;
  return `${were} longer than ${MAX_LINE_BYTES >> 20} MiB and cut off there`;
}

const CAUSES: Record<string, string> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "the host name is unknown",
  ETIMEDOUT: "the host does not answer",
  ECONNRESET: "the sender reset the connection",
};

function describe(error: NodeJS.ErrnoException, { host, port }: SocketTextOptions): string {
  // A name with several addresses fails with all their errors at once; the first one tells.
  const first = error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException) : error;
  const code = first.code ?? first.name;
  return `${host}:${port}: ${CAUSES[code] ?? first.message} (${code})`;
}
