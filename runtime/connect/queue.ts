import type { RddNode } from "../plan/rdd-node.js";
import { ItemLost, type QueueLog } from "./queue-log.js";
import type { Received, ReplayableSource, SourceStatus } from "./source.js";

/** An item of a queue: an RDD of the queue's own, which may go with its batch, or null for a batch without RDD. */
export type QueueItem = RddNode | null;

export interface QueueOptions {
  /** Filled by others at any time; what the source has taken is no longer in it. */
  queue: QueueItem[];
  oneAtATime: boolean;
  /** Of a batch for which there is nothing; undefined for a batch without RDD. */
  otherwise(): RddNode | undefined;
  /** Several queued RDDs as one. */
  join(rdds: readonly RddNode[]): RddNode;
  /** Where the items are kept for a later process. */
  log?: QueueLog | undefined;
  /** Told of an item of the log that is lost. Throws where no batch is to be run without it. */
  lost(error: ItemLost): void;
}

/** The items that a batch took: from the first number up to the second, without it. */
interface Range {
  from: number;
  to: number;
}

/**
 * `queueStream`: one queued RDD per batch, or with `oneAtATime` false all of them as one. With a log, items outlive the process
 * from the first batch on that sees them; they are numbered from the first one ever.
 */
export class QueueSource implements ReplayableSource {
  /** Number of the next item that a batch takes. */
  #taken = 0;
  /** Items that are in the log. */
  #logged: { item: QueueItem; canBeRead: boolean }[] = [];
  #closed = false;

  constructor(private readonly options: QueueOptions) {}

  open(): void {
    this.#closed = false;
  }

  take(): Received {
    const { queue, oneAtATime, log } = this.options;
    if (log !== undefined)
      for (const item of queue.splice(0)) this.#logged.push({ item, canBeRead: log.add(item) });
    const waiting = log === undefined ? queue : this.#logged;
    const range = { from: this.#taken, to: this.#taken + (oneAtATime ? 1 : waiting.length) };
    const logged = this.#logged.splice(0, range.to - range.from);
    const items = log === undefined ? queue.splice(0, range.to - range.from) : logged.map(({ item }) => item);
    this.#taken += items.length;
    const received = this.#received(items);
    if (log === undefined || logged.some(({ canBeRead }) => !canBeRead)) return received;
    return { ...received, range: { from: range.from, to: this.#taken } };
  }

  replay(range: unknown): Received {
    const { from, to } = range as Range;
    const items: QueueItem[] = [];
    for (let index = from; index < to; index++) {
      const item = this.#unlessLost(() => this.options.log?.written(index));
      if (item !== undefined) items.push(item);
    }
    return { ...this.#received(items), range };
  }

  position(): unknown {
    return this.#taken;
  }

  resume(position: unknown): void {
    this.#taken = position as number;
    const { log } = this.options;
    log?.goOnAt(this.#taken);
    for (let index = this.#taken; index < (log?.next ?? 0); index++) {
      const item = this.#unlessLost(() => log?.read(index));
      if (item !== undefined) this.#logged.push({ item, canBeRead: true });
    }
  }

  released(oldest: unknown): void {
    this.options.log?.forget((oldest as Range).from);
  }

  status(): SourceStatus {
    const state = this.#closed ? "stopped" : "connected";
    const pending = this.options.queue.length + this.#logged.length;
    return {
      what: "queue",
      state,
      reason: "",
      records: this.#taken + pending,
      refused: 0,
      pending,
    };
  }

  close(): void {
    this.#closed = true;
  }

  #unlessLost<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ItemLost)) throw error;
      this.options.lost(error);
      return undefined;
    }
  }

  #received(items: readonly QueueItem[]): Received {
    const { otherwise, join } = this.options;
    if (items.length === 0) return received(otherwise());
    const rdds = items.filter((item) => item !== null);
    return received(rdds.length === 0 ? undefined : join(rdds));
  }
}

function received(rdd: RddNode | undefined): Received {
  return { rdd, records: rdd === undefined ? 0 : knownRecords(rdd) };
}

/** Records of an RDD that holds its rows; what is yet to be computed counts as 0. */
function knownRecords(rdd: RddNode): number {
  if (rdd.op === "union") return rdd.parents.reduce((sum, parent) => sum + knownRecords(parent), 0);
  if (rdd.op === "lines") {
    const partitions = rdd.params as { records: number }[][];
    return partitions.flat().reduce((sum, block) => sum + block.records, 0);
  }
  if (rdd.op !== "parallelize") return 0;
  return (rdd.params as ArrayLike<unknown>[]).reduce((sum, slice) => sum + slice.length, 0);
}
