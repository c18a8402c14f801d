import { rateRows } from "../operators/rate.js";
import type { Received, ReplayableSource, SourceStatus } from "./source.js";

export interface RateOptions {
  rowsPerSecond: number;
  batchMs: number;
  /** Partitions of a batch. */
  tasks: number;
}

interface Position {
  zeroMs: number;
  next: number;
}

/**
 * `rateStream`: synthetic rows { timestamp, value }, so many a second of the context's time: value counts from 0, and
 * timestamp is when it would have come, in ms. They are made in the tasks.
 */
export class RateSource implements ReplayableSource {
  #position: Position | undefined;
  #closed = false;

  constructor(private readonly options: RateOptions) {}

  open(): void {
    this.#closed = false;
  }

  take(timeMs: number, limit: number): Received {
    const { batchMs, rowsPerSecond } = this.options;
    this.#position ??= { zeroMs: timeMs - batchMs, next: 0 };
    const { zeroMs, next } = this.#position;
    const due = Math.floor(((timeMs - zeroMs) * rowsPerSecond) / 1000);
    const until = Math.min(due, next + limit);
    this.#position = { zeroMs, next: until };
    return this.replay({ zeroMs, from: next, until });
  }

  replay(range: unknown): Received {
    const { zeroMs, from, until } = range as { zeroMs: number; from: number; until: number };
    const { rowsPerSecond, tasks } = this.options;
    return {
      rdd: rateRows({ from, until, zeroMs, rowsPerSecond }, tasks),
      records: until - from,
      range: { zeroMs, from, until },
    };
  }

  position(): unknown {
    return this.#position;
  }

  resume(position: unknown): void {
    this.#position = position as Position | undefined;
  }

  status(): SourceStatus {
    const { rowsPerSecond } = this.options;
    return {
      what: `synthetic rows, ${rowsPerSecond.toLocaleString("en-US")} a second`,
      state: this.#closed ? "stopped" : "connected",
      reason: "",
      records: this.#position?.next ?? 0,
      refused: 0,
      pending: 0,
    };
  }

  close(): void {
    this.#closed = true;
  }
}
