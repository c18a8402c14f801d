import { inspect } from "node:util";
import type { Accumulated } from "../closure/accumulation.js";
import { type Materialized, materialize } from "../closure/materialize.js";
import { StandIns } from "../closure/stand-in.js";
import type { ImportModule, ThreadServices } from "../closure/thread-services.js";
import { isDiskError } from "../disk/disk-error.js";
import { ScratchFiles } from "../disk/scratch-folder.js";
import { KeyTable } from "../rows/key-table.js";
import { top } from "../rows/largest.js";
import { blockTexts } from "../rows/lines.js";
import { type Partitioning, placement } from "../rows/partitioning.js";
import { estimateBytes } from "../rows/size-estimate.js";
import { StreamError } from "../stream-error.js";
import { stopwatch } from "../time/clock.js";
import { BucketMemory } from "./bucket-memory.js";
import type { Cancellation } from "./cancellation.js";
import { type Opened, type OpenSplit, OutsideError } from "./connector.js";
import { KeptRows } from "./kept-rows.js";
import { KnownKeys } from "./known-keys.js";
import { PairsOutput, type Places } from "./pairs-output.js";
import {
  blameNoStep,
  type CompiledProgram,
  compileProgram,
  fail,
  type LoopInput,
  type LoopOutput,
  NO_INPUT,
  newOutput,
  StepError,
  TaskError,
} from "./program.js";
import { ReadRoom } from "./read-room.js";
import { type Merged, type Reader, rowChunk, throughSteps } from "./reader.js";
import { ShuffleExchange } from "./shuffle-exchange.js";
import { StateNotHere, StateSlots } from "./state-slots.js";
import type {
  FromWorker,
  KeptPartition,
  Moved,
  Printed,
  Program,
  ShuffleRead,
  Task,
  TaskFailure,
  TaskInput,
  TaskOutput,
  TaskResult,
  ToWorker,
  WorkerSettings,
} from "./task.js";
import { takeCounted } from "./task-counts.js";
import { endTask } from "./task-end.js";
import { NotKept } from "./worker-loss.js";

/** What task threads run besides the programs they are sent, by the names of operators. */
export interface TaskCode {
  /** The reduce sides of wide operators. */
  readers: ReadonlyMap<string, Reader>;
  /** What opens the input of operators that read from outside. */
  connectors: ReadonlyMap<string, OpenSplit>;
  /** What the lines of operators call besides the pool's own, as `library.name`. */
  library: Readonly<Record<string, unknown>>;
}

/** The order of the tasks of one thread. */
export interface Turns {
  /** Settles when the last task that waits for something is over; undefined when none does. */
  last: Promise<unknown> | undefined;
}

export interface TaskRuntimeOptions {
  worker: number;
  workers: number;
  settings: WorkerSettings;
  code: TaskCode;
  /** Of all workers: see {@link BucketMemory.of}. */
  bucketMemory: SharedArrayBuffer;
  importModule: ImportModule;
  /** Shared by runtimes that share a thread. */
  turns?: Turns;
  cancellation: Cancellation;
  post(message: FromWorker): void;
  /** Takes what was printed since the last call; undefined where tasks print by themselves. */
  takePrinted?(): Printed;
}

/** How often what a task prints is sent while it waits. */
const PRINT_MS = 500;

/** Of a worker's memory: what rows of persisted RDDs may take. */
const STORAGE_SHARE = 0.3;

/** Of what a worker holds of one kind: what the dictionaries of its keys may take beside it. */
const DICTIONARY_SHARE = 0.25;

/**
 * The whole program of a task thread: keeps functions, compiled loops, merged shuffles, kept rows and state, and runs
 * one task at a time. It waits for imports of modules; a task itself runs synchronously, but for functions that are async.
 */
export class TaskRuntime {
  readonly #functions = new Map<string, Promise<Materialized> | Materialized>();
  readonly #programs = new Map<string, { program: Program; run: CompiledProgram | undefined }>();
  /** What was read of each shuffle, by partition, in each of its forms. */
  readonly #merged = new Map<number, Map<number, { views: Map<string, Merged>; room: ReadRoom }>>();
  readonly #keptResults = { bytes: 0 };
  readonly #files: ScratchFiles;
  readonly #shareBytes: number;
  readonly #kept: KeptRows;
  readonly #states = new StateSlots();
  readonly #knownKeys: KnownKeys;
  readonly #exchange: ShuffleExchange;
  readonly #standIns = new StandIns();
  readonly #thread: ThreadServices;
  /** What the task at hand is to keep of a state that it moved. */
  #moved: Moved | undefined;
  readonly #turns: Turns;
  /** Number of the task that waits for promises. */
  #waiting: number | undefined;
  /** Job of the last task that was run. */
  #job = 0;

  constructor(private readonly options: TaskRuntimeOptions) {
    const { worker, workers, settings } = options;
    this.#turns = options.turns ?? { last: undefined };
    this.#files = new ScratchFiles(settings.scratch);
    this.#shareBytes = settings.spillBytes ?? shareOf(settings.memoryMb);
    this.#kept = new KeptRows(settings.memoryMb * 2 ** 20 * STORAGE_SHARE, this.#files);
    this.#knownKeys = new KnownKeys(this.#shareBytes * DICTIONARY_SHARE);
    this.#exchange = new ShuffleExchange({
      worker,
      workers,
      memory: new BucketMemory(options.bucketMemory),
      knownKeys: this.#knownKeys,
      files: this.#files,
      shareBytes: this.#shareBytes,
    });
    this.#thread = {
      importModule: options.importModule,
      standIns: this.#standIns,
      loopGuard: options.cancellation,
    };
  }

  /** Takes a message from the engine thread. Tasks run in the order of their messages. */
  receive(message: ToWorker): void {
    switch (message.type) {
      case "function":
        this.#define(message.portable.id, materialize(message.portable, this.#thread));
        break;
      case "program":
        this.#programs.set(message.program.id, { program: message.program, run: undefined });
        break;
      case "task":
        this.#enqueue(message.task);
        break;
      case "cancel":
        if (this.#waiting === message.task) this.options.cancellation.abort();
        break;
      case "peer":
        this.#exchange.connect(message.worker, message.port);
        break;
      case "release":
        this.#release(message);
        break;
      case "drop":
        for (const id of message.ids) if (!this.#functions.delete(id)) this.#dropProgram(id);
        break;
      case "look":
        this.#look(message);
        break;
      case "releaseBroadcast":
        this.#standIns.release(message.id, message.destroyed);
        break;
    }
  }

  /** Tells of an error that no task can be blamed for: a promise or a timer that a function left behind. */
  failedLate(error: unknown): void {
    const { name, message } = plain(error);
    const text = `something that a function left behind failed after its task: ${name}: ${message}\n`;
    const printed: Printed = [...this.#printed(), { name: "stderr", text }];
    this.options.post({ type: "printed", job: this.#job, printed });
  }

  /** How much is held here; nothing when all RDDs and states were let go. */
  holds(): { shuffles: number; rdds: number; states: number } {
    const shuffles = new Set([...this.#merged.keys(), ...this.#exchange.shuffles()]);
    return { shuffles: shuffles.size, rdds: this.#kept.rdds, states: this.#states.size };
  }

  close(): void {
    this.#exchange.close();
  }

  /** What cannot be copied to another thread goes as text. */
  #look({ look, state, query }: Extract<ToWorker, { type: "look" }>): void {
    const sights = this.#states.look(state, query);
    try {
      this.options.post({ type: "seen", look, sights });
    } catch {
      const asText = sights.map((sight) => ({
        ...sight,
        entries: sight.entries.map((entry) => ({ ...entry, value: short(entry.value) })),
      }));
      this.options.post({ type: "seen", look, sights: asText });
    }
  }

  #dropProgram(id: string): void {
    this.#programs.delete(id);
    this.#dropDictionary(this.#knownKeys.drop(id));
  }

  #dropDictionary(dropped: number | undefined): void {
    if (dropped !== undefined) this.#exchange.dropDictionary(dropped);
  }

  #define(id: string, loading: Promise<Materialized>): void {
    this.#functions.set(id, loading);
    loading.then(
      (fn) => this.#functions.set(id, fn),
      () => undefined, // told by each task that needs it: see #enqueue
    );
  }

  /** Runs the task now when all its functions are there and nothing waits before it, else in its turn. */
  #enqueue(task: Task): void {
    const loading = this.#functionIds(task)
      .map((id) => this.#functions.get(id))
      .filter((fn) => fn instanceof Promise);
    if (this.#turns.last === undefined && loading.length === 0) {
      const waiting = this.#run(task);
      if (waiting !== undefined) this.#inTurn(waiting);
      return;
    }
    const turn = (this.#turns.last ?? Promise.resolve())
      .then(() => Promise.all(loading))
      .then(
        () => this.#run(task),
        (error: unknown) => this.#fail(task, error),
      );
    this.#inTurn(turn);
  }

  /** Tasks that come meanwhile wait for this one. */
  #inTurn(turn: Promise<void>): void {
    this.#turns.last = turn;
    void turn.then(() => {
      if (this.#turns.last === turn) this.#turns.last = undefined;
    });
  }

  #functionIds(task: Task): string[] {
    const ids = this.#programs.get(task.program)?.program.functions ?? [];
    return task.input.kind === "shuffle" ? [...ids, ...task.input.functions] : ids;
  }

  /** @returns when the task is over, for one that waits for promises */
  #run(task: Task): Promise<void> | undefined {
    this.#job = task.job;
    try {
      this.options.cancellation.begin(task.seat);
      const done = this.#done(task);
      if (done instanceof Promise) return this.#wait(task, done);
      this.options.post(done);
    } catch (error) {
      this.#fail(task, error);
    }
    return undefined;
  }

  /** A thread does one task at a time, also while it waits: what is printed and added up meanwhile is of this one. */
  async #wait(task: Task, done: Promise<FromWorker>): Promise<void> {
    this.#waiting = task.task;
    // It may wait for long: what is printed meanwhile is for those who wait for it.
    const printing = setInterval(() => {
      const printed = this.#printed();
      if (printed.length > 0) this.options.post({ type: "printed", job: task.job, printed });
    }, PRINT_MS);
    try {
      this.options.post(await done);
    } catch (error) {
      this.#fail(task, error);
    } finally {
      clearInterval(printing);
      this.#waiting = undefined;
    }
  }

  #done(task: Task): FromWorker | Promise<FromWorker> {
    const elapsedMs = stopwatch();
    const pairs = this.#pairsOutput(task);
    const output = newOutput(task.output, pairs);
    const keeps: unknown[][] = task.keeps.map(() => []);
    this.#accumulated(); // of a task that failed: it does not count
    this.#moved = undefined;
    const finish = (recordsIn: number): FromWorker => {
      const kept = this.#keep(task, keeps);
      if (task.output.kind === "tally") output.table.insert(0, output.count);
      pairs?.finish();
      if (pairs !== undefined) this.#dropDictionary(this.#knownKeys.note(task.program, pairs.table));
      const result = this.#finish(task, output);
      const metrics = { recordsIn, elapsedMs: elapsedMs() };
      const accumulated = this.#accumulated();
      const moved = this.#moved;
      const printed = this.#printed();
      return { type: "done", task: task.task, result, metrics, printed, accumulated, kept, moved };
    };
    const recordsIn = this.#runProgram(task, output, keeps);
    return recordsIn instanceof Promise ? recordsIn.then(finish) : finish(recordsIn);
  }

  #runProgram(task: Task, output: LoopOutput, keeps: unknown[][]): number | Promise<number> {
    const program = this.#compiled(task.program);
    const run = (input: LoopInput) => program(input, output, keeps, fail, task.args);
    try {
      const input = this.#open(task.input);
      const recordsIn = input instanceof Promise ? input.then(run) : run(input);
      return recordsIn instanceof Promise ? recordsIn.then(closeAll, failClosed) : closeAll(recordsIn);
    } catch (error) {
      return failClosed(error);
    }
  }

  #pairsOutput({ task, output, program }: Task): PairsOutput | undefined {
    if (output.kind === "tally") {
      const sent = { shuffle: output.shuffle, task, program, side: 0, partitions: 1 };
      return new PairsOutput(this.#exchange, sent, [0], false, new KeyTable());
    }
    if (output.kind !== "pairs") return undefined;
    const { partitioning, partitions, keyed } = output;
    const sent = { ...output, task, program };
    const table = this.#knownKeys.table(program, partitioning.kind !== "whole");
    return new PairsOutput(this.#exchange, sent, this.#places(partitioning, partitions), keyed, table);
  }

  #places(partitioning: Partitioning, partitions: number): Places {
    if (partitioning.kind === "hash") return "hash";
    if (partitioning.kind === "whole") return partitioning.to;
    return placement(partitioning, partitions, (id) => this.#function(id));
  }

  #compiled(id: string): CompiledProgram {
    const entry = this.#programs.get(id);
    if (entry === undefined) throw new Error(`program ${id} was not sent to worker ${this.options.worker}`);
    entry.run ??= compileProgram(
      entry.program,
      entry.program.functions.map((fn) => this.#function(fn)),
      this.options.cancellation,
      this.options.code.library,
    );
    return entry.run;
  }

  #function(id: string): Materialized {
    const fn = this.#functions.get(id);
    if (typeof fn !== "function")
      throw new Error(`function ${id} was not sent to worker ${this.options.worker}`);
    return fn;
  }

  #open(input: TaskInput): LoopInput | Promise<LoopInput> {
    switch (input.kind) {
      case "lines":
        return { ...NO_INPUT, texts: blockTexts(input.blocks) };
      case "split":
        return this.#openSplit(input);
      case "rows":
        return { ...NO_INPUT, chunks: [rowChunk(input.rows)] };
      case "range":
        return { ...NO_INPUT, start: input.start, step: input.step, length: input.length };
      case "shuffle":
        return { ...NO_INPUT, chunks: this.#read(input) };
      case "kept": {
        const rows = this.#kept.get(input.node, input.partition);
        if (rows === undefined) throw new NotKept(this.options.worker, input.node, input.partition);
        return { ...NO_INPUT, chunks: [rowChunk(rows)] };
      }
    }
  }

  #openSplit({ connector, split }: Extract<TaskInput, { kind: "split" }>): LoopInput | Promise<LoopInput> {
    const open = this.options.code.connectors.get(connector);
    if (open === undefined) throw new Error(`there is no connector named ${connector}`);
    const opened = open(split, this.options.cancellation);
    const inputOf = (from: Opened): LoopInput => ({ ...NO_INPUT, ...from });
    return opened instanceof Promise ? opened.then(inputOf) : inputOf(opened);
  }

  #read(read: ShuffleRead): Merged {
    const partitions = entryOf(this.#merged, read.shuffle, () => new Map());
    const known = partitions.get(read.partition);
    if (known !== undefined) return viewOf(known.views, read);
    const { cancellation } = this.options;
    const room = new ReadRoom(this.#shareBytes, this.#files, this.#keptResults, cancellation);
    const byReader = <T>(work: () => T) => blameNoStep(read.reader, work);
    const views = new Map<string, Merged>();
    try {
      const merged = byReader(() => this.#merge(read, room, views));
      // What is read on the way may fail on the way.
      const chunks = Array.isArray(merged) ? merged : throughSteps(merged, byReader);
      if (read.state !== null) this.#moved = this.#states.finish(read.state, read.partition);
      if (!room.needsBuckets) this.#exchange.merged(read.shuffle, read.partition);
      views.set("", chunks);
      partitions.set(read.partition, { views, room });
      return viewOf(views, read);
    } catch (error) {
      room.release();
      throw error;
    }
  }

  #merge(read: ShuffleRead, room: ReadRoom, views: Map<string, Merged>): Merged {
    const reader = this.options.code.readers.get(read.reader);
    if (reader === undefined) throw new Error(`there is no reader named ${read.reader}`);
    const { params, partition, state } = read;
    return reader.read(this.#exchange.received(read.shuffle, partition), {
      functions: read.functions.map((id) => this.#function(id)),
      params,
      state: {
        move: (create) => {
          if (state === null) throw new Error(`${read.reader} has moved its state already`);
          return this.#states.begin(state, partition, create);
        },
      },
      partition,
      room,
      also: (view, merged) => views.set(view, merged),
    });
  }

  #keep(task: Task, keeps: unknown[][]): KeptPartition[] {
    return task.keeps.flatMap(({ node, partition, storage }, i) =>
      storage === "NONE" ? [] : this.#kept.put(node, partition, storage, keeps[i] ?? []),
    );
  }

  #finish(task: Task, output: LoopOutput): TaskResult {
    const to: TaskOutput = task.output;
    switch (to.kind) {
      case "rows":
        return to.maxBytes === undefined ? { rows: output.rows } : withBytes(output.rows, to.maxBytes);
      case "count":
        return { count: output.count };
      case "sample":
        return { rows: output.rows, count: output.count };
      case "top":
        return { rows: top(output.rows, to) };
      case "pairs":
      case "tally":
      case "none":
        return null;
    }
  }

  #release(message: { shuffles: number[]; nodes: string[]; states: string[] }): void {
    for (const shuffle of message.shuffles) {
      for (const { room } of this.#merged.get(shuffle)?.values() ?? []) room.release();
      this.#merged.delete(shuffle);
      this.#exchange.release(shuffle);
    }
    for (const node of message.nodes) this.#kept.release(node);
    for (const state of message.states) this.#states.release(state);
  }

  #fail(task: Task, error: unknown): void {
    if (error instanceof StateNotHere) {
      const { state, partition } = error;
      this.options.post({
        type: "stateNotHere",
        task: task.task,
        state,
        partition,
        printed: this.#printed(),
      });
      return;
    }
    if (error instanceof NotKept) {
      const { node, partition } = error;
      this.options.post({ type: "notKept", task: task.task, node, partition, printed: this.#printed() });
      return;
    }
    const steps = this.#programs.get(task.program)?.program.steps ?? [];
    this.options.post({
      type: "failed",
      task: task.task,
      failure: describe(error, steps),
      printed: this.#printed(),
    });
  }

  #accumulated(): Accumulated {
    const accumulated = this.#standIns.takeAccumulated();
    const counted = takeCounted();
    return counted.length === 0 ? accumulated : [...accumulated, ...counted];
  }

  #printed(): Printed {
    return this.options.takePrinted?.() ?? [];
  }
}

function viewOf(views: ReadonlyMap<string, Merged>, { view, reader }: ShuffleRead): Merged {
  const merged = views.get(view);
  if (merged === undefined) throw new Error(`${reader} has no ${view} in this batch`);
  return merged;
}

/** The loop came to its end. @throws what closing the task's files does */
function closeAll(recordsIn: number): number {
  const [error] = endTask();
  if (error !== undefined) throw error;
  return recordsIn;
}

function failClosed(error: unknown): never {
  endTask(); // what fails now fails because of this error, or comes second to it
  throw error;
}

/**
 * What a worker holds of one kind, in memory, before it goes to disk. There are four kinds: the table of a map task,
 * buckets that wait, results that are kept, and what a reader works on; and all of them are estimates.
 */
function shareOf(memoryMb: number): number {
  return Math.min((memoryMb * 2 ** 20) / 8, MAX_SHARE_BYTES);
}

const MAX_SHARE_BYTES = 2 ** 28;

const RECORD_CHARACTERS = 200;

function describe(error: unknown, steps: string[]): TaskFailure {
  const outside = error instanceof OutsideError ? error.thrown : error;
  if (error instanceof OutsideError || isDiskError(error))
    return { ...FAILURE, thrown: plain(outside), code: codeOf(outside) };
  if (error instanceof StepError) {
    return {
      ...FAILURE,
      thrown: plain(error.thrown),
      operator: steps[error.step] ?? "",
      ...recordOf(error),
    };
  }
  if (error instanceof TaskError)
    return { ...FAILURE, thrown: plain(error.thrown), operator: error.operator, ...recordOf(error) };
  return { ...FAILURE, thrown: plain(error) };
}

function recordOf({ record }: StepError | TaskError): { record: string } {
  return { record: record === undefined ? "" : short(record.value) };
}

const FAILURE = { operator: "", record: "", code: "" };

function codeOf(thrown: unknown): string {
  return thrown instanceof StreamError ? thrown.code : "";
}

function plain(thrown: unknown): TaskFailure["thrown"] {
  if (thrown instanceof Error)
    return { name: thrown.name, message: thrown.message, stack: thrown.stack ?? "" };
  return { name: "Error", message: `${short(thrown)} was thrown, which is not an Error`, stack: "" };
}

/** Too much is not sent: whoever asked is told how much it would be. */
function withBytes(rows: unknown[], maxBytes: number): TaskResult {
  const bytes = estimateBytes(rows);
  return { rows: bytes > maxBytes ? [] : rows, bytes };
}

function short(value: unknown): string {
  const text = inspect(value, {
    depth: 3,
    breakLength: Number.POSITIVE_INFINITY,
    maxStringLength: RECORD_CHARACTERS,
    maxArrayLength: 20,
  });
  return text.length > RECORD_CHARACTERS ? `${text.slice(0, RECORD_CHARACTERS)}…` : text;
}

function entryOf<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}
