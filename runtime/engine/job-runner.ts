import type { Accumulated } from "../closure/accumulation.js";
import { Patience } from "../connect/patience.js";
import { cutLineage, type RddNode } from "../plan/rdd-node.js";
import type { Printed } from "../pool/task.js";
import type { WorkerPool } from "../pool/worker-pool.js";
import type { StateQuery } from "../state/state-sight.js";
import type { Action, ActionResult } from "./action.js";
import { act } from "./actions.js";
import { Held } from "./held.js";
import { cancelled, Job, nobodyWaits, type StageInfo } from "./job.js";
import type { Ahead } from "./job-watch.js";
import { Persisted, type StorageInfo } from "./persisted.js";
import type { StateLook } from "./port.js";
import type { GiveRows } from "./row-stream.js";
import { Scheduler } from "./scheduler.js";
import { States } from "./states.js";

/** What happens beside the results of jobs. */
export interface JobEvents {
  /** Functions of a job printed; `tag` says whose job it is. */
  printed(tag: unknown, printed: Printed): void;
  /** What functions of a job added up in a task that is done. */
  accumulated(accumulated: Accumulated): void;
  /** A stage of a job begins, with so many tasks. */
  stageBegun(job: number, tasks: number): void;
  stageDone(job: number): void;
  /** A task of a job is done, and took in so many records. */
  taskDone(job: number, records: number): void;
  /** RDDs that were forgotten are read by no job any more. */
  free(rdds: readonly string[]): void;
}

/** More jobs than are ever running. */
const REMEMBERED_JOBS = 1000;

/** With a cancelled job's tasks still running after this, their workers are replaced. */
const CANCEL_GRACE_MS = 100;

/** The same while a worker may hold windows, which end with it: a function that merely takes long is waited for. */
const CANCEL_GRACE_WITH_STATE_MS = 10_000;

/** Jobs by their numbers: begins them, ends them, and holds what they read until they are over. */
export class JobRunner {
  readonly #persisted: Persisted;
  readonly #held: Held;
  readonly #scheduler: Scheduler;
  /** The versions of the states that the workers hold. */
  readonly states = new States();
  readonly #jobs = new Map<number, Job>();
  #jobCount = 0;

  constructor(
    private readonly pool: WorkerPool,
    private readonly events: JobEvents,
  ) {
    this.#persisted = new Persisted(pool);
    this.#held = new Held(pool, this.#persisted);
    this.#held.onFree = (ids) => events.free(ids);
    this.#scheduler = new Scheduler(pool, this.#held, this.#persisted, this.states, events);
    pool.onLost = (worker) => this.#held.workerLost(worker);
    const tell = (number: number, what: (tag: unknown) => void) => {
      const job = this.#jobs.get(number);
      if (job === undefined) what(undefined);
      else job.tell(() => what(job.tag));
    };
    pool.onPrinted = (job, printed) => tell(job, (tag) => events.printed(tag, printed));
    pool.onAccumulated = (job, accumulated) => tell(job, () => events.accumulated(accumulated));
  }

  /**
   * A number for a job, by which it can be cancelled.
   * @param tag whose job it is
   * @param patience with what is out of reach; left out: its own, which tells whoever the job is of
   * @param isAhead whether it is {@link begin begun} before its {@link turn}
   */
  newJob(tag: unknown, patience = this.#patience(tag), isAhead = false): number {
    this.#jobCount += 1;
    this.#jobs.set(this.#jobCount, new Job(this.#jobCount, tag, patience, isAhead));
    this.#jobs.delete(this.#jobCount - REMEMBERED_JOBS);
    return this.#jobCount;
  }

  /** The stages of the last jobs, oldest first. */
  stages(): StageInfo[] {
    return [...this.#jobs.values()].flatMap(({ stages }) => stages);
  }

  /** Ends a job: it rejects at once with RT_CANCELLED, begins no further task, and its running ones are told to end. */
  cancel(number: number): void {
    const job = this.#jobs.get(number);
    if (job === undefined) return;
    const reason = cancelled();
    job.cancelled = true;
    job.fail(reason);
    const graceMs = () => (this.#scheduler.holdsStates() ? CANCEL_GRACE_WITH_STATE_MS : CANCEL_GRACE_MS);
    this.pool.cancel(number, reason, graceMs);
  }

  /**
   * @param give takes rows before the action's end, where they are many: then they are not in its result
   * @throws TaskFailed of the first task that failed; the others' results are dropped
   */
  run(node: RddNode, action: Action, number: number, give?: GiveRows): Promise<ActionResult> {
    return this.#work(node, number, (job) =>
      act(action, {
        count: node.partitions,
        run: (places, last, output, onDone) => this.#scheduler.run(node, places, last, output, job, onDone),
        give,
        end: (error) => {
          job.fail(error);
          this.cancel(number);
        },
      }),
    );
  }

  /** Stages of a job on an RDD that nobody has begun, and their tasks. */
  ahead(node: RddNode, number: number): Ahead {
    return this.#scheduler.ahead(node, this.#jobs.get(number)?.lastBegun === true);
  }

  /** Makes sure that shuffles and state of an RDD are computed in this batch, whether or not anyone reads them. */
  settle(node: RddNode, number: number): Promise<void> {
    return this.#work(node, number, (job) => this.#scheduler.before(node, job));
  }

  /**
   * Computes what can be computed for an RDD before its turn: shuffles that no state has a part in, and what is sent to states. They
   * are there, or on their way, when a later job asks. What fails is told to that job, as if it had begun it.
   */
  async begin(node: RddNode, number: number): Promise<void> {
    await this.#work(node, number, (job) => this.#scheduler.begin(node, job)).catch(nobodyWaits);
  }

  /** The turn of a job has come that was begun before: what its functions printed and added up is told now. */
  turn(number: number): void {
    this.#jobs.get(number)?.turn();
  }

  /** Ends a job that nobody waits for: likewise, but no worker is replaced that is slow to end a task of it. */
  drop(number: number): void {
    const job = this.#jobs.get(number);
    if (job === undefined) return;
    job.cancelled = true;
    this.pool.cancel(number, cancelled());
  }

  /** Lets go of all that is held for these RDDs, as soon as no job reads from them. */
  forget(ids: readonly string[]): void {
    this.#scheduler.forget(ids);
    this.#held.forget(ids);
  }

  /** Whether and where rows of this RDD are kept from now on. */
  persist(node: RddNode, storage: RddNode["storage"]): void {
    node.storage = storage;
    if (storage === "NONE") this.#persisted.unpersist(node);
    else this.#persisted.persist(node);
  }

  /** Has an RDD read what was kept of it, as soon as no job reads it as it was. */
  cut(node: RddNode, checkpoint: RddNode): void {
    this.#held.whenUnread(node.id, () => {
      cutLineage(node, checkpoint);
      this.#held.dropShuffle(node.id);
    });
  }

  /** What was found of the rows of these RDDs before they were computed; those of which nothing was are left out. */
  ranges(ids: readonly string[]): Promise<Map<string, unknown>> {
    return this.#scheduler.prepared(ids);
  }

  /** What is kept of these RDDs, by their ids; those of which nothing is are left out. */
  stored(ids: readonly string[]): Map<string, StorageInfo> {
    return new Map(
      ids.flatMap((id) => {
        const info = this.#persisted.info(id);
        return info === undefined ? [] : [[id, info] as const];
      }),
    );
  }

  /** What the workers hold of a state now; undefined when nothing has moved it since it began. */
  async look(state: string, query: StateQuery): Promise<StateLook | undefined> {
    const versionMs = this.states.version(state);
    const partitions = this.states.partitions(state);
    if (versionMs === undefined || partitions === undefined) return undefined;
    return { sights: await this.pool.look(state, query), partitions, versionMs };
  }

  /** Drops the state of stateful operators. */
  releaseStates(states: string[]): void {
    this.#scheduler.forgetStates(states);
    this.pool.release({ states });
  }

  #patience(tag: unknown): Patience {
    return new Patience("the job", (text) =>
      this.events.printed(tag, [{ name: "stderr", text: `${text}\n` }]),
    );
  }

  /** A failure is told at once; but what the job reads stays until its last task is over. */
  #work<T>(node: RddNode, number: number, work: (job: Job) => Promise<T>): Promise<T> {
    const job = this.#jobs.get(number);
    if (job === undefined) throw new Error(`job ${number} is not one of the last ${REMEMBERED_JOBS}`);
    job.rdd = node.id;
    const unpin = this.#held.pin(node);
    return new Promise<T>((resolve, reject) => {
      job.fail = (error) => {
        job.state = "FAILED";
        reject(error);
      };
      void work(job)
        .then((result) => {
          if (job.state === "RUNNING") job.state = "SUCCEEDED";
          resolve(result);
        }, job.fail)
        .finally(() => {
          job.fail = nobodyWaits;
          unpin();
        });
    });
  }
}
