import { parallelizeNode } from "../operators/parallelize.js";
import type { Received, ReplayableSource, SourceStatus } from "./source.js";

export interface ReplayOptions {
  /** In the order in which they come. */
  rows: readonly unknown[];
  /** When each comes, in ms after the start; ascending. */
  atMs: ArrayLike<number>;
  batchMs: number;
  /** Partitions of a batch. */
  tasks: number;
}

interface Position {
  zeroMs: number;
  next: number;
}

/** `replay`: a data set that comes again in the order and at the pace of its own times. */
export class ReplaySource implements ReplayableSource {
  #position: Position | undefined;
  #closed = false;

  constructor(private readonly options: ReplayOptions) {}

  open(): void {
    this.#closed = false;
  }

  take(timeMs: number, limit: number): Received {
    const { atMs, batchMs } = this.options;
    this.#position ??= { zeroMs: timeMs - batchMs, next: 0 };
    const { zeroMs, next } = this.#position;
    const most = Math.min(atMs.length, next + limit);
    let until = next;
    while (until < most && (atMs[until] as number) <= timeMs - zeroMs) until += 1;
    this.#position = { zeroMs, next: until };
    return this.replay({ from: next, until });
  }

  replay(range: unknown): Received {
    const { from, until } = range as { from: number; until: number };
    const { rows, tasks } = this.options;
    return {
      rdd: parallelizeNode(rows.slice(from, until), tasks),
      records: until - from,
      range: { from, until },
    };
  }

  position(): unknown {
    return this.#position;
  }

  resume(position: unknown): void {
    this.#position = position as Position | undefined;
  }

  status(): SourceStatus {
    const { length } = this.options.rows;
    const records = this.#position?.next ?? 0;
    const state = this.#closed ? "stopped" : records === length ? "ended" : "connected";
    const reason = state === "ended" ? "all of it was given" : "";
    const what = `replay of ${length.toLocaleString("en-US")} records`;
    return { what, state, reason, records, refused: 0, pending: 0 };
  }

  close(): void {
    this.#closed = true;
  }
}
