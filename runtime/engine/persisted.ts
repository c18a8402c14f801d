import type { RddNode } from "../plan/rdd-node.js";
import type { KeptPartition } from "../pool/task.js";
import { type NotKept, WorkerLost } from "../pool/worker-loss.js";
import type { WorkerPool } from "../pool/worker-pool.js";

/** What is kept of an RDD, over all workers. */
export interface StorageInfo {
  cachedPartitions: number;
  memoryBytes: number;
  diskBytes: number;
}

type Place = { worker: number; memoryBytes: number; diskBytes: number };

/** Which worker keeps which partitions of RDDs, and how much of its memory and of the disk they take. */
export class Persisted {
  readonly #partitions = new Map<string, Map<number, Place>>();
  /** Persisted no more, while tasks that were begun before may still keep rows. */
  readonly #unpersisted = new Set<string>();

  constructor(private readonly pool: WorkerPool) {}

  keptBy(node: RddNode, partition: number): number | undefined {
    return this.#partitions.get(node.id)?.get(partition)?.worker;
  }

  /** A worker has told what it keeps, and what of others had to go for it. */
  note(worker: number, kept: readonly KeptPartition[]): void {
    for (const { node, partition, isKept, memoryBytes, diskBytes } of kept) {
      if (!isKept) this.#gone(worker, node, partition);
      else if (this.#unpersisted.has(node)) this.pool.release({ nodes: [node] });
      else {
        const partitions = this.#partitions.get(node) ?? new Map<number, Place>();
        this.#partitions.set(node, partitions.set(partition, { worker, memoryBytes, diskBytes }));
      }
    }
  }

  /** A worker was asked for rows that it has no more. They are computed again. */
  gone({ node, partition, worker }: NotKept): WorkerLost {
    this.#gone(worker, node, partition);
    return new WorkerLost(worker, { reason: "it keeps the rows no more", outOfMemory: false }, false);
  }

  workerLost(worker: number): void {
    for (const [node, partitions] of this.#partitions)
      for (const partition of partitions.keys()) this.#gone(worker, node, partition);
  }

  /** Rows of this RDD are kept from now on. */
  persist(node: RddNode): void {
    this.#unpersisted.delete(node.id);
  }

  /** Lets go of the rows of this RDD; a job that would have read them computes them. */
  unpersist(node: RddNode): void {
    this.#unpersisted.add(node.id);
    this.#partitions.delete(node.id);
    this.pool.release({ nodes: [node.id] });
  }

  /** @returns those of which something was kept */
  forget(ids: readonly string[]): string[] {
    return ids.filter((id) => {
      const wasUnpersisted = this.#unpersisted.delete(id);
      return this.#partitions.delete(id) || wasUnpersisted;
    });
  }

  /** What is kept of an RDD; undefined when nothing is. */
  info(node: string): StorageInfo | undefined {
    const partitions = [...(this.#partitions.get(node)?.values() ?? [])];
    if (partitions.length === 0) return undefined;
    return {
      cachedPartitions: partitions.length,
      memoryBytes: partitions.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
      diskBytes: partitions.reduce((sum, { diskBytes }) => sum + diskBytes, 0),
    };
  }

  #gone(worker: number, node: string, partition: number): void {
    const partitions = this.#partitions.get(node);
    // Another worker may have computed the same.
    if (partitions?.get(partition)?.worker === worker) partitions.delete(partition);
  }
}
