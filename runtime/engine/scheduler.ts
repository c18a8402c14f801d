import type { Ask, StateMove, Told, WideLowering } from "../operators/operator.js";
import { hasState, rddLowering } from "../operators/table.js";
import { lineageNodes, type RddNode } from "../plan/rdd-node.js";
import { StateNotHere } from "../pool/state-slots.js";
import type { Moved, StateRead, TaskInput, TaskOutput } from "../pool/task.js";
import { NotKept } from "../pool/worker-loss.js";
import type { WorkerPool } from "../pool/worker-pool.js";
import { allOver, countsOf, type Done, rowsOf } from "./done.js";
import type { Held, Written } from "./held.js";
import { isCancelled, type Job, type StageInfo } from "./job.js";
import type { JobEvents } from "./job-runner.js";
import type { Ahead } from "./job-watch.js";
import { outOfMemory } from "./out-of-memory.js";
import type { Persisted } from "./persisted.js";
import { gaveUp, isLost, isOutOfMemory, MAX_ATTEMPTS } from "./retries.js";
import {
  keepsOf,
  type LastStep,
  type PartitionPlan,
  Programs,
  planPartitions,
  stageName,
  toldOf,
} from "./stage.js";
import { StateLost } from "./state-lost.js";
import type { KeptMove, States } from "./states.js";

/** Told as it happens, of each job by its number. */
type StageEvents = Pick<JobEvents, "stageBegun" | "stageDone" | "taskDone">;

/** One task of a stage: which partition, and what becomes of its rows. */
interface StageTask {
  plan: PartitionPlan;
  /** Number of the partition in the stage's last RDD. */
  place: number;
  last: LastStep;
  output: TaskOutput;
  job: Job;
  stage: StageInfo;
  /** For a move of a state: the shuffle it reads, and how it moves. */
  move?: { written: Written; state: StateRead };
}

/**
 * Runs the stages of jobs: the shuffles that an RDD is made from, then its own tasks. What was with a worker that is lost
 * is computed again, from what it was made of.
 *
 * A shuffle is whole or not there: with a worker go its partitions of all shuffles, and each of these is written anew, by
 * all of its tasks, when it is next asked for. Tasks of the last stage that are done stay done.
 */
export class Scheduler {
  readonly #programs = new Programs();
  /** The last move of each state that was begun: the next one waits for it. */
  readonly #turns = new Map<string, Promise<unknown>>();
  /** RDDs that have moved a state, which they do once. */
  readonly #moved = new Set<string>();
  /** What was asked before an RDD could be computed, by its id. */
  readonly #prepared = new Map<string, Promise<unknown>>();
  #tasks = 0;
  #stages = 0;

  constructor(
    private readonly pool: WorkerPool,
    private readonly held: Held,
    private readonly persisted: Persisted,
    private readonly states: States,
    private readonly events: StageEvents,
  ) {}

  /** Runs a task for each of these partitions, once all that they read from is there. Results are in the order of the places. */
  async run(
    node: RddNode,
    places: readonly number[],
    last: LastStep,
    output: TaskOutput,
    job: Job,
    onDone: (done: Done, place: number) => void = () => undefined,
  ): Promise<Done[]> {
    await this.before(node, job);
    const plans = this.#plan(node);
    const stage = this.#begin(plans, last, places.length, job);
    job.lastBegun ||= node.id === job.rdd;
    const done = await allOver(
      places.map((place) =>
        this.#again(job, stage.name, async (attempt) => {
          const plan = (attempt === 1 ? plans : this.#plan(node))[place];
          if (plan === undefined) throw new Error(`${node.op} has no partition ${place}`);
          const done = await this.#task({ plan, place, last, output, job, stage });
          onDone(done, place);
          return done;
        }),
      ),
    );
    this.events.stageDone(job.number);
    return done;
  }

  /** Runs all stages that the last stage of `node` reads from. */
  async before(node: RddNode, job: Job): Promise<void> {
    await allOver(this.#shuffledBefore(node).map((parent) => this.#shuffled(parent, job)));
  }

  /** The same of a job that is ahead of its turn: no state is moved, so that what is made of one is left out. */
  async begin(node: RddNode, job: Job): Promise<void> {
    await allOver(
      this.#shuffledBefore(node).map(async (parent) => {
        const states = lineageNodes(parent).filter(({ op }) => hasState(op));
        if (states.length === 0) await this.#shuffled(parent, job);
        else if (states.length === 1 && states[0] === parent) await this.#send(parent, job);
        else await allOver(parent.parents.map((one) => this.begin(one, job)));
      }),
    );
  }

  /** What a state is to be moved by. */
  #send(node: RddNode, job: Job): Promise<void> {
    const lowering = wideLowering(node);
    return this.held.begin(node, (shuffle) => this.#write(node, lowering, node.parents, shuffle, job));
  }

  #shuffledBefore(node: RddNode): RddNode[] {
    const wide = this.#plan(node).flatMap(({ leaf }) =>
      leaf.kind === "wide" && leaf.partition === 0 ? [leaf.node] : [],
    );
    return [...new Set(wide)];
  }

  /** Stages of a job on an RDD that nobody has begun, and their tasks. */
  ahead(node: RddNode, isLastBegun: boolean): Ahead {
    const ahead = isLastBegun ? { stages: 0, tasks: 0 } : { stages: 1, tasks: node.partitions };
    const seen = new Set<string>();
    const visit = (rdd: RddNode): void => {
      for (const { leaf } of this.#plan(rdd)) {
        if (leaf.kind !== "wide" || seen.has(leaf.node.id) || this.held.hasShuffle(leaf.node)) continue;
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

  forget(ids: readonly string[]): void {
    for (const id of ids) {
      this.#prepared.delete(id);
      this.#moved.delete(id);
    }
  }

  /** What was asked before these RDDs could be computed; of those that were. */
  async prepared(ids: readonly string[]): Promise<Map<string, unknown>> {
    const known = ids.flatMap((id) => {
      const prepared = this.#prepared.get(id);
      return prepared === undefined ? [] : [prepared.then((value) => [id, value] as const)];
    });
    return new Map(await Promise.all(known));
  }

  /** True while stateful operators may have state in the workers. */
  holdsStates(): boolean {
    return this.#turns.size > 0;
  }

  forgetStates(states: readonly string[]): void {
    for (const state of states) this.#turns.delete(state);
    this.states.release(states);
  }

  #plan(node: RddNode): PartitionPlan[] {
    return planPartitions(node, (kept, partition) => this.persisted.keptBy(kept, partition));
  }

  /** Tries again when workers are lost; a loss that ended others' tasks only is no failure of this one. */
  async #again<T>(job: Job, what: string, run: (attempt: number) => Promise<T>): Promise<T> {
    for (let attempt = 1, failures = 0; ; attempt++) {
      try {
        return await run(attempt);
      } catch (error) {
        if (error instanceof NotKept) this.persisted.gone(error);
        else if (!isLost(error)) return fail(job, error);
        else if (error.begun) failures += 1;
        if (isLost(error) && failures === MAX_ATTEMPTS)
          return fail(job, gaveUp(`a task of the stage ${what}`, error));
        if (job.cancelled) throw error;
      }
    }
  }

  async #shuffled(node: RddNode, job: Job): Promise<Written> {
    const lowering = wideLowering(node);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.held.shuffle(
          node,
          (shuffle, sent) => this.#shuffle(node, lowering, shuffle, sent, job),
          job.isAhead,
        );
      } catch (error) {
        job.checkCancelled();
        // Written for another job, which was cancelled: this one still wants it.
        if (isCancelled(error)) continue;
        if (!isLost(error) || lowering.state !== undefined) return fail(job, error);
        if (attempt >= MAX_ATTEMPTS) return fail(job, gaveUp(`the shuffle of ${node.op}`, error));
      }
    }
  }

  /** Writes a shuffle. A stateful operator then moves its state in every partition, after its earlier batches. */
  async #shuffle(
    node: RddNode,
    lowering: WideLowering,
    shuffle: Written,
    sent: Promise<void> | undefined,
    job: Job,
  ): Promise<void> {
    job.checkCancelled();
    if (lowering.state === undefined) {
      await this.#write(node, lowering, node.parents, shuffle, job);
      this.held.checkWhole(shuffle);
      return;
    }
    const move = lowering.state(node);
    this.#checkMoves(node);
    const data = node.parents.slice(0, move.sides);
    const before = allOver(node.parents.slice(move.sides).map((parent) => this.#shuffled(parent, job)));
    const turn = this.#turns.get(move.key);
    const written = sent ?? this.#write(node, lowering, data, shuffle, job);
    const moved = allOver<unknown>([before, written, ...(turn ? [turn] : [])]).then(() => {
      this.#checkMoves(node);
      this.#moved.add(node.id);
      return this.#move(node, move, shuffle, job);
    });
    // The next batch waits for the end of this one, whether it was good or not.
    this.#turns.set(
      move.key,
      moved.catch(() => undefined),
    );
    return moved;
  }

  /**
   * It moves once: the state is at a later version by now, or lost. And not when the batch it belongs to has ended meanwhile, which a
   * failed job's other stages outlive: the state is where the next attempt begins.
   */
  #checkMoves({ id, op }: RddNode): void {
    if (this.#moved.has(id) || this.held.isForgotten(id)) throw new StateLost(op);
  }

  async #write(
    node: RddNode,
    lowering: WideLowering,
    sides: readonly RddNode[],
    written: Written,
    job: Job,
  ): Promise<void> {
    const prepared = await this.#prepare(node, lowering, job);
    await allOver(sides.map((parent) => this.before(parent, job)));
    const last: LastStep = { kind: "mapSide", node, lowering };
    const { shuffle, partitions } = written;
    await allOver(
      sides.map(async (parent, side) => {
        const plans = this.#plan(parent);
        const stage = this.#begin(plans, last, plans.length, job);
        const tasks = plans.map((plan, place) => {
          const partitioning = lowering.partitioning?.({ node, prepared, side, place }) ?? { kind: "hash" };
          const { keyed } = lowering.reader;
          const output = { kind: lowering.mapOutput, shuffle, partitions, partitioning, side, keyed };
          return this.#mapTask({ plan, place, last, output, job, stage });
        });
        await allOver(tasks);
        this.events.stageDone(job.number);
      }),
    );
  }

  /** A failure is told at once, not when the last of the others is over; one that is no fault of the task's is tried again. */
  #mapTask(task: StageTask): Promise<Done> {
    return this.#task(task).catch((error: unknown) => this.#mapTaskFailed(task.job, error));
  }

  #mapTaskFailed(job: Job, error: unknown): never {
    if (error instanceof NotKept) throw this.persisted.gone(error);
    if (isLost(error)) throw error;
    return fail(job, error);
  }

  #prepare(node: RddNode, lowering: Told, job: Job): Promise<unknown> {
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

  #ask(job: Job): Ask {
    const ask = (node: RddNode, last: LastStep, output: TaskOutput) =>
      this.run(
        node,
        Array.from({ length: node.partitions }, (_, place) => place),
        last,
        output,
        job,
      );
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
  async #move(node: RddNode, to: StateMove, written: Written, job: Job): Promise<void> {
    const { key, version } = to;
    const plans = this.#plan(node);
    const last: LastStep = { kind: "none" };
    const stage = this.#begin(plans, last, plans.length, job);
    const state = this.states.next(to);
    const kept = await allOver(
      plans.map(async (plan, partition): Promise<KeptMove> => {
        const move = { written, state };
        const task = { plan, place: partition, last, output: { kind: "none" } as const, job, stage, move };
        const moved: Moved = (await this.#moveTask(task, partition)).moved ?? NOT_MOVED;
        return { state: key, version, partition, partitions: plans.length, whole: state.whole, ...moved };
      }),
    );
    if (this.held.isForgotten(node.id)) throw new StateLost(node.op);
    this.states.moved(key, version, kept);
    this.events.stageDone(job.number);
  }

  /** A state that its worker has not got is sent with the task. */
  #moveTask(task: StageTask & Required<Pick<StageTask, "move">>, partition: number): Promise<Done> {
    return this.#task(task)
      .catch(async (error: unknown) => {
        if (!(error instanceof StateNotHere)) throw error;
        const { written, state } = task.move;
        const parts = await this.states.parts(state, partition);
        return this.#task({ ...task, move: { written, state: { ...state, parts } } });
      })
      .catch((error: unknown) => this.#mapTaskFailed(task.job, error));
  }

  #begin([plan]: readonly PartitionPlan[], last: LastStep, numTasks: number, job: Job): StageInfo {
    this.#stages += 1;
    const stage: StageInfo = {
      stageId: this.#stages,
      name: plan === undefined ? "" : stageName(plan, last),
      numTasks,
      numActiveTasks: 0,
      numCompletedTasks: 0,
      numFailedTasks: 0,
    };
    job.stages.push(stage);
    this.events.stageBegun(job.number, numTasks);
    return stage;
  }

  async #task({ plan, place, last, output, job, stage, move }: StageTask): Promise<Done> {
    // Numbered before anything is waited for: buckets are read in this order, that of the partitions.
    this.#tasks += 1;
    const number = this.#tasks;
    stage.numActiveTasks += 1;
    try {
      const shuffle =
        plan.leaf.kind === "wide"
          ? (move?.written ?? (await this.#shuffled(plan.leaf.node, job)))
          : undefined;
      const args = await this.#args(plan, place, last, job);
      const { input, worker } = this.#input(plan, shuffle, move?.state ?? null);
      const keeps = keepsOf(plan).flatMap(({ node: { id, storage }, partition }) => ({
        node: id,
        partition,
        storage,
      }));
      const task = { task: number, job: job.number, input, output, keeps, args };
      // Once more where what it reads or writes was away: it has sent nothing.
      const done = await job.patience.run(async () => {
        job.checkCancelled();
        if (shuffle !== undefined) this.held.checkWhole(shuffle);
        return this.pool.run(task, this.#programs.get(plan, last), worker, job.isAhead);
      });
      this.persisted.note(done.worker, done.kept);
      stage.numCompletedTasks += 1;
      this.events.taskDone(job.number, done.metrics.recordsIn);
      return done;
    } catch (error) {
      stage.numFailedTasks += 1;
      // Whatever its worker says of a task that was told to end.
      job.checkCancelled();
      throw isOutOfMemory(error) ? outOfMemory(error, plan, last) : error;
    } finally {
      stage.numActiveTasks -= 1;
    }
  }

  #args(plan: PartitionPlan, place: number, last: LastStep, job: Job): Promise<unknown[]> {
    return Promise.all(
      toldOf(plan, last, place).map(async ({ node, lowering, partition }) =>
        lowering.argument?.(node, partition, await this.#prepare(node, lowering, job)),
      ),
    );
  }

  /** What a task reads, and the only worker that can. */
  #input(
    { leaf }: PartitionPlan,
    written: Written | undefined,
    state: StateRead | null,
  ): { input: TaskInput; worker: number | undefined } {
    switch (leaf.kind) {
      case "source":
        return { input: leaf.input, worker: undefined };
      case "kept":
        return {
          input: { kind: "kept", node: leaf.node.id, partition: leaf.partition },
          worker: leaf.worker,
        };
      case "wide": {
        const { node, lowering, partition, view } = leaf;
        const read = {
          shuffle: written?.shuffle ?? 0,
          partition,
          reader: node.op,
          state,
          view,
          ...lowering.readCall(node),
        };
        return { input: { kind: "shuffle", ...read }, worker: partition % this.pool.size };
      }
    }
  }
}

/** Of a task that moved nothing. */
const NOT_MOVED = { bytes: new Uint8Array(), rows: 0, diskBytes: 0 };

/** Tells a failure at once, whatever else of the job still runs. */
function fail(job: Job, error: unknown): never {
  job.fail(error);
  throw error;
}

function wideLowering(node: RddNode): WideLowering {
  const lowering = rddLowering(node.op);
  if (lowering.kind !== "wide") throw new Error(`${node.op} has no shuffle`);
  return lowering;
}
