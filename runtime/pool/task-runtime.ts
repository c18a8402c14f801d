import type { Accumulated } from "../closure/accumulation.js";
import { StandIns } from "../closure/stand-in.js";
import type { ImportModule } from "../closure/thread-services.js";
import { ScratchFiles } from "../disk/scratch-folder.js";
import { KeyTable } from "../rows/key-table.js";
import { top } from "../rows/largest.js";
import { blockTexts } from "../rows/lines.js";
import { type Partitioning, placement } from "../rows/partitioning.js";
import { short } from "../rows/short-text.js";
import { estimateBytes } from "../rows/size-estimate.js";
import { StateRoom } from "../state/state-room.js";
import { stopwatch } from "../time/clock.js";
import { BucketMemory } from "./bucket-memory.js";
import type { Cancellation } from "./cancellation.js";
import type { Opened, OpenSplit } from "./connector.js";
import { KeptRows } from "./kept-rows.js";
import { KnownKeys } from "./known-keys.js";
import { LoadedCode } from "./loaded-code.js";
import { MergedShuffles } from "./merged-shuffles.js";
import { PairsOutput, type Places } from "./pairs-output.js";
import { plainError } from "./plain-error.js";
import { fail, type LoopInput, type LoopOutput, NO_INPUT, newOutput, TaskError } from "./program.js";
import { type Reader, rowChunk } from "./reader.js";
import { sawSharedMemory } from "./shared-memory.js";
import { ShuffleExchange } from "./shuffle-exchange.js";
import { StateNotHere, StateSlots } from "./state-slots.js";
import type {
  FromWorker,
  KeptPartition,
  Moved,
  Printed,
  Task,
  TaskInput,
  TaskOutput,
  TaskResult,
  ToWorker,
  WorkerSettings,
} from "./task.js";
import { takeCounted } from "./task-counts.js";
import { endTask } from "./task-end.js";
import { describe } from "./task-failure.js";
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

/** Of a worker's memory: what the states of streams may take. */
const STATE_SHARE = 0.3;

/** Of what a worker holds of one kind: what the dictionaries of its keys may take beside it. */
const DICTIONARY_SHARE = 0.25;

/**
 * The whole program of a task thread: keeps functions, compiled loops, merged shuffles, kept rows and state, and runs
 * one task at a time. It waits for imports of modules; a task itself runs synchronously, but for functions that are async.
 */
export class TaskRuntime {
  readonly #code: LoadedCode;
  readonly #merged: MergedShuffles;
  readonly #kept: KeptRows;
  readonly #states: StateSlots;
  readonly #knownKeys: KnownKeys;
  readonly #exchange: ShuffleExchange;
  readonly #standIns = new StandIns();
  /** What the task at hand is to keep of a state that it moved. */
  #moved: Moved | undefined;
  readonly #turns: Turns;
  /** Number of the task that waits for promises. */
  #waiting: number | undefined;
  /** Job of the last task that was run. */
  #job = 0;

  constructor(private readonly options: TaskRuntimeOptions) {
    const { worker, workers, settings, code, cancellation } = options;
    this.#turns = options.turns ?? { last: undefined };
    const files = new ScratchFiles(settings.scratch);
    const shareBytes = settings.spillBytes ?? shareOf(settings.memoryMb);
    const stateBytes = settings.stateBytes ?? settings.memoryMb * 2 ** 20 * STATE_SHARE;
    this.#states = new StateSlots(new StateRoom(stateBytes, files));
    this.#kept = new KeptRows(settings.memoryMb * 2 ** 20 * STORAGE_SHARE, files);
    this.#knownKeys = new KnownKeys(shareBytes * DICTIONARY_SHARE);
    this.#exchange = new ShuffleExchange({
      worker,
      workers,
      memory: new BucketMemory(options.bucketMemory),
      knownKeys: this.#knownKeys,
      files,
      shareBytes,
    });
    const thread = {
      importModule: options.importModule,
      standIns: this.#standIns,
      loopGuard: cancellation,
    };
    this.#code = new LoadedCode({ worker, thread, cancellation, library: code.library });
    this.#merged = new MergedShuffles({
      readers: code.readers,
      exchange: this.#exchange,
      states: this.#states,
      files,
      shareBytes,
      cancellation,
      functionOf: (id) => this.#code.function(id),
    });
  }

  /** Takes a message from the engine thread. Tasks run in the order of their messages. */
  receive(message: ToWorker): void {
    switch (message.type) {
      case "function":
        this.#code.define(message.portable);
        break;
      case "program":
        this.#code.addProgram(message.program);
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
        for (const id of message.ids) if (!this.#code.dropFunction(id)) this.#dropProgram(id);
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
    const { name, message } = plainError(error);
    const text = `something that a function left behind failed after its task: ${name}: ${message}\n`;
    const printed: Printed = [...this.#printed(), { name: "stderr", text }];
    this.options.post({ type: "printed", job: this.#job, printed });
  }

  /** How much is held here; nothing when all RDDs and states were let go. */
  holds(): { shuffles: number; rdds: number; states: number } {
    const shuffles = new Set([...this.#merged.shuffles(), ...this.#exchange.shuffles()]);
    return { shuffles: shuffles.size, rdds: this.#kept.rdds, states: this.#states.size };
  }

  close(): void {
    this.#exchange.close();
    this.#states.close();
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
    this.#code.dropProgram(id);
    this.#dropDictionary(this.#knownKeys.drop(id));
  }

  #dropDictionary(dropped: number | undefined): void {
    if (dropped !== undefined) this.#exchange.dropDictionary(dropped);
  }

  /** Runs the task now when all its functions are there and nothing waits before it, else in its turn. */
  #enqueue(task: Task): void {
    const loading = this.#code.loading(task);
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
    const program = this.#code.program(task.program);
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
    const functionOf = (id: string) => this.#code.function(id);
    return partitioning.kind === "function"
      ? placement(partitioning, partitions, (id) => namingKey("getPartition", functionOf(id)))
      : placement(partitioning, partitions, functionOf);
  }

  #open(input: TaskInput): LoopInput | Promise<LoopInput> {
    switch (input.kind) {
      case "lines":
        for (const { start, end } of input.blocks) sawSharedMemory(end - start);
        return { ...NO_INPUT, texts: blockTexts(input.blocks) };
      case "split":
        return this.#openSplit(input);
      case "rows":
        return { ...NO_INPUT, chunks: [rowChunk(input.rows)] };
      case "range":
        return { ...NO_INPUT, start: input.start, step: input.step, length: input.length };
      case "shuffle":
        return {
          ...NO_INPUT,
          chunks: this.#merged.read(input, (moved) => {
            this.#moved = moved;
          }),
        };
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
        return { rows: top(output.rows, to), count: output.rows.length };
      case "pairs":
      case "tally":
      case "none":
        return null;
    }
  }

  #release(message: { shuffles: number[]; nodes: string[]; states: string[] }): void {
    for (const shuffle of message.shuffles) this.#merged.release(shuffle);
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
    this.options.post({
      type: "failed",
      task: task.task,
      failure: describe(error, this.#code.stepsOf(task.program)),
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

/** A function that is given keys, by which what it throws is told. */
function namingKey(operator: string, f: (key: unknown) => unknown): (key: unknown) => unknown {
  return (key) => {
    try {
      return f(key);
    } catch (error) {
      throw new TaskError(error, operator, { value: key });
    }
  };
}

/** Too much is not sent: whoever asked is told how much it would be. */
function withBytes(rows: unknown[], maxBytes: number): TaskResult {
  const bytes = estimateBytes(rows);
  return { rows: bytes > maxBytes ? [] : rows, bytes };
}
