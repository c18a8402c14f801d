import { lineage, type RddNode } from "../plan/rdd-node.js";
import { WorkerLost } from "../pool/worker-loss.js";
import type { WorkerPool } from "../pool/worker-pool.js";
import type { Persisted } from "./persisted.js";

/** A shuffle that was written: its buckets, or what was merged from them, lie with the workers. */
export interface Written {
  shuffle: number;
  partitions: number;
  /** How many workers had been lost when it was written: a later loss takes a part of it away. */
  losses: number;
}

/** A shuffle whose RDD is yet to move its state. */
interface Begun {
  shuffle: Written;
  sent: Promise<void>;
}

/**
 * What the workers hold for RDDs: shuffles that were written, and kept rows. Kept so that a second job on the same RDD
 * computes nothing again, and let go when nobody can ask any more, but never under a job that is running.
 */
export class Held {
  /** RDDs that were forgotten are read by no job any more. */
  onFree: (ids: readonly string[]) => void = () => undefined;
  readonly #shuffles = new Map<string, Promise<Written>>();
  /** Those of {@link #shuffles} that are written ahead, and that nobody has asked for. */
  readonly #unasked = new Set<string>();
  /** Shuffles of RDDs that move a state, with what was sent ahead of the move. */
  readonly #begun = new Map<string, Begun>();
  /** Running jobs that read from an RDD, by its id. */
  readonly #pins = new Map<string, number>();
  readonly #forgotten = new Set<string>();
  /** What is to be done when the last job that reads from an RDD is over, by its id. */
  readonly #unread = new Map<string, (() => void)[]>();
  /** Shuffles struck off while jobs may still read parts of them, by the id of their RDD. */
  readonly #struckOff = new Map<string, number[]>();
  #losses = 0;
  #lastLost = 0;
  #shuffleCount = 0;

  constructor(
    private readonly pool: WorkerPool,
    private readonly persisted: Persisted,
  ) {}

  /**
   * The shuffle of an RDD, written by `write` when it is not there yet. A failed one is written anew by the next job; one that was
   * written ahead first tells the job that asks for it why it failed.
   * @param write takes what was sent by {@link begin}, if it was
   * @param isAhead whether it is written before anyone asks for it
   */
  shuffle(
    node: RddNode,
    write: (shuffle: Written, sent: Promise<void> | undefined) => Promise<void>,
    isAhead = false,
  ): Promise<Written> {
    const there = this.#shuffles.get(node.id);
    if (there !== undefined) {
      if (!isAhead && this.#unasked.delete(node.id)) this.#forgetFailed(node.id, there);
      return there;
    }
    const { shuffle, sent } = this.#begun.get(node.id) ?? {
      shuffle: this.#newShuffle(node),
      sent: undefined,
    };
    this.#begun.delete(node.id);
    const written = write(shuffle, sent).then(() => shuffle);
    this.#shuffles.set(node.id, written);
    if (isAhead) this.#unasked.add(node.id);
    else this.#forgetFailed(node.id, written);
    written.catch(() => this.#strikeOff(node.id, shuffle.shuffle));
    return written;
  }

  /** Has sent what an RDD that moves a state is made of: {@link shuffle} goes on from there, also where it failed. */
  async begin(node: RddNode, send: (shuffle: Written) => Promise<void>): Promise<void> {
    if (this.#shuffles.has(node.id) || this.#begun.has(node.id)) return;
    const shuffle = this.#newShuffle(node);
    const sent = send(shuffle);
    this.#begun.set(node.id, { shuffle, sent });
    await sent;
  }

  /** @throws WorkerLost when a part of it went with a worker: reading on would lose rows silently */
  checkWhole(written: Written): void {
    if (written.losses !== this.#losses) {
      throw new WorkerLost(
        this.#lastLost,
        { reason: "it held a part of the shuffle", outOfMemory: false },
        false,
      );
    }
  }

  /** Whether the shuffle of an RDD is written, or being written. */
  hasShuffle(node: RddNode): boolean {
    return this.#shuffles.has(node.id);
  }

  /** Nothing of this RDD's lineage is let go until the returned function is called. */
  pin(node: RddNode): () => void {
    const ids = lineage(node);
    for (const id of ids) this.#pins.set(id, (this.#pins.get(id) ?? 0) + 1);
    return () => this.#unpin(ids);
  }

  /** Whether an RDD was forgotten while jobs read from it. */
  isForgotten(id: string): boolean {
    return this.#forgotten.has(id);
  }

  /** Calls `then` when no running job reads from this RDD: now, or when the last of them is over. */
  whenUnread(id: string, then: () => void): void {
    if (this.#pins.has(id)) this.#unread.set(id, [...(this.#unread.get(id) ?? []), then]);
    else then();
  }

  /** Lets go of the shuffle of an RDD that nobody reads. */
  dropShuffle(id: string): void {
    void this.#shuffles.get(id)?.then(
      ({ shuffle }) => this.pool.release({ shuffles: [shuffle] }),
      () => undefined, // struck off as one that failed
    );
    this.#shuffles.delete(id);
    this.#unasked.delete(id);
    const begun = this.#begun.get(id);
    if (begun !== undefined) this.pool.release({ shuffles: [begun.shuffle.shuffle] });
    this.#begun.delete(id);
  }

  /** Lets go of all that is held for these RDDs, now or when the jobs that read from them are done. */
  forget(ids: Iterable<string>): void {
    const free: string[] = [];
    for (const id of ids) {
      if (this.#pins.has(id)) this.#forgotten.add(id);
      else free.push(id);
    }
    this.#release(free);
  }

  /** What only the lost worker held is computed again when it is asked for. */
  workerLost(worker: number): void {
    this.#losses += 1;
    this.#lastLost = worker;
    for (const [id, written] of this.#shuffles) {
      void written.then(
        ({ shuffle }) => this.#strikeOff(id, shuffle),
        () => undefined, // struck off as one that failed
      );
    }
    this.#shuffles.clear();
    this.#unasked.clear();
    for (const [id, { shuffle, sent }] of this.#begun) {
      const over = () => this.#strikeOff(id, shuffle.shuffle);
      void sent.then(over, over);
    }
    this.#begun.clear();
    this.persisted.workerLost(worker);
  }

  #newShuffle({ partitions }: RddNode): Written {
    this.#shuffleCount += 1;
    return { shuffle: this.#shuffleCount, partitions, losses: this.#losses };
  }

  #forgetFailed(id: string, written: Promise<Written>): void {
    written.catch(() => {
      if (this.#shuffles.get(id) === written) this.#shuffles.delete(id);
    });
  }

  #unpin(ids: readonly string[]): void {
    const free: string[] = [];
    for (const id of ids) {
      const pins = (this.#pins.get(id) ?? 1) - 1;
      if (pins > 0) this.#pins.set(id, pins);
      else {
        this.#pins.delete(id);
        for (const then of this.#unread.get(id) ?? []) then();
        this.#unread.delete(id);
        this.pool.release({ shuffles: this.#struckOff.get(id) ?? [] });
        this.#struckOff.delete(id);
        if (this.#forgotten.delete(id)) free.push(id);
      }
    }
    this.#release(free);
  }

  /** Nobody will be given this shuffle any more; what is there of it goes when the jobs that read its RDD are done. */
  #strikeOff(id: string, shuffle: number): void {
    if (this.#pins.has(id)) this.#struckOff.set(id, [...(this.#struckOff.get(id) ?? []), shuffle]);
    else this.pool.release({ shuffles: [shuffle] });
  }

  #release(ids: readonly string[]): void {
    for (const id of ids) this.dropShuffle(id);
    this.pool.release({ nodes: this.persisted.forget(ids) });
    if (ids.length > 0) this.onFree(ids);
  }
}
