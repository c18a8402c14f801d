import { type BufferLimits, RecordBuffer } from "./record-buffer.js";
import type { Received, Source, SourceStatus } from "./source.js";
import { type TcpAddress, TcpClient } from "./tcp-client.js";

export interface RawSocketOptions extends TcpAddress {
  /** Partitions of a batch. */
  tasks: number;
  limits?: BufferLimits;
}

const LENGTH_BYTES = 4;
/** A longer block is no block: the sender speaks something else. */
const MAX_BLOCK_BYTES = 256 << 20;

/** `rawSocketStream`: blocks of bytes from a TCP server, each after its length as four bytes, the highest first. A record per block. */
export class RawSocketSource implements Source {
  readonly #buffer: RecordBuffer;
  readonly #client: TcpClient;
  /** What was received of a block that is not whole. */
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(private readonly options: RawSocketOptions) {
    this.#buffer = new RecordBuffer(options.limits);
    this.#client = new TcpClient(options, {
      begin: () => {
        this.#chunks = [];
        this.#length = 0;
      },
      receive: (bytes) => this.#receive(bytes),
    });
  }

  open(): void {
    this.#client.open();
  }

  take(_timeMs: number, limit: number): Received {
    return this.#buffer.give(limit, this.options.tasks);
  }

  status(): SourceStatus {
    return {
      what: `raw socket ${this.#client.where}`,
      ...this.#client.status,
      records: this.#buffer.received,
      refused: 0,
      pending: this.#buffer.pending,
    };
  }

  close(): void {
    this.#client.close();
  }

  /** @returns what is wrong with the sender's blocks; undefined when nothing is */
  #receive(chunk: Buffer): string | undefined {
    const bad = this.#cut(chunk);
    if (bad === undefined && this.#buffer.isFull) {
      this.#client.pause();
      this.#buffer.whenRoom(() => this.#client.resume());
    }
    return bad;
  }

  #cut(chunk: Buffer): string | undefined {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= LENGTH_BYTES) {
      const length = this.#peekLength();
      if (length > MAX_BLOCK_BYTES)
        return `${this.#client.where}: a block of ${length} bytes was announced, and blocks are of at most ${MAX_BLOCK_BYTES}: the sender speaks another protocol`;
      if (this.#length < LENGTH_BYTES + length) return undefined;
      // One chunk may hold thousands of blocks: it is not copied for each.
      const [first] = this.#chunks;
      const all = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
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
}
