import { rddLowering } from "../operators/table.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { Program, TaskInput, TaskMetrics, TaskOutput, TaskResult } from "../pool/task.js";
import type { WorkerPool } from "../pool/worker-pool.js";
import { largest } from "../rows/largest.js";
import { StreamError } from "../stream-error.js";
import { keepsOf, type LastStep, type PartitionPlan, Programs, planPartitions } from "./stage.js";

/** What is wanted of an RDD. Results come back in the order of the partitions. */
export type Action =
  /** The first `limit` rows, in order; partitions are run only as far as they are needed. */
  | { kind: "take"; limit: number }
  /** All rows. */
  | { kind: "collect" }
  | { kind: "count" }
  /** The `limit` largest rows, largest first. */
  | { kind: "top"; limit: number };

export type ActionResult = { rows: unknown[] } | { count: number };

interface Written {
  shuffle: number;
  partitions: number;
}

/**
 * Runs jobs: cuts the lineage into stages at its shuffles, runs the stages before it, then the tasks of the last one.
 * Shuffles that were written are remembered by RDD, so that a second job on the same RDD does not compute them again;
 * {@link forget} lets them go.
 */
export class JobRunner {
  readonly #programs = new Programs();
  readonly #shuffles = new Map<string, Promise<Written>>();
  readonly #kept = new Map<string, Map<number, number>>();
  #tasks = 0;
  #jobs = 0;
  #shuffleCount = 0;

  constructor(private readonly pool: WorkerPool) {
    pool.onLost = (worker) => this.#workerLost(worker);
  }

  /** A number for a job, by which it can be cancelled. */
  newJob(): number {
    this.#jobs += 1;
    return this.#jobs;
  }

  cancel(job: number, graceMs: number): void {
    this.pool.cancel(job, new StreamError("RT_CANCELLED", "the job was cancelled"), graceMs);
  }

  /** @throws TaskFailed of the first task that failed; the others' results are dropped */
  async run(node: RddNode, action: Action, job: number): Promise<ActionResult> {
    await this.#before(node, job);
    const plans = this.#plan(node);
    switch (action.kind) {
      case "collect":
        return {
          rows: rowsOf(await this.#all(plans, { kind: "rows" }, limited(Number.POSITIVE_INFINITY), job)),
        };
      case "take":
        return { rows: await this.#take(plans, action.limit, job) };
      case "count":
        return { count: countsOf(await this.#all(plans, { kind: "count" }, { kind: "count" }, job)) };
      case "top": {
        const best = rowsOf(
          await this.#all(plans, { kind: "rows" }, { kind: "top", limit: action.limit }, job),
        );
        return { rows: largest(best, action.limit) };
      }
    }
  }

  /** Makes sure that shuffles and state of an RDD are computed in this batch, whether or not anyone reads them. */
  async settle(node: RddNode, job: number): Promise<void> {
    await this.#before(node, job);
    if (rddLowering(node.op).kind === "wide") await this.#shuffled(node, job);
  }

  /** Lets go of all that is held for these RDDs. */
  forget(nodes: readonly string[]): void {
    for (const node of nodes) {
      void this.#shuffles.get(node)?.then(
        ({ shuffle }) => this.pool.release({ shuffles: [shuffle] }),
        () => undefined, // a shuffle that failed told so to the job that needed it, and holds nothing
      );
      this.#shuffles.delete(node);
    }
    const kept = nodes.filter((node) => this.#kept.delete(node));
    this.pool.release({ nodes: kept });
  }

  /** Drops the state of stateful operators. */
  releaseStates(states: string[]): void {
    this.pool.release({ states });
  }

  /** Runs all stages that the last stage of `node` reads from. */
  async #before(node: RddNode, job: number): Promise<void> {
    const wide = this.#plan(node).flatMap(({ leaf }) =>
      leaf.kind === "wide" && leaf.partition === 0 ? [leaf.node] : [],
    );
    await Promise.all([...new Set(wide)].map((parent) => this.#shuffled(parent, job)));
  }

  #plan(node: RddNode): PartitionPlan[] {
    return planPartitions(node, (kept, partition) => this.#kept.get(kept.id)?.get(partition));
  }

  #shuffled(node: RddNode, job: number): Promise<Written> {
    let written = this.#shuffles.get(node.id);
    if (written === undefined) {
      written = this.#shuffle(node, job);
      this.#shuffles.set(node.id, written);
      // A job that runs later tries again.
      written.catch(() => this.#shuffles.delete(node.id));
    }
    return written;
  }

  /** Writes a shuffle; a stateful operator then moves its state in every partition, earlier batches first. */
  async #shuffle(node: RddNode, job: number): Promise<Written> {
    const lowering = rddLowering(node.op);
    if (lowering.kind !== "wide") throw new Error(`${node.op} has no shuffle`);
    const [data, ...earlier] = node.parents;
    if (data === undefined) throw new Error(`${node.op} has no parent`);
    for (const parent of earlier) await this.#shuffled(parent, job);
    await this.#before(data, job);
    this.#shuffleCount += 1;
    const written = { shuffle: this.#shuffleCount, partitions: node.partitions };
    const output: TaskOutput = { kind: lowering.mapOutput, ...written };
    await this.#all(this.#plan(data), { kind: "mapSide", node }, output, job);
    if (lowering.state !== undefined) {
      this.#shuffles.set(node.id, Promise.resolve(written));
      await this.#all(this.#plan(node), { kind: "none" }, { kind: "none" }, job);
    }
    return written;
  }

  /** Partition by partition, twice as many each time as before, until there are enough rows. */
  async #take(plans: PartitionPlan[], limit: number, job: number): Promise<unknown[]> {
    const rows: unknown[] = [];
    for (let from = 0, step = 1; from < plans.length && rows.length < limit; from += step, step *= 2) {
      const output = limited(limit - rows.length);
      rows.push(...rowsOf(await this.#all(plans.slice(from, from + step), { kind: "rows" }, output, job)));
    }
    return rows.slice(0, limit);
  }

  #all(plans: PartitionPlan[], last: LastStep, output: TaskOutput, job: number) {
    return Promise.all(plans.map((plan) => this.#task(plan, this.#programs.get(plan, last), output, job)));
  }

  async #task(plan: PartitionPlan, program: Program, output: TaskOutput, job: number) {
    const { input, worker } = await this.#open(plan);
    const keeps = keepsOf(plan);
    this.#tasks += 1;
    const done = await this.pool.run({ task: this.#tasks, job, input, output, keeps }, program, worker);
    for (const { node, partition } of keeps) this.#noteKept(node, partition, done.worker);
    return done;
  }

  /** What a task reads, and the only worker that can. */
  async #open({ leaf }: PartitionPlan): Promise<{ input: TaskInput; worker: number | undefined }> {
    switch (leaf.kind) {
      case "source":
        return { input: leaf.input, worker: undefined };
      case "kept":
        return {
          input: { kind: "kept", node: leaf.node.id, partition: leaf.partition },
          worker: leaf.worker,
        };
      case "wide": {
        const { node, lowering, partition } = leaf;
        const written = await this.#shuffles.get(node.id);
        if (written === undefined) throw new Error(`the shuffle of ${node.op} was not written`);
        const state = lowering.state?.(node) ?? "";
        const read = {
          shuffle: written.shuffle,
          partition,
          reader: node.op,
          state,
          ...lowering.readCall(node),
        };
        return { input: { kind: "shuffle", ...read }, worker: partition % this.pool.size };
      }
    }
  }

  #noteKept(node: string, partition: number, worker: number): void {
    const partitions = this.#kept.get(node) ?? new Map<number, number>();
    this.#kept.set(node, partitions.set(partition, worker));
  }

  /** What only the lost worker held is computed again when it is asked for. */
  #workerLost(worker: number): void {
    for (const partitions of this.#kept.values()) {
      for (const [partition, keeper] of partitions) if (keeper === worker) partitions.delete(partition);
    }
    this.#shuffles.clear();
  }
}

type Done = { result: TaskResult; metrics: TaskMetrics };

function limited(limit: number): TaskOutput {
  return { kind: "rows", limit };
}

function rowsOf(done: Done[]): unknown[] {
  return done.flatMap(({ result }) => (result !== null && "rows" in result ? result.rows : []));
}

function countsOf(done: Done[]): number {
  return done.reduce((sum, { result }) => sum + (result !== null && "count" in result ? result.count : 0), 0);
}
