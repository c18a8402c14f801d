import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { Accumulated } from "../closure/accumulation.js";
import type { PortableFunction } from "../closure/portable-function.js";
import type { StateQuery, StateSight } from "../state/state-sight.js";
import { StreamError } from "../stream-error.js";
import { Away } from "./away.js";
import { BucketMemory } from "./bucket-memory.js";
import { Cancellation, SEATS } from "./cancellation.js";
import { StateNotHere } from "./state-slots.js";
import type {
  FromWorker,
  KeptPartition,
  Moved,
  Printed,
  Program,
  Task,
  TaskFailure,
  TaskMetrics,
  TaskResult,
  ToWorker,
} from "./task.js";
import { NotKept, type WorkerLoss, WorkerLost } from "./worker-loss.js";

/** One task thread, or its stand-in in this thread. */
export interface WorkerHandle {
  post(message: ToWorker, transfer?: MessagePort[]): void;
  /** Called once in a while as long as it runs a task: finds out whether it holds more than it may. */
  watch?(): void;
  /** Resolves when the worker is gone; it answers nothing more. */
  terminate(): Promise<void>;
}

export interface WorkerEvents {
  /** Its program is loaded. */
  started(): void;
  message(message: FromWorker): void;
  /** The worker died by itself. */
  lost(loss: WorkerLoss): void;
}

/** Where a worker is among all. */
export interface WorkerPlace {
  worker: number;
  workers: number;
  /** Shared by all: see BucketMemory. */
  bucketMemory: SharedArrayBuffer;
}

export type SpawnWorker = (
  place: WorkerPlace,
  cancellation: Cancellation,
  events: WorkerEvents,
) => WorkerHandle;

/** A task that failed, in a user's function most likely. */
export class TaskFailed extends Error {
  constructor(readonly failure: TaskFailure) {
    const { thrown, code, patienceMs } = failure;
    const away = patienceMs !== undefined && { cause: new Away(code, thrown.message, patienceMs) };
    super(thrown.message, away || undefined);
  }
}

/** A task as the pool is given it. */
export type NewTask = Omit<Task, "program" | "seat">;

/** What a task gave, and on which worker. */
interface TaskDone {
  result: TaskResult;
  metrics: TaskMetrics;
  worker: number;
  kept: readonly KeptPartition[];
  moved: Moved | undefined;
}

interface Pending {
  task: NewTask;
  program: Program;
  /** It gives way to all that are not. */
  isAhead: boolean;
  resolve(done: TaskDone): void;
  reject(error: Error): void;
}

interface Running extends Pending {
  seat: number;
}

interface Slot {
  handle: WorkerHandle;
  cancellation: Cancellation;
  /** What this worker was sent already and has not been told to drop, what was used last at the end. */
  sent: Set<string>;
  /** Tasks it was given and has not answered, by number; cancelled ones too. */
  running: Map<number, Running>;
  /** Tasks that only this worker may run. */
  own: Pending[];
  /** Looks at a state that it has not answered. */
  looks: Map<number, (sights: StateSight[]) => void>;
  hasStarted: boolean;
  /** Workers before it in its place that ended, one after the other, before they had started. */
  failedStarts: number;
}

/** Functions and loops that a worker keeps; beyond that the older half goes, but none that the task at hand needs. */
const SENT_AT_MOST = 256;

/** How often busy workers are watched: a gigabyte is filled in half a second. */
const WATCH_MS = 50;

/** Workers that end as they start: after so many in one place none is started before something is to be run. */
const MOST_FAILED_STARTS = 4;

/**
 * The long-lived task threads. A task goes to the worker it needs, or to whichever is free first. A lost worker is
 * replaced at once; its tasks reject with WorkerLost, and {@link onLost} tells which worker's kept rows and state are gone.
 * Where workers end as they start, again and again, all that waits is rejected with RT_WORKER_START, and the next task
 * that comes tries once more.
 */
export class WorkerPool {
  readonly #slots: Slot[] = [];
  readonly #shared: Pending[] = [];
  readonly #functions = new Map<string, PortableFunction>();
  readonly #bucketMemory: SharedArrayBuffer;
  #closed = false;
  /** Places whose workers do not start. */
  readonly #empty = new Set<number>();
  #lookCount = 0;
  #watch: NodeJS.Timeout | undefined;
  onLost: (worker: number, reason: string) => void = () => undefined;
  /** What functions of a job printed; called before the task's own result is known, or when they print later. */
  onPrinted: (job: number, printed: Printed) => void = () => undefined;

  /** What the functions of a task of a job added up; called once for each task that is done, before its result is known. */
  onAccumulated: (job: number, accumulated: Accumulated) => void = () => undefined;

  constructor(
    readonly size: number,
    private readonly spawn: SpawnWorker,
  ) {
    this.#bucketMemory = BucketMemory.of(size);
    for (let worker = 0; worker < size; worker++) this.#slots.push(this.#newSlot(worker));
    for (let worker = 0; worker < size; worker++) this.#connect(worker, worker + 1);
  }

  /** Makes a function known; it goes to a worker with the first program that calls it. */
  define(portable: PortableFunction): void {
    this.#functions.set(portable.id, portable);
  }

  /** Forgets functions that no task will call any more. */
  undefine(functions: readonly string[]): void {
    for (const id of functions) this.#functions.delete(id);
  }

  /**
   * Runs one task.
   * @param worker the only worker that may run it, or undefined for any
   * @param isAhead whether it waits as long as others do that are not
   * @throws TaskFailed, WorkerLost, NotKept, StateNotHere, StreamError RT_WORKER_START
   */
  run(task: NewTask, program: Program, worker?: number, isAhead = false) {
    for (const place of this.#empty) this.#fill(place, MOST_FAILED_STARTS - 1);
    return new Promise<TaskDone>((resolve, reject) => {
      const queue = worker === undefined ? this.#shared : this.#slot(worker).own;
      enqueue(queue, { task, program, isAhead, resolve, reject });
      this.#dispatch();
    });
  }

  release(what: { shuffles?: number[]; nodes?: string[]; states?: string[] }): void {
    const { shuffles = [], nodes = [], states = [] } = what;
    if (shuffles.length + nodes.length + states.length === 0) return;
    for (const slot of this.#slots) slot.handle.post({ type: "release", shuffles, nodes, states });
  }

  /** What the workers hold of a state now; each answers when the task that it runs is over. */
  async look(state: string, query: StateQuery): Promise<StateSight[]> {
    const there = this.#slots.filter((_, worker) => !this.#empty.has(worker));
    const sights = await Promise.all(there.map((slot) => this.#look(slot, state, query)));
    return sights.flat();
  }

  /** Drops the workers' copies of a broadcast value. */
  releaseBroadcast(id: string, destroyed: boolean): void {
    for (const slot of this.#slots) slot.handle.post({ type: "releaseBroadcast", id, destroyed });
  }

  /**
   * Ends a job: tasks that wait reject with `reason`, running ones are told to end and settle when their worker answers.
   * @param graceMs workers still running one of them after that are replaced; left out: none is
   */
  cancel(job: number, reason: Error, graceMs?: () => number): void {
    for (const [worker, slot] of this.#slots.entries()) {
      const mine = [...slot.running.values()].filter((running) => running.task.job === job);
      slot.own = slot.own.filter((pending) => !rejectIf(pending, job, reason));
      for (const { seat, task } of mine) {
        slot.cancellation.cancel(seat);
        slot.handle.post({ type: "cancel", task: task.task });
      }
      if (mine.length > 0 && graceMs !== undefined) this.#replaceInTime(worker, slot, job, graceMs, 0);
    }
    const shared = this.#shared.splice(0).filter((pending) => !rejectIf(pending, job, reason));
    this.#shared.push(...shared);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#watch);
    const reason = new StreamError(
      "RT_POOL_CLOSED",
      "the worker threads were stopped before the job was done",
    );
    for (const pending of this.#shared.splice(0)) pending.reject(reason);
    for (const slot of this.#slots) {
      for (const pending of [...slot.own, ...slot.running.values()]) pending.reject(reason);
      for (const seen of slot.looks.values()) seen([]);
    }
    await Promise.all(this.#slots.map((slot) => slot.handle.terminate()));
  }

  #newSlot(worker: number, failedStarts = 0): Slot {
    const events: WorkerEvents = {
      started: () => {
        slot.failedStarts = 0;
        slot.hasStarted = true;
      },
      message: (message) => this.#answer(slot, message, worker),
      lost: (loss) => this.#replace(worker, slot, loss),
    };
    const cancellation = new Cancellation();
    const handle = this.spawn(
      { worker, workers: this.size, bucketMemory: this.#bucketMemory },
      cancellation,
      events,
    );
    const slot: Slot = {
      handle,
      cancellation,
      sent: new Set(),
      running: new Map(),
      own: [],
      looks: new Map(),
      hasStarted: false,
      failedStarts,
    };
    return slot;
  }

  /** Joins a worker with each one from `from` on by a pipe of its own. */
  #connect(worker: number, from: number): void {
    for (let other = from; other < this.size; other++) {
      if (other === worker) continue;
      const { port1, port2 } = new MessageChannel();
      this.#slot(worker).handle.post({ type: "peer", worker: other, port: port1 }, [port1]);
      this.#slot(other).handle.post({ type: "peer", worker, port: port2 }, [port2]);
    }
  }

  #look(slot: Slot, state: string, query: StateQuery): Promise<StateSight[]> {
    this.#lookCount += 1;
    const look = this.#lookCount;
    return new Promise((resolve) => {
      slot.looks.set(look, resolve);
      slot.handle.post({ type: "look", look, state, query });
    });
  }

  #slot(worker: number): Slot {
    const slot = this.#slots[worker];
    if (slot === undefined) throw new Error(`there is no worker ${worker} of ${this.size}`);
    return slot;
  }

  #dispatch(): void {
    for (const [worker, slot] of this.#slots.entries()) {
      for (let next = this.#next(slot); next !== undefined; next = this.#next(slot))
        this.#post(slot, next, worker);
    }
  }

  /** A task that any worker may run is given to an idle one only: behind a long task it would wait for no reason. */
  #next({ running, own }: Slot): Pending | undefined {
    if (running.size === 0) return nextOf(own, this.#shared)?.shift();
    return running.size < SEATS ? own.shift() : undefined;
  }

  #post(slot: Slot, pending: Pending, worker: number): void {
    this.#watch ??= setInterval(() => this.#watchBusy(), WATCH_MS).unref();
    const seat = freeSeat(slot);
    slot.cancellation.seat(seat);
    slot.running.set(pending.task.task, { ...pending, seat });
    try {
      const { program, task } = pending;
      const needed =
        task.input.kind === "shuffle" ? [...program.functions, ...task.input.functions] : program.functions;
      for (const id of needed)
        this.#once(slot, id, () => ({ type: "function", portable: this.#function(id) }));
      this.#once(slot, program.id, () => ({ type: "program", program }));
      slot.handle.post({ type: "task", task: { ...task, seat, program: program.id } });
      this.#limitSent(slot, needed.length + 1);
    } catch (error) {
      // What cannot be cloned shows here: the task's own fault, not the pool's.
      slot.running.delete(pending.task.task);
      pending.reject(
        error instanceof Error ? error : new Error(`task for worker ${worker}: ${String(error)}`),
      );
    }
  }

  #watchBusy(): void {
    const busy = this.#slots.filter(({ running }) => running.size > 0);
    for (const { handle } of busy) handle.watch?.();
    if (busy.length > 0) return;
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  #once(slot: Slot, id: string, message: () => ToWorker): void {
    if (!slot.sent.delete(id)) slot.handle.post(message());
    slot.sent.add(id);
  }

  /** Functions and loops that were not used for long leave the worker; if they are needed again they are sent again. */
  #limitSent({ sent, handle }: Slot, needed: number): void {
    if (sent.size <= Math.max(SENT_AT_MOST, needed)) return;
    const oldest = [...sent].slice(0, sent.size - Math.max(SENT_AT_MOST / 2, needed));
    for (const id of oldest) sent.delete(id);
    handle.post({ type: "drop", ids: oldest });
  }

  #function(id: string): PortableFunction {
    const portable = this.#functions.get(id);
    if (portable === undefined) throw new Error(`function ${id} was not defined`);
    return portable;
  }

  #answer(slot: Slot, message: FromWorker, worker: number): void {
    if (message.type === "printed") {
      this.onPrinted(message.job, message.printed);
      return;
    }
    if (message.type === "seen") {
      slot.looks.get(message.look)?.(message.sights);
      slot.looks.delete(message.look);
      return;
    }
    const pending = slot.running.get(message.task);
    slot.running.delete(message.task);
    if (pending !== undefined && message.printed.length > 0)
      this.onPrinted(pending.task.job, message.printed);
    if (message.type === "done" && message.accumulated.length > 0 && pending !== undefined)
      this.onAccumulated(pending.task.job, message.accumulated);
    if (message.type === "done") {
      const { result, metrics, kept, moved } = message;
      pending?.resolve({ result, metrics, worker, kept, moved });
    } else if (message.type === "stateNotHere")
      pending?.reject(new StateNotHere(message.state, message.partition));
    else if (message.type === "notKept")
      pending?.reject(new NotKept(worker, message.node, message.partition));
    else pending?.reject(new TaskFailed(message.failure));
    this.#dispatch();
  }

  /** The grace may become longer while it runs, when the worker comes to hold something. */
  #replaceInTime(worker: number, slot: Slot, job: number, graceMs: () => number, waitedMs: number): void {
    const leftMs = graceMs() - waitedMs;
    const next = () => this.#replaceInTime(worker, slot, job, graceMs, waitedMs + leftMs);
    if (leftMs > 0) setTimeout(next, leftMs).unref();
    else this.#replaceIfBusy(worker, slot, job);
  }

  #replaceIfBusy(worker: number, slot: Slot, job: number): void {
    const busy = [...slot.running.values()].some((pending) => pending.task.job === job);
    if (busy && this.#slots[worker] === slot) this.#replace(worker, slot, STUCK);
  }

  #replace(worker: number, slot: Slot, loss: WorkerLoss): void {
    if (this.#closed || this.#slots[worker] !== slot || this.#empty.has(worker)) return;
    void slot.handle.terminate();
    new BucketMemory(this.#bucketMemory).forget(worker);
    const failedStarts = slot.hasStarted ? 0 : slot.failedStarts + 1;
    const givenUp = failedStarts < MOST_FAILED_STARTS ? undefined : notStarted(worker, loss);
    if (givenUp === undefined) this.#fill(worker, failedStarts);
    else this.#leaveEmpty(worker, givenUp);
    // In the order in which they were givenUp: only the first one was being run.
    [...slot.running.values()].forEach((pending, i) => {
      pending.reject(givenUp ?? new WorkerLost(worker, loss, i === 0));
    });
    // What they read was with the worker that is gone.
    for (const pending of slot.own) pending.reject(givenUp ?? new WorkerLost(worker, loss, false));
    // What it held is gone with it.
    for (const seen of slot.looks.values()) seen([]);
    this.onLost(worker, loss.reason);
    this.#dispatch();
  }

  /** Puts a worker into a place that has none. */
  #fill(worker: number, failedStarts: number): void {
    this.#empty.delete(worker);
    this.#slots[worker] = this.#newSlot(worker, failedStarts);
    this.#connect(worker, 0);
  }

  /** No task is left to the other workers: of what jobs share, each has partitions of its own. */
  #leaveEmpty(worker: number, reason: StreamError): void {
    this.#empty.add(worker);
    for (const pending of this.#shared.splice(0)) pending.reject(reason);
  }
}

function notStarted(worker: number, { reason }: WorkerLoss): StreamError {
  return new StreamError(
    "RT_WORKER_START",
    `worker thread ${worker} ended as it started, ${MOST_FAILED_STARTS} times one after the other; the last time: ${reason}. See that the machine has memory and threads left, that workerMemoryMb is enough for what NODE_OPTIONS loads into each thread, and that the files of millrace are as they were when the program began; the next job tries again`,
  );
}

const STUCK: WorkerLoss = { reason: "it did not end a cancelled task", outOfMemory: false };

function enqueue(queue: Pending[], pending: Pending): void {
  const before = pending.isAhead ? -1 : queue.findIndex(({ isAhead }) => isAhead);
  queue.splice(before < 0 ? queue.length : before, 0, pending);
}

/** Where a worker that is idle finds its next task: among its own, unless only others' are not ahead of their turn. */
function nextOf(own: Pending[], shared: Pending[]): Pending[] | undefined {
  const queues = [own, shared];
  return queues.find(([first]) => first?.isAhead === false) ?? queues.find((queue) => queue.length > 0);
}

function freeSeat({ running }: Slot): number {
  const taken = new Set([...running.values()].map(({ seat }) => seat));
  return Array.from({ length: SEATS }, (_, seat) => seat).find((seat) => !taken.has(seat)) ?? 0;
}

function rejectIf(pending: Pending, job: number, reason: Error): boolean {
  if (pending.task.job !== job) return false;
  pending.reject(reason);
  return true;
}
