import { connect, type Socket } from "node:net";
import { parallelizeNode } from "../operators/parallelize.js";
import type { Clock } from "../time/clock.js";
import { connectionProblem, Reconnection } from "./reconnection.js";
import { type BufferLimits, RecordBuffer } from "./record-buffer.js";
import type { Received, Source, SourceStatus } from "./source.js";

export interface RawSocketOptions {
  host: string;
  port: number;
  clock: Clock;
  /** Partitions of a batch. */
  tasks: number;
  limits?: BufferLimits;
  told?: (problem: string) => void;
}

const LENGTH_BYTES = 4;
/** A longer block is no block: the sender speaks something else. */
const MAX_BLOCK_BYTES = 256 << 20;

/** `rawSocketStream`: blocks of bytes from a TCP server, each after its length as four bytes, the highest first. A record per block. */
export class RawSocketSource implements Source {
  readonly #buffer: RecordBuffer;
  readonly #connection: Reconnection;
  #socket: Socket | undefined;
  /** What was received of a block that is not whole. */
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(private readonly options: RawSocketOptions) {
    this.#buffer = new RecordBuffer(options.limits);
    this.#connection = new Reconnection(options.clock, () => this.#connect(), options.told);
  }

  open(): void {
    this.#connection.open();
  }

  take(_timeMs: number, limit: number): Received {
    const blocks = this.#buffer.take(limit);
    return { rdd: parallelizeNode(blocks, this.options.tasks), records: blocks.length };
  }

  status(): SourceStatus {
    const { state, reason } = this.#connection;
    const what = `raw socket ${this.#where()}`;
    return {
      what,
      state,
      reason,
      records: this.#buffer.received,
      refused: 0,
      pending: this.#buffer.pending,
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
    this.#chunks = [];
    this.#length = 0;
    let problem = "the sender closed the connection";
    socket.on("connect", () => this.#connection.connected());
    socket.on("data", (chunk) => {
      const bad = this.#receive(chunk);
      if (bad !== undefined) {
        problem = bad;
        socket.destroy();
      } else if (this.#buffer.isFull) {
        socket.pause();
        this.#buffer.whenRoom(() => socket.resume());
      }
    });
    socket.on("error", (error) => {
      problem = connectionProblem(error, this.#where());
    });
    socket.on("close", () => this.#connection.lost(problem));
  }

  /** @returns what is wrong with the sender's blocks; undefined when nothing is */
  #receive(chunk: Buffer): string | undefined {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= LENGTH_BYTES) {
      const length = this.#peekLength();
      if (length > MAX_BLOCK_BYTES)
        return `${this.#where()}: a block of ${length} bytes was announced, and blocks are of at most ${MAX_BLOCK_BYTES}: the sender speaks another protocol`;
      if (this.#length < LENGTH_BYTES + length) return undefined;
      const all = Buffer.concat(this.#chunks);
      this.#buffer.push(Uint8Array.from(all.subarray(LENGTH_BYTES, LENGTH_BYTES + length)), length);
      this.#chunks = [all.subarray(LENGTH_BYTES + length)];
      this.#length = this.#chunks[0]?.length ?? 0;
    }
    return undefined;
  }

  #peekLength(): number {
    const [first] = this.#chunks;
    if (first !== undefined && first.length >= LENGTH_BYTES) return first.readUInt32BE(0);
    this.#chunks = [Buffer.concat(this.#chunks)];
    return (this.#chunks[0] as Buffer).readUInt32BE(0);
  }

  #where(): string {
    return `${this.options.host}:${this.options.port}`;
  }
}
