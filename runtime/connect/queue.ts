import type { RddNode } from "../plan/rdd-node.js";
import type { Received, Source, SourceStatus } from "./source.js";

/** An item of a queue: an RDD of the queue's own, which may go with its batch, or null for a batch without RDD. */
export type QueueItem = RddNode | null;

/** `queueStream`: one queued RDD per batch, or with `oneAtATime` false all of them as one. */
export class QueueSource implements Source {
  #taken = 0;
  #closed = false;

  /** @param queue filled by others at any time; what this source has taken is no longer in it */
  constructor(
    private readonly queue: QueueItem[],
    private readonly oneAtATime: boolean,
    /** Of a batch for which there is nothing; undefined for a batch without RDD. */
    private readonly otherwise: () => RddNode | undefined,
    /** Several queued RDDs as one. */
    private readonly join: (rdds: readonly RddNode[]) => RddNode,
  ) {}

  open(): void {
    this.#closed = false;
  }

  take(): Received {
    const items = this.queue.splice(0, this.oneAtATime ? 1 : this.queue.length);
    this.#taken += items.length;
    if (items.length === 0) return this.#received(this.otherwise());
    const rdds = items.filter((item) => item !== null);
    return this.#received(rdds.length === 0 ? undefined : this.join(rdds));
  }

  status(): SourceStatus {
    const state = this.#closed ? "stopped" : "connected";
    return {
      what: "queue",
      state,
      reason: "",
      records: this.#taken + this.queue.length,
      refused: 0,
      pending: this.queue.length,
    };
  }

  close(): void {
    this.#closed = true;
  }

  #received(rdd: RddNode | undefined): Received {
    return { rdd, records: rdd === undefined ? 0 : knownRecords(rdd) };
  }
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
