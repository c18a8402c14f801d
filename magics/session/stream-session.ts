import { availableParallelism } from "node:os";
import { types } from "node:util";
import type { Cell, CellHost } from "../../kernel/evaluator/extension.js";
import { nearestNames } from "../../kernel/magic/nearest.js";
import { DStream } from "../../runtime/context/dstream.js";
import { type ProgramHost, setProgramHost } from "../../runtime/context/program-host.js";
import { SparkContext } from "../../runtime/context/spark-context.js";
import { StreamingContext } from "../../runtime/context/streaming-context.js";
import { checkWorkerMemory, defaultWorkerMemoryMb } from "../../runtime/pool/worker-memory.js";
import { StreamError } from "../../runtime/stream-error.js";
import type { CellTag } from "../live/tag.js";
import type { DemoSource } from "../source/demo-source.js";

/** Batch interval of the notebook's own `ssc`. */
const BATCH_MS = 1000;

/** What the notebook's own contexts are made with; the rest as a program has it. */
export interface ContextSettings {
  workers?: number;
  workerMemoryMb?: number;
  /** Batch interval of `ssc`; default: a second. */
  batchMs?: number;
}

/** What a session asks of the notebook, or of the program that was exported from one. */
export type SessionHost = Pick<CellHost, "current" | "lookup" | "variables">;

/** The streams of one notebook: what its magics act on. On the cell thread. */
export class StreamSession {
  readonly #contexts = new Set<StreamingContext>();
  #sc: SparkContext | undefined;
  #ssc: StreamingContext | undefined;
  #settings: ContextSettings = {};
  /** Code has had one of them. */
  #isGiven = false;
  /** What streams were declared as. */
  readonly #names = new WeakMap<DStream<unknown>, string>();
  /** Demo sources by port. */
  readonly sources = new Map<number, DemoSource>();

  /** @param program what contexts made from now on know of the program around them; it tells of each that is made */
  constructor(
    readonly host: SessionHost,
    program: (contextMade: (context: object) => void) => ProgramHost,
  ) {
    setProgramHost(program((context) => this.#contexts.add(context as StreamingContext)));
  }

  /** All streaming contexts, oldest first. */
  get contexts(): readonly StreamingContext[] {
    return [...this.#contexts];
  }

  /** The notebook's `sc`, made on first use. */
  get sc(): SparkContext {
    this.#isGiven = true;
    return this.#ownSc();
  }

  /** The notebook's `ssc`, with batches of a second unless configured, made on first use. */
  get ssc(): StreamingContext {
    this.#isGiven = true;
    return this.#ownSsc();
  }

  #ownSc(): SparkContext {
    const { batchMs: _ofSsc, ...conf } = this.#settings;
    this.#sc ??= new SparkContext({ appName: "notebook", ...conf });
    return this.#sc;
  }

  #ownSsc(): StreamingContext {
    this.#ssc ??= new StreamingContext(this.#ownSc(), this.#settings.batchMs ?? BATCH_MS);
    return this.#ssc;
  }

  /**
   * Says what `sc` and `ssc` are to be made with; what is not named stays as it was said before. Those that only magics have
   * looked at are made anew.
   * @throws StreamError RT_CONTEXT_MADE when code has one of them that would be made otherwise, RT_WORKER_MEMORY
   */
  configure(settings: ContextSettings): void {
    const { batchMs, ...ofSc } = settings;
    if (ofSc.workerMemoryMb !== undefined) checkWorkerMemory(ofSc.workerMemoryMb);
    if (!this.#isUsed) {
      this.#makeAnew(settings);
      return;
    }
    if (this.#sc !== undefined && Object.keys(ofSc).length > 0)
      throw made("sc", "new SparkContext({ workers, workerMemoryMb })");
    if (this.#ssc !== undefined && batchMs !== undefined)
      throw made("ssc", `new StreamingContext(sc, ${batchMs})`);
    this.#settings = { ...this.#settings, ...settings };
  }

  /** What `sc` and `ssc` are, or will be, made with. */
  get settings(): Required<ContextSettings> & { isMade: boolean } {
    const { workerMemoryMb, batchMs = BATCH_MS } = this.#settings;
    const workers = this.#sc?.defaultParallelism ?? this.#settings.workers ?? availableParallelism();
    return {
      workers,
      workerMemoryMb: workerMemoryMb ?? defaultWorkerMemoryMb(workers),
      batchMs,
      isMade: this.#isUsed,
    };
  }

  /** Whether something would be lost if they were made anew. */
  get #isUsed(): boolean {
    return this.#isGiven || this.#sc?.engine.isOpen === true || this.#ssc?.checkpointing !== undefined;
  }

  /** The clock stays. */
  #makeAnew(settings: ContextSettings): void {
    const before = this.#ssc;
    this.#settings = { ...this.#settings, ...settings };
    this.#sc = undefined;
    this.#ssc = undefined;
    if (before === undefined) return;
    this.#contexts.delete(before);
    this.#ownSsc().useClock(before.clock);
  }

  /** The context that magics act on: the notebook's variable `ssc`, where a user has declared one. */
  get context(): StreamingContext {
    // What every cell has by this name is not asked for: that would be its first use.
    const declared = this.host.variables().includes("ssc") ? this.host.lookup("ssc") : undefined;
    return declared instanceof StreamingContext ? declared : this.#ownSsc();
  }

  /** The stream that a variable holds. @throws StreamError RT_NO_STREAM with the nearest names */
  stream(name: string): DStream<unknown> {
    const value = this.host.lookup(name);
    if (isStream(value)) return value;
    const what = value !== undefined ? `\`${name}\` is no stream` : `there is no stream named ${name}`;
    throw new StreamError("RT_NO_STREAM", `${what}; ${hint(name, this.#streams())}`);
  }

  /** The stream that a variable holds, or that of an output of this name. @throws StreamError RT_NO_STREAM likewise */
  streamOrOutput(name: string): DStream<unknown> {
    const value = this.host.lookup(name);
    if (isStream(value)) return value;
    const output = this.context.outputs().find((one) => one.name === name);
    if (output !== undefined) return output.stream;
    const names = [...this.#streams(), ...this.context.outputs().map((one) => one.name)];
    throw new StreamError("RT_NO_STREAM", `there is no stream or output named ${name}; ${hint(name, names)}`);
  }

  /** Ids of the outputs of a stream that a variable holds, or of this name. @throws StreamError RT_OUTPUT_NAME with the nearest names */
  outputsNamed(name: string): string[] {
    const outputs = this.context.outputs();
    const value = this.host.lookup(name);
    const found = outputs.filter(
      (one) => one.name === name || one.stream === value || one.stream.name === name,
    );
    if (found.length > 0) return found.map(({ id }) => id);
    if (isStream(value) && value.context !== this.context)
      throw new StreamError(
        "RT_OUTPUT_NAME",
        `\`${name}\` is a stream of another context than ssc, which %stream starts and stops; call start() and stop() of its own`,
      );
    if (isStream(value))
      throw new StreamError(
        "RT_OUTPUT_NAME",
        `\`${name}\` has no output; ${name}.print() or %plot ${name} gives it one`,
      );
    const names = [...new Set(outputs.flatMap((one) => [one.name, one.stream.name]))];
    throw new StreamError("RT_OUTPUT_NAME", `there is no output named ${name}; ${hint(name, names)}`);
  }

  /** What the variable holds now that has held this stream; undefined when it is the same, or no variable ever held it. */
  declaredAnew(stream: DStream<unknown>): DStream<unknown> | undefined {
    const name = this.#names.get(stream);
    const now = name === undefined ? undefined : this.host.lookup(name);
    return isStream(now) && now !== stream ? now : undefined;
  }

  #streams(): string[] {
    return this.host.variables().filter((variable) => isStream(this.host.lookup(variable)));
  }

  /** The variable that holds a value; undefined when none does. */
  nameOf(value: object): string | undefined {
    return this.host.variables().find((name) => this.host.lookup(name) === value);
  }

  /** A cell that is run again replaces the outputs its earlier run declared. */
  cellStarted(cell: Cell): void {
    for (const context of this.#contexts) {
      const old = context.outputs().filter(({ tag }) => (tag as CellTag | null)?.key === cell.key);
      if (old.length > 0) context.replaceOutputs(old.map((output) => output.id));
    }
  }

  /**
   * What it did not declare again is gone. Streams keep the name that they were declared with, for when another is declared in
   * their place.
   */
  cellEnded(declared: readonly string[]): void {
    for (const context of this.#contexts) context.outputsReplaced();
    for (const name of declared) {
      const value = this.host.lookup(name);
      if (isStream(value)) this.#names.set(value, name);
    }
  }

  /** Ends all threads and sockets. */
  async close(): Promise<void> {
    await Promise.all([...this.sources.values()].map((source) => source.stop()));
    await Promise.all([...this.#contexts].map((context) => context.stop(true)));
    await this.#sc?.stop();
  }
}

function made(name: string, instead: string): StreamError {
  return new StreamError(
    "RT_CONTEXT_MADE",
    `${name} is made already and keeps what it was made with; restart the kernel and configure it in the first cell, or make another: ${instead}`,
  );
}

function hint(name: string, names: readonly string[]): string {
  const near = nearestNames(name, names);
  if (near.length > 0) return `did you mean ${near.join(" or ")}?`;
  return names.length === 0 ? "no variable holds a stream yet" : `there is ${names.join(", ")}`;
}

/** Looks at any variable's value: a proxy of the user's would run its traps for `instanceof`. */
function isStream(value: unknown): value is DStream<unknown> {
  return !types.isProxy(value) && value instanceof DStream;
}
