import { parallelizeNode } from "../operators/parallelize.js";
import type { Received } from "./source.js";

/** How much may wait for a batch before a source stops reading. */
export interface BufferLimits {
  records: number;
  bytes: number;
}

const BUFFER_LIMITS: BufferLimits = { records: 1_000_000, bytes: 64 << 20 };

/** Records that were received and wait for a batch. It takes what it is given; whoever receives stops while it is full. */
export class RecordBuffer {
  #records: unknown[] = [];
  #bytes: number[] = [];
  #held = 0;
  #waiting: (() => void)[] = [];
  /** Records since the start, taken or not. */
  received = 0;
  /** About what those take that the last {@link take} gave. */
  takenBytes = 0;

  constructor(private readonly limits: BufferLimits = BUFFER_LIMITS) {}

  /** @param bytes about what the record takes */
  push(record: unknown, bytes: number): void {
    this.#records.push(record);
    this.#bytes.push(bytes);
    this.#held += bytes;
    this.received += 1;
  }

  /** The oldest records, at most `limit`. Whoever waits for room goes on when there is some. */
  take(limit: number): unknown[] {
    const taken = this.#records.splice(0, limit);
    this.takenBytes = this.#bytes.splice(0, taken.length).reduce((sum, bytes) => sum + bytes, 0);
    this.#held -= this.takenBytes;
    if (!this.isFull) for (const go of this.#waiting.splice(0)) go();
    return taken;
  }

  /** The same, as what a source gives to a batch. @param tasks at most so many partitions */
  give(limit: number, tasks: number): Received {
    const records = this.take(limit);
    return { rdd: parallelizeNode(records, tasks), records: records.length, bytes: this.takenBytes };
  }

  get pending(): number {
    return this.#records.length;
  }

  get isFull(): boolean {
    return this.#records.length >= this.limits.records || this.#held >= this.limits.bytes;
  }

  /** Calls `go` when there is room: now, or after the {@link take} that makes it. */
  whenRoom(go: () => void): void {
    if (this.isFull) this.#waiting.push(go);
    else go();
  }
}
