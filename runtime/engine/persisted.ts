import type { RddNode } from "../plan/rdd-node.js";
import { type NotKept, WorkerLost } from "../pool/worker-loss.js";

/** Which worker keeps which partitions of RDDs. */
export class Persisted {
  readonly #partitions = new Map<string, Map<number, number>>();

  keptBy(node: RddNode, partition: number): number | undefined {
    return this.#partitions.get(node.id)?.get(partition);
  }

  keep(node: string, partition: number, worker: number): void {
    const partitions = this.#partitions.get(node) ?? new Map<number, number>();
    this.#partitions.set(node, partitions.set(partition, worker));
  }

  /** A worker was asked for rows that it has no more. They are computed again. */
  gone({ node, partition, worker }: NotKept): WorkerLost {
    const partitions = this.#partitions.get(node);
    if (partitions?.get(partition) === worker) partitions.delete(partition);
    return new WorkerLost(worker, { reason: "it keeps the rows no more", outOfMemory: false }, false);
  }

  workerLost(worker: number): void {
    for (const partitions of this.#partitions.values()) {
      for (const [partition, keeper] of partitions) if (keeper === worker) partitions.delete(partition);
    }
  }

  /** @returns those of which something was kept */
  forget(ids: readonly string[]): string[] {
    return ids.filter((id) => this.#partitions.delete(id));
  }
}
