import type { Ask, Told, WideLowering } from "../operators/operator.js";
import { rddLowering } from "../operators/table.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { Printed, TaskInput, TaskMetrics, TaskOutput, TaskResult } from "../pool/task.js";
import { WorkerLost } from "../pool/worker-loss.js";
import type { WorkerPool } from "../pool/worker-pool.js";
import { largest } from "../rows/largest.js";
import { StreamError } from "../stream-error.js";
import { Held, type Written } from "./held.js";
import type { Ahead } from "./job-watch.js";
import { outOfMemory } from "./out-of-memory.js";
import { keepsOf, type LastStep, type PartitionPlan, Programs, planPartitions, toldOf } from "./stage.js";

/** What is wanted of an RDD. Results come back in the order of the partitions. */
export type Action =
  /** The first `limit` rows, in order; partitions are run only as far as they are needed. */
  | { kind: "take"; limit: number }
  /** All rows. */
  | { kind: "collect" }
  | { kind: "count" }
  /** All rows of one partition. */
  | { kind: "partition"; partition: number }
  /** The `limit` largest rows, largest first. */
  | { kind: "top"; limit: number }
  /** The `limit` largest rows, and how many there are in all. */
  | { kind: "summary"; limit: number };

export type ActionResult = { rows: unknown[] } | { count: number } | { rows: unknown[]; count: number };

/** What happens beside the results of jobs. */
export interface JobEvents {
  /** A worker is gone; what it held has been struck off. */
  lost(worker: number, reason: string): void;
  /** Functions of a job printed; `tag` says whose job it is. */
  printed(tag: unknown, printed: Printed): void;
  /** A stage of a job begins, with so many tasks. */
  stageBegun(job: number, tasks: number): void;
  stageDone(job: number): void;
  /** A task of a job is done, and took in so many records. */
  taskDone(job: number, records: number): void;
}

/** More jobs than are ever running. */
const REMEMBERED_JOBS = 1000;

/** With a cancelled job's tasks still running after this, their workers are replaced. */
const CANCEL_GRACE_MS = 100;

/** The same while a worker may hold windows, which end with it: a function that merely takes long is waited for. */
const CANCEL_GRACE_WITH_STATE_MS = 10_000;

interface Job {
  tag: unknown;
  cancelled: boolean;
  /** The stages before the last one are done. */
  lastBegun: boolean;
  /** Tells whoever waits for the job that it failed. */
  fail(error: unknown): void;
}

/** Runs jobs: cuts the lineage into stages at its shuffles, runs the stages before the last one, then its tasks. */
export class JobRunner {
  readonly #programs = new Programs();
  readonly #held: Held;
  /** The last move of each state that was begun: the next one waits for it. */
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #jobs = new Map<number, Job>();
  /** What was asked before an RDD could be computed, by its id. */
  readonly #prepared = new Map<string, Promise<unknown>>();
  #tasks = 0;
  #jobCount = 0;

  constructor(
    private readonly pool: WorkerPool,
    private readonly events: JobEvents,
  ) {
    this.#held = new Held(pool);
    pool.onLost = (worker, reason) => {
      this.#held.workerLost(worker);
      events.lost(worker, reason);
    };
    pool.onPrinted = (job, printed) => events.printed(this.#jobs.get(job)?.tag, printed);
  }

  /** A number for a job, by which it can be cancelled. @param tag whose job it is */
  newJob(tag: unknown): number {
    this.#jobCount += 1;
    this.#jobs.set(this.#jobCount, { tag, cancelled: false, lastBegun: false, fail: () => undefined });
    this.#jobs.delete(this.#jobCount - REMEMBERED_JOBS);
    return this.#jobCount;
  }

  /** Ends a job: it rejects at once with RT_CANCELLED, begins no further task, and its running ones are told to end. */
  cancel(number: number): void {
    const job = this.#jobs.get(number);
    if (job === undefined) return;
    const reason = cancelled();
    job.cancelled = true;
    job.fail(reason);
    this.pool.cancel(number, reason, this.#turns.size > 0 ? CANCEL_GRACE_WITH_STATE_MS : CANCEL_GRACE_MS);
  }

  /** @throws TaskFailed of the first task that failed; the others' results are dropped */
  run(node: RddNode, action: Action, job: number): Promise<ActionResult> {
    return this.#work(node, job, async () => {
      await this.#before(node, job);
      const begun = this.#jobs.get(job);
      if (begun !== undefined) begun.lastBegun = true;
      return ACTIONS[action.kind](action as never, this.#plan(node), (plans, last, output) =>
        this.#all(plans, last, output, job),
      );
    });
  }

  /** Stages of a job on an RDD that nobody has begun, and their tasks. */
  ahead(node: RddNode, job: number): Ahead {
    const isLastBegun = this.#jobs.get(job)?.lastBegun === true;
    const ahead = isLastBegun ? { stages: 0, tasks: 0 } : { stages: 1, tasks: node.partitions };
    const seen = new Set<string>();
    const visit = (rdd: RddNode): void => {
      for (const { leaf } of this.#plan(rdd)) {
        if (leaf.kind !== "wide" || seen.has(leaf.node.id) || this.#held.hasShuffle(leaf.node)) continue;
        seen.add(leaf.node.id);
        for (const parent of leaf.node.parents) {
          ahead.stages += 1;
          ahead.tasks += parent.partitions;
          visit(parent);
        }
      }
    };
    visit(node);
    return ahead;
  }

  /** Makes sure that shuffles and state of an RDD are computed in this batch, whether or not anyone reads them. */
  settle(node: RddNode, job: number): Promise<void> {
    return this.#work(node, job, () => this.#before(node, job));
  }

  /** Lets go of all that is held for these RDDs, as soon as no job reads from them. */
  forget(ids: readonly string[]): void {
    for (const id of ids) this.#prepared.delete(id);
    this.#held.forget(ids);
  }

  /** Drops the state of stateful operators. */
  releaseStates(states: string[]): void {
    for (const state of states) this.#turns.delete(state);
    this.pool.release({ states });
  }

  /** A failure is told at once; but what the job reads stays until its last task is over. */
  #work<T>(node: RddNode, number: number, work: () => Promise<T>): Promise<T> {
    const job = this.#jobs.get(number);
    if (job === undefined) throw new Error(`job ${number} is not one of the last ${REMEMBERED_JOBS}`);
    const unpin = this.#held.pin(node);
    return new Promise<T>((resolve, reject) => {
      job.fail = reject;
      void work()
        .then(resolve, reject)
        .finally(() => {
          job.fail = () => undefined;
          unpin();
        });
    });
  }

  /** Runs all stages that the last stage of `node` reads from. */
  async #before(node: RddNode, job: number): Promise<void> {
    const wide = this.#plan(node).flatMap(({ leaf }) =>
      leaf.kind === "wide" && leaf.partition === 0 ? [leaf.node] : [],
    );
    await allOver([...new Set(wide)].map((parent) => this.#shuffled(parent, job)));
  }

  #plan(node: RddNode): PartitionPlan[] {
    return planPartitions(node, (kept, partition) => this.#held.keptBy(kept, partition));
  }

  #shuffled(node: RddNode, job: number): Promise<Written> {
    return this.#held.shuffle(node, (shuffle) => this.#shuffle(node, wideLowering(node), shuffle, job));
  }

  /** Writes a shuffle. A stateful operator then moves its state in every partition, after its earlier batches. */
  async #shuffle(node: RddNode, lowering: WideLowering, shuffle: Written, job: number): Promise<void> {
    this.#checkCancelled(job);
    if (lowering.state === undefined) return this.#write(node, lowering, node.parents, shuffle, job);
    const [data, ...earlier] = node.parents;
    if (data === undefined) throw new Error(`${node.op} has no parent`);
    const before = allOver(earlier.map((parent) => this.#shuffled(parent, job)));
    const state = lowering.state(node);
    const turn = this.#turns.get(state);
    const written = this.#write(node, lowering, [data], shuffle, job);
    const moved = allOver<unknown>([before, written, ...(turn ? [turn] : [])]).then(() =>
      this.#move(node, shuffle, job),
    );
    // The next batch waits for the end of this one, whether it was good or not.
    this.#turns.set(
      state,
      moved.catch(() => undefined),
    );
    return moved;
  }

  async #write(
    node: RddNode,
    lowering: WideLowering,
    sides: readonly RddNode[],
    { shuffle, partitions }: Written,
    job: number,
  ): Promise<void> {
    const prepared = await this.#prepare(node, lowering, job);
    await allOver(sides.map((parent) => this.#before(parent, job)));
    const last: LastStep = { kind: "mapSide", node, lowering };
    await allOver(
      sides.flatMap((parent, side) =>
        this.#plan(parent).map((plan, place) => {
          const partitioning = lowering.partitioning?.({ node, prepared, side, place }) ?? { kind: "hash" };
          const output = { kind: lowering.mapOutput, shuffle, partitions, partitioning, side };
          return this.#task(plan, place, last, output, job);
        }),
      ),
    );
  }

  #prepare(node: RddNode, lowering: Told, job: number): Promise<unknown> {
    if (lowering.prepare === undefined) return Promise.resolve(undefined);
    const known = this.#prepared.get(node.id);
    if (known !== undefined) return known;
    const prepared = lowering.prepare(node, this.#ask(job));
    this.#prepared.set(node.id, prepared);
    prepared.catch(() => {
      if (this.#prepared.get(node.id) === prepared) this.#prepared.delete(node.id);
    });
    return prepared;
  }

  #ask(job: number): Ask {
    const ask = async (node: RddNode, last: LastStep, output: TaskOutput) => {
      await this.#before(node, job);
      return this.#all(this.#plan(node), last, output, job);
    };
    return {
      prepared: (node) => this.#prepare(node, wideLowering(node), job),
      counts: async (node) =>
        (await ask(node, { kind: "count" }, { kind: "count" })).map((done) => countsOf([done])),
      samples: async (node, limit) =>
        (await ask(node, { kind: "sample" }, { kind: "sample", limit })).map((done) => ({
          rows: rowsOf([done]),
          count: countsOf([done]),
        })),
    };
  }

  /** Every partition is read, and with it merged into the state, whoever wants the rows. */
  async #move(node: RddNode, shuffle: Written, job: number): Promise<void> {
    const plans = this.#plan(node);
    await allOver(
      plans.map((plan, place) => this.#task(plan, place, { kind: "none" }, { kind: "none" }, job, shuffle)),
    );
  }

  async #all(
    plans: readonly PartitionPlan[],
    last: LastStep,
    output: TaskOutput,
    job: number,
  ): Promise<Done[]> {
    this.events.stageBegun(job, plans.length);
    const done = await allOver(plans.map((plan, place) => this.#task(plan, place, last, output, job)));
    this.events.stageDone(job);
    return done;
  }

  async #task(
    plan: PartitionPlan,
    place: number,
    last: LastStep,
    output: TaskOutput,
    job: number,
    shuffle?: Written,
  ): Promise<Done> {
    // Numbered before anything is waited for: buckets are read in this order, that of the partitions.
    this.#tasks += 1;
    const number = this.#tasks;
    try {
      const { input, worker } = await this.#open(plan, job, shuffle);
      const args = await this.#args(plan, place, last, job);
      this.#checkCancelled(job);
      const keeps = keepsOf(plan);
      const task = { task: number, job, input, output, keeps, args };
      const done = await this.pool.run(task, this.#programs.get(plan, last), worker);
      this.events.taskDone(job, done.metrics.recordsIn);
      for (const { node, partition } of keeps) this.#held.keep(node, partition, done.worker);
      return done;
    } catch (error) {
      const failure = isOutOfMemory(error) ? outOfMemory(error, plan, last) : error;
      this.#jobs.get(job)?.fail(failure);
      throw failure;
    }
  }

  /** @throws StreamError RT_CANCELLED */
  #checkCancelled(job: number): void {
    if (this.#jobs.get(job)?.cancelled) throw cancelled();
  }

  #args(plan: PartitionPlan, place: number, last: LastStep, job: number): Promise<unknown[]> {
    return Promise.all(
      toldOf(plan, last, place).map(async ({ node, lowering, partition }) =>
        lowering.argument?.(node, partition, await this.#prepare(node, lowering, job)),
      ),
    );
  }

  /** What a task reads, and the only worker that can. */
  async #open(
    { leaf }: PartitionPlan,
    job: number,
    written: Written | undefined,
  ): Promise<{ input: TaskInput; worker: number | undefined }> {
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
        const shuffle = written ?? (await this.#shuffled(node, job));
        this.#held.checkWhole(shuffle);
        const state = lowering.state?.(node) ?? "";
        const read = {
          shuffle: shuffle.shuffle,
          partition,
          reader: node.op,
          state,
          ...lowering.readCall(node),
        };
        return { input: { kind: "shuffle", ...read }, worker: partition % this.pool.size };
      }
    }
  }
}

type Done = { result: TaskResult; metrics: TaskMetrics; worker: number };
type RunAll = (plans: readonly PartitionPlan[], last: LastStep, output: TaskOutput) => Promise<Done[]>;

const ACTIONS: {
  [K in Action["kind"]]: (
    action: Extract<Action, { kind: K }>,
    plans: readonly PartitionPlan[],
    all: RunAll,
  ) => Promise<ActionResult>;
} = {
  collect: async (_action, plans, all) => ({
    rows: rowsOf(await all(plans, { kind: "rows" }, { kind: "rows", limit: Number.POSITIVE_INFINITY })),
  }),
  take: async ({ limit }, plans, all) => ({ rows: await take(plans, limit, all) }),
  partition: async ({ partition }, plans, all) => ({
    rows: rowsOf(
      await all(
        plans.slice(partition, partition + 1),
        { kind: "rows" },
        { kind: "rows", limit: Number.POSITIVE_INFINITY },
      ),
    ),
  }),
  count: async (_action, plans, all) => ({ count: await count(plans, all) }),
  top: async ({ limit }, plans, all) => ({
    rows: await top(plans, limit, all),
  }),
  summary: async ({ limit }, plans, all) => ({
    rows: await top(plans, limit, all),
    count: await count(plans, all),
  }),
};

async function count(plans: readonly PartitionPlan[], all: RunAll): Promise<number> {
  return countsOf(await all(plans, { kind: "count" }, { kind: "count" }));
}

async function top(plans: readonly PartitionPlan[], limit: number, all: RunAll): Promise<unknown[]> {
  return largest(rowsOf(await all(plans, { kind: "rows" }, { kind: "top", limit })), limit);
}

/** Partition by partition, twice as many each time as before, until there are enough rows. */
async function take(plans: readonly PartitionPlan[], limit: number, all: RunAll): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (let from = 0, step = 1; from < plans.length && rows.length < limit; from += step, step *= 2) {
    const output: TaskOutput = { kind: "rows", limit: limit - rows.length };
    rows.push(...rowsOf(await all(plans.slice(from, from + step), { kind: "rows" }, output)));
  }
  return rows.slice(0, limit);
}

/** All results, or the first failure; but not before the last one is over: nothing goes on behind the back of a failed job. */
async function allOver<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/** True for the task that needed too much, not for those that waited behind it. */
function isOutOfMemory(error: unknown): error is WorkerLost {
  return error instanceof WorkerLost && error.loss.outOfMemory && error.begun;
}

function cancelled(): StreamError {
  return new StreamError("RT_CANCELLED", "the job was cancelled");
}

function wideLowering(node: RddNode): WideLowering {
  const lowering = rddLowering(node.op);
  if (lowering.kind !== "wide") throw new Error(`${node.op} has no shuffle`);
  return lowering;
}

function rowsOf(done: readonly Done[]): unknown[] {
  return done.flatMap(({ result }) => (result !== null && "rows" in result ? result.rows : []));
}

function countsOf(done: readonly Done[]): number {
  return done.reduce((sum, { result }) => sum + (result !== null && "count" in result ? result.count : 0), 0);
}
