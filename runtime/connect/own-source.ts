import type { PortableFunction } from "../closure/portable-function.js";
import { readRangesNode } from "../operators/read-ranges.js";
import { short } from "../rows/short-text.js";
import { StreamError } from "../stream-error.js";
import type { Received, ReplayableSource, SourceStatus } from "./source.js";

/** What a source of one's own is given when it is opened. */
export interface SourceStart<P> {
  /** Where an earlier process ended whose checkpoint this run goes on with; undefined at the first start. */
  position: P | undefined;
  batchMs: number;
  /** Tasks that run at a time: a source that can be cut gives as many ranges. */
  tasks: number;
  /** Tells people, and who listens, of a problem of the source. The stream goes on. */
  told(problem: string): void;
}

/** What a source of one's own gives to a batch. */
export interface Taken<R, P> {
  /** What the batch consists of, one task for each, as plain data: small where it names what is to be read, and the rows themselves where they cannot be read again. */
  ranges: R[];
  /** How many records that is, as far as it is known. */
  records: number;
  /** Where the next batch goes on, as plain data. */
  position: P;
}

/** A source while its stream runs, in the engine's thread: nothing it does may block. */
export interface OpenSource<R, P> {
  /** What arrived since the last call, at most about `limit` records. Never waits; nothing is a normal answer. */
  take(timeMs: number, limit: number): Taken<R, P>;
  /** The batch that was given this position is done, with its outputs: nobody will ask for it again. */
  committed?(position: P): unknown;
  status?(): Partial<Pick<SourceStatus, "state" | "reason" | "pending" | "refused">>;
  close?(): unknown;
}

/**
 * A source of one's own. `open` runs in the engine's thread and `read` in the task threads: both are functions that travel, as
 * those of `map` do, and do not use `this`. What `take` gave is written before the batch runs: run again, by a later process
 * too, it reads the same ranges.
 */
export interface OwnSource<T, R, P = unknown> {
  /** For people: "lines of the journal". */
  what: string;
  open(start: SourceStart<P>): OpenSource<R, P>;
  /** The rows of a range: any iterable, or with an async function an async one or a promise of either. */
  read(range: R): Iterable<T> | AsyncIterable<T> | Promise<Iterable<T>>;
}

export interface OwnSourceOptions extends Omit<SourceStart<unknown>, "position"> {
  what: string;
  open(start: SourceStart<unknown>): OpenSource<unknown, unknown>;
  read: PortableFunction;
}

interface Range {
  ranges: unknown[];
  position: unknown;
  records: number;
}

/** `fromSource`: a source of the program's own, behind the contract of all sources. */
export class OwnSourceAdapter implements ReplayableSource {
  #open: OpenSource<unknown, unknown> | undefined;
  #position: unknown;
  #records = 0;
  #closed = false;
  /** Why it is not open: told by the first batch, which it ends. */
  #failure: StreamError | undefined;

  constructor(private readonly options: OwnSourceOptions) {}

  open(): void {
    const { open, batchMs, tasks, told } = this.options;
    try {
      this.#open = open({ position: this.#position, batchMs, tasks, told });
    } catch (error) {
      this.#failure = new StreamError(
        "RT_SOURCE",
        `\`open\` of the source ${this.options.what} threw: ${String(error)}`,
        { cause: error },
      );
    }
  }

  take(timeMs: number, limit: number): Received {
    if (this.#failure !== undefined) throw this.#failure;
    const taken = this.#open?.take(timeMs, limit);
    if (taken === undefined) return this.replay({ ranges: [], position: this.#position, records: 0 });
    if (!Array.isArray(taken.ranges) || !("position" in taken)) {
      throw new StreamError(
        "RT_SOURCE",
        `\`take\` of the source ${this.options.what} gives { ranges, records, position }, not ${short(taken)}`,
      );
    }
    const { ranges, position, records } = taken;
    this.#position = position;
    this.#records += records;
    return this.replay({ ranges, position, records });
  }

  replay(range: unknown): Received {
    const { ranges, records } = range as Range;
    return { rdd: readRangesNode(ranges, this.options.read), records, range };
  }

  committed(range: unknown): void {
    this.#guarded("committed", () => this.#open?.committed?.((range as Range).position));
  }

  position(): unknown {
    return this.#position;
  }

  resume(position: unknown): void {
    this.#position = position;
  }

  status(): SourceStatus {
    const own = this.#ownStatus();
    const state = this.#closed ? "stopped" : "connected";
    const { what } = this.options;
    return {
      what,
      reason: "",
      records: this.#records,
      refused: 0,
      pending: 0,
      ...own,
      state: own.state ?? state,
    };
  }

  close(): void {
    this.#closed = true;
    this.#guarded("close", () => this.#open?.close?.());
  }

  #ownStatus(): ReturnType<NonNullable<OpenSource<unknown, unknown>["status"]>> {
    try {
      return this.#open?.status?.() ?? {};
    } catch (error) {
      return { state: "retrying", reason: `\`status\` of it threw: ${String(error)}` };
    }
  }

  /** What throws there, or is rejected later, is told: the batches it is of are done. */
  #guarded(what: string, work: () => unknown): void {
    const failed = (error: unknown) => this.options.told(`\`${what}\` of it failed: ${String(error)}`);
    try {
      Promise.resolve(work()).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
