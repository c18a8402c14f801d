import { parallelizeNode } from "../operators/parallelize.js";
import { StreamError } from "../stream-error.js";
import { type BufferLimits, RecordBuffer } from "./record-buffer.js";
import type { Received, ReplayableSource, SourceStatus } from "./source.js";

/** Where the records of a receiver are kept for a later process, by their numbers from the first one ever, which is 0. */
export interface ReceivedLog {
  /** Number of the first record that is there, and of the one that is added next. */
  readonly first: number;
  readonly next: number;
  /** Records before this one were added by an earlier process, though they need not be there. */
  goOnAt(index: number): void;
  /** Resolves when the records are on the disk. @throws StreamError RT_CHECKPOINT_DISK */
  add(records: readonly unknown[]): Promise<void>;
  /** The records from one number up to another, without it. @throws StreamError RT_CHECKPOINT_READ */
  read(from: number, to: number): unknown[];
  /** Removes what is before this one, as far as it goes. */
  forget(before: number): void;
}

/** What a receiver of the program has sent to the engine: it is there before a run begins, and after one has ended. */
export class Inbox {
  readonly buffer: RecordBuffer;
  /** How the receiver is, as it says. */
  state: Pick<SourceStatus, "state" | "reason"> = { state: "waiting", reason: "not started" };
  /** Number of the next record that a batch takes, in the log; undefined before a batch of this process. */
  taken: number | undefined;
  #log: ReceivedLog | undefined;
  /** How many records in the buffer, from the first on, are in the log. */
  #logged = 0;
  #writing = new Set<Promise<void>>();

  constructor(limits?: BufferLimits) {
    this.buffer = new RecordBuffer(limits);
  }

  /**
   * Takes records in; with a log when they are written: before, they do not count as received.
   * @param bytes about what they take
   * @returns when they are taken in, and there is room for more. @throws StreamError RT_CHECKPOINT_DISK
   */
  async store(records: readonly unknown[], bytes: number): Promise<void> {
    if (this.#log !== undefined) await this.#write(this.#log, records, bytes);
    else this.#push(records, bytes);
    await new Promise<void>((resolve) => this.buffer.whenRoom(resolve));
  }

  /** Resolves when all that was sent so far is taken in, or refused. */
  async written(): Promise<void> {
    await Promise.allSettled(this.#writing);
  }

  /**
   * From now on records are written to this log. Those that wait are taken from it; others, which are in none, are added.
   * @param from number of the first that no batch has taken
   */
  keepIn(log: ReceivedLog, waiting: readonly unknown[]): void {
    const unlogged = this.buffer.take(Number.POSITIVE_INFINITY).slice(this.#logged);
    this.#log = log;
    this.#logged = 0;
    this.#push(waiting, waiting.length * RECORD_BYTES);
    this.#logged = waiting.length;
    if (unlogged.length > 0)
      void this.#write(log, unlogged, unlogged.length * RECORD_BYTES).catch(() => undefined); // the next record is refused for the same reason
  }

  /** The oldest records that are there, at most `limit`. */
  take(limit: number): unknown[] {
    const records = this.buffer.take(limit);
    this.#logged = Math.max(0, this.#logged - records.length);
    return records;
  }

  async #write(log: ReceivedLog, records: readonly unknown[], bytes: number): Promise<void> {
    const writing = log.add(records).then(() => {
      this.#push(records, bytes);
      this.#logged += records.length;
    });
    this.#writing.add(writing);
    try {
      await writing;
    } finally {
      this.#writing.delete(writing);
    }
  }

  #push(records: readonly unknown[], bytes: number): void {
    for (const record of records) this.buffer.push(record, bytes / records.length);
  }
}

/** Of records whose size nobody has looked at. */
const RECORD_BYTES = 64;

/** The records that a batch took: from the first number up to the second, without it. */
interface Range {
  from: number;
  to: number;
}

/** A stream whose records a receiver in the program stores. With a log, they outlive the process from when they are stored. */
export class ReceiverSource implements ReplayableSource {
  /** Number of the next record that a batch takes, in the log. */
  #taken: number;

  constructor(
    private readonly what: string,
    private readonly inbox: Inbox,
    private readonly tasks: number,
    private readonly log: ReceivedLog | undefined,
    /** Told of records of the log that are lost. Throws where no batch is to be run without them. */
    private readonly lost: (error: StreamError) => void,
  ) {
    this.#taken = inbox.taken ?? log?.first ?? 0;
  }

  /** The program starts the receiver. */
  open(): void {
    if (this.log === undefined) return;
    this.log.goOnAt(this.#taken);
    this.inbox.keepIn(this.log, this.#read(this.#taken, this.log.next));
  }

  take(_timeMs: number, limit: number): Received {
    const records = this.inbox.take(limit);
    const range: Range = { from: this.#taken, to: this.#taken + records.length };
    this.#taken = range.to;
    this.inbox.taken = range.to;
    const bytes = this.inbox.buffer.takenBytes;
    const received = { rdd: parallelizeNode(records, this.tasks), records: records.length, bytes };
    return this.log === undefined ? received : { ...received, range };
  }

  replay(range: unknown): Received {
    const { from, to } = range as Range;
    const records = this.#read(from, to);
    return { rdd: parallelizeNode(records, this.tasks), records: records.length, range };
  }

  position(): unknown {
    return this.log === undefined ? undefined : this.#taken;
  }

  resume(position: unknown): void {
    this.#taken = position as number;
  }

  released(oldest: unknown): void {
    this.log?.forget((oldest as Range).from);
  }

  status(): SourceStatus {
    const { received: records, pending } = this.inbox.buffer;
    return { what: this.what, ...this.inbox.state, records, refused: 0, pending };
  }

  close(): void {
    this.inbox.state = { state: "stopped", reason: "" };
  }

  #read(from: number, to: number): unknown[] {
    try {
      return this.log?.read(from, to) ?? [];
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      this.lost(error);
      return [];
    }
  }
}
