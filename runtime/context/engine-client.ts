import { Worker } from "node:worker_threads";
import type { Accumulated } from "../closure/accumulation.js";
import { relocate } from "../closure/inspect-function.js";
import { ScratchFolder } from "../disk/scratch-folder.js";
import { type ErrorData, fromErrorData, toErrorData } from "../engine/failure.js";
import type { CallName, EngineCalls, FromEngine, LentRdd, ToEngine } from "../engine/port.js";
import type { EngineThreadData } from "../engine/run-engine-thread.js";
import type { StreamEvent } from "../engine/stream-event.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { OutputNode, StreamNode } from "../plan/stream-node.js";
import { PlanSender } from "../plan/transfer.js";
import { threadEntry } from "../pool/entries.js";
import { IdleCollection } from "../pool/idle-collection.js";
import { StreamError } from "../stream-error.js";

/** The wire to an engine: a thread, or an engine in this thread. */
export interface Wire {
  post(message: ToEngine): void;
  close(): Promise<void>;
  /** While set, the engine keeps the process alive. */
  keepAlive(yes: boolean): void;
}

type OpenWire = (receive: (message: FromEngine) => void, lost: (reason: string) => void) => Wire;

/** What the engine says without being asked, by context. */
export interface ContextEvents {
  body(output: string, rdd: LentRdd, timeMs: number): Promise<void>;
  /** Runs the function of a transform. */
  transform(stream: string, rdds: readonly LentRdd[], timeMs: number): Promise<RddNode>;
  event(event: StreamEvent): void;
  batch(message: Extract<FromEngine, { type: "batch" }>): void;
  stopped(error: Error | undefined, output: string | undefined): void;
  started(): void;
  /** The outputs that are stopped by name, as they are now. */
  held(outputs: readonly string[]): void;
  warning(text: string): void;
}

/**
 * The program's end of the wire to its engine: sends plans before what names them, and pairs answers with calls.
 * The engine is started by the first call.
 */
export class EngineClient {
  #plans = new PlanSender();
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  readonly #forgotten: string[] = [];
  readonly #contexts = new Map<string, ContextEvents>();
  readonly #active = new Set<string>();
  #wire: Wire | undefined;
  #calls = 0;

  /** What a task added up: called once for each that is done. */
  onAccumulated: (accumulated: Accumulated) => void = () => undefined;

  /** Rows of a partition of a job, before its answer. */
  onRows: (job: number, place: number, rows: unknown[]) => void = () => undefined;

  constructor(private readonly openWire: OpenWire) {}

  /** Whether the engine was started and not closed since. */
  get isOpen(): boolean {
    return this.#wire !== undefined;
  }

  /** @throws StreamError RT_NOT_PLAIN by its promise */
  call<N extends CallName>(name: N, args: EngineCalls[N]["args"]): Promise<EngineCalls[N]["answer"]> {
    this.#calls += 1;
    const id = this.#calls;
    return new Promise<EngineCalls[N]["answer"]>((resolve, reject) => {
      // Not before it is sent: what waits keeps the process alive.
      this.#post({ type: "call", id, name, args } as ToEngine);
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#keepAlive();
    });
  }

  /** Makes plans known to the engine; cheap when they are. @throws StreamError RT_NOT_PLAIN for rows in them that cannot travel */
  send(plans: { rdds?: readonly RddNode[]; streams?: readonly StreamNode[] }): void {
    const parts = this.#plans.parts(plans);
    if (parts.rdds.length + parts.streams.length === 0) return;
    try {
      this.#post({ type: "plan", parts });
    } catch (error) {
      // It knows none of them: who asks again is to be told the same.
      this.#plans.forget([...parts.rdds, ...parts.streams].map(({ id }) => id));
      throw error;
    }
  }

  /** Tells the engine of an RDD's storage, if it knows the RDD; otherwise it will know both together. */
  persist(node: RddNode): void {
    if (this.#plans.has(node)) this.#wire?.post({ type: "persist", rdd: node.id, storage: node.storage });
  }

  /** Has the engine's RDD read its checkpoint, if it knows the RDD; otherwise it will know both together. */
  cut(node: RddNode, checkpoint: RddNode): void {
    if (!this.#plans.has(node)) return;
    this.send({ rdds: [checkpoint] });
    this.#wire?.post({ type: "cut", rdd: node.id, checkpoint: checkpoint.id });
  }

  /** The same for the RDDs that a stream has from now on. */
  persistStream(node: StreamNode): void {
    if (this.#plans.has(node))
      this.#wire?.post({ type: "persistStream", stream: node.id, storage: node.storage });
  }

  /** Nobody can ask for this RDD any more. Those of one collection of garbage go together: a lineage may be of thousands. */
  forget(rdd: string): void {
    if (this.#forgotten.push(rdd) > 1) return;
    queueMicrotask(() => {
      const rdds = this.#forgotten.splice(0);
      this.#plans.forget(rdds);
      this.#wire?.post({ type: "forget", rdds });
    });
  }

  releaseBroadcast(id: string, destroyed: boolean): void {
    this.#wire?.post({ type: "releaseBroadcast", id, destroyed });
  }

  cancel(job: number): void {
    this.#wire?.post({ type: "cancel", job });
  }

  /** Listens to a context of this engine. */
  listen(context: string, events: ContextEvents): void {
    this.#contexts.set(context, events);
  }

  /** A started context keeps the process alive; a stopped one does not. */
  setActive(context: string, active: boolean): void {
    if (active) this.#active.add(context);
    else this.#active.delete(context);
    this.#keepAlive();
  }

  /** Ends the engine and its workers. What waits for an answer is rejected. A later call starts a new engine. */
  async close(): Promise<void> {
    const wire = this.#wire;
    this.#wire = undefined;
    await wire?.close();
    this.#rejectAll("it was stopped");
  }

  #post(message: ToEngine): void {
    this.#wire ??= this.openWire(
      (answer) => this.#receive(answer),
      (reason) => this.#lost(reason),
    );
    try {
      this.#wire.post(message);
    } catch (error) {
      throw isNotCloned(error) ? notPlain(error) : error;
    }
    this.#keepAlive();
  }

  #receive(message: FromEngine): void {
    switch (message.type) {
      case "answer":
        this.#settle(message.id)?.resolve(message.value);
        break;
      case "error":
        this.#settle(message.id)?.reject(toError(message.error));
        break;
      case "rows":
        this.onRows(message.job, message.place, message.rows);
        break;
      case "accumulated":
        this.onAccumulated(message.accumulated);
        break;
      case "body":
        void this.#body(message);
        break;
      case "transform":
        void this.#transform(message);
        break;
      case "batch":
        this.#contexts.get(message.context)?.batch(message);
        break;
      case "event":
        this.#contexts.get(message.context)?.event(message.event);
        break;
      case "stopped":
        this.#contexts.get(message.context)?.stopped(message.error && toError(message.error), message.output);
        break;
      case "warning":
        this.#contexts.get(message.context)?.warning(message.text);
        break;
      case "held":
        this.#contexts.get(message.context)?.held(message.outputs);
        break;
      case "started":
        this.#contexts.get(message.context)?.started();
        break;
    }
  }

  #settle(id: number) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    this.#keepAlive();
    return waiting;
  }

  async #body({ id, context, output, rdd, timeMs }: Extract<FromEngine, { type: "body" }>): Promise<void> {
    try {
      await this.#contexts.get(context)?.body(output, rdd, timeMs);
      this.#wire?.post({ type: "bodyDone", id });
    } catch (error) {
      this.#wire?.post({ type: "bodyDone", id, error: toErrorData(error) });
    }
  }

  async #transform({ id, context, stream, rdds, timeMs }: Extract<FromEngine, { type: "transform" }>) {
    try {
      const made = await this.#contexts.get(context)?.transform(stream, rdds, timeMs);
      if (made === undefined) return;
      this.send({ rdds: [made] });
      this.#wire?.post({ type: "transformed", id, rdd: made.id });
    } catch (error) {
      this.#wire?.post({ type: "transformed", id, error: toErrorData(error) });
    }
  }

  #lost(reason: string): void {
    this.#wire = undefined;
    const error = this.#rejectAll(reason);
    for (const events of this.#contexts.values()) events.stopped(error, undefined);
  }

  #rejectAll(reason: string): Error {
    const error = new StreamError("RT_ENGINE_LOST", `the engine thread is gone: ${reason}`);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#active.clear();
    this.#plans = new PlanSender();
    return error;
  }

  #keepAlive(): void {
    this.#wire?.keepAlive(this.#waiting.size > 0 || this.#active.size > 0);
  }
}

function isNotCloned(error: unknown): error is DOMException {
  return error instanceof DOMException && error.name === "DataCloneError";
}

function notPlain({ message }: DOMException): StreamError {
  return new StreamError(
    "RT_NOT_PLAIN",
    `${message.replace(/\.$/, "")}: rows go to other threads as plain data; make numbers, strings, dates, bytes, arrays or plain objects of them first`,
  );
}

function toError(data: ErrorData): Error {
  return fromErrorData(data, relocate);
}

/** What an engine must know of its context. */
export interface EngineSettings {
  workers: number;
  /** Megabytes of heap of each worker. */
  memoryMb: number;
  /** Folder in which the context's temporary files are; the system's when undefined. */
  localDir: string | undefined;
  /** See {@link WorkerSettings}. */
  spillBytes: number | undefined;
  stateBytes: number | undefined;
}

/**
 * An engine in a thread of its own, with task threads. What its messages leave in this thread is collected when it rests, as there:
 * the program hears of each batch for hours.
 * @param entry the engine thread's program
 */
export function threadEngine(
  { workers, localDir, ...limits }: EngineSettings,
  entry: URL = threadEntry("engine"),
): OpenWire {
  return (receive, lost) => {
    const scratch = new ScratchFolder(localDir);
    const settings = { ...limits, scratch: scratch.path };
    const workerData: EngineThreadData = { workers, taskEntry: threadEntry("task").href, settings };
    const resourceLimits = { maxYoungGenerationSizeMb: ENGINE_YOUNG_MB };
    const thread = new Worker(entry, { workerData, resourceLimits, name: "millrace engine" });
    const idle = new IdleCollection();
    thread.on("message", (message: FromEngine) => {
      receive(message);
      idle.worked();
    });
    thread.on("error", (error) => lost(error.message));
    const exited = new Promise<void>((resolve) => thread.once("exit", () => resolve()));
    void exited.then(() => scratch.remove());
    return {
      post: (message) => thread.postMessage(message),
      close: async () => {
        thread.ref();
        thread.postMessage("close");
        await exited;
      },
      keepAlive: (yes) => (yes ? thread.ref() : thread.unref()),
    };
  };
}

/**
 * An engine in this thread, whose tasks run in this thread too: for tests, and where threads are not wanted. Its program, two thirds of
 * the runtime, is loaded by the first message: with threads nobody in this one needs it.
 */
export function inlineEngine(settings: EngineSettings): OpenWire {
  return (receive, lost) => {
    const engine = import("./inline-engine.js").then(({ openInlineEngine }) =>
      openInlineEngine(settings, receive),
    );
    engine.catch((error: Error) => lost(error.message));
    return {
      post: (message) => void engine.then(({ post }) => post(message)),
      close: async () => (await engine).close(),
      keepAlive: () => undefined,
    };
  };
}

/** An output as it travels. */
export function flatOutput(output: OutputNode) {
  return { ...output, stream: output.stream.id };
}

/** Of V8's young generation in the engine thread: plans and messages are small, and what V8 takes for more than that it keeps. */
const ENGINE_YOUNG_MB = 12;
