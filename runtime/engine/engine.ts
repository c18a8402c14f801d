import type { RddNode } from "../plan/rdd-node.js";
import { type OutputNode, stateKey } from "../plan/stream-node.js";
import { PlanTable } from "../plan/transfer.js";
import type { PartitionCount } from "../pool/task-counts.js";
import type { WorkerPool } from "../pool/worker-pool.js";
import { StreamError } from "../stream-error.js";
import { SystemClock } from "../time/clock.js";
import type { Action, ActionResult } from "./action.js";
import { Borrowed } from "./borrowed.js";
import { Contexts } from "./contexts.js";
import { EngineFunctions } from "./engine-functions.js";
import { fromErrorData, toErrorData } from "./failure.js";
import { JobRunner } from "./job-runner.js";
import { JobWatch } from "./job-watch.js";
import type { CallName, EngineCalls, FlatOutput, FromEngine, ToEngine } from "./port.js";
import type { Presenter } from "./presenter.js";
import { ProgramFunctions } from "./program-functions.js";
import { receiverEvent } from "./receiver-event.js";
import type { GiveRows } from "./row-stream.js";
import { Sources } from "./sources.js";

export interface EngineOptions {
  pool: WorkerPool;
  /** Folder for temporary files. */
  scratch: string;
  presenter: Presenter;
  post(message: FromEngine): void;
}

type Calls = {
  [N in CallName]: (
    args: EngineCalls[N]["args"],
  ) => EngineCalls[N]["answer"] | Promise<EngineCalls[N]["answer"]>;
};

/**
 * The engine: plans, clocks, receivers and schedulers of a program. It runs in a thread of its own, and knows the
 * program only by messages, so that a busy program delays no batch.
 */
export class Engine {
  readonly #plans = new PlanTable();
  readonly #runner: JobRunner;
  readonly #watch: JobWatch;
  readonly #functions = new EngineFunctions();
  readonly #program: ProgramFunctions;
  readonly #sources: Sources;
  /** The contexts that were started. */
  readonly contexts: Contexts;
  /** Jobs that actions wait for, by the program's numbers. */
  readonly #jobs = new Map<number, number>();
  readonly #borrowed = new Borrowed();

  constructor(private readonly options: EngineOptions) {
    // An action is waited for by a person: however virtual the time of its streams is, this is not.
    this.#watch = new JobWatch(new SystemClock(), (tag, progress) =>
      options.presenter.jobProgress(tag, progress),
    );
    this.#runner = new JobRunner(options.pool, {
      printed: (tag, printed) => {
        for (const { name, text } of printed) options.presenter.printed(tag, name, text);
      },
      accumulated: (accumulated) => {
        for (const { accumulator, part } of accumulated)
          this.#sources.counted(accumulator, part as PartitionCount);
        options.post({ type: "accumulated", accumulated });
      },
      stageBegun: (job, tasks) => this.#watch.stageBegun(job, tasks),
      stageDone: (job) => this.#watch.stageDone(job),
      taskDone: (job, records) => this.#watch.taskDone(job, records),
      free: (rdds) => options.pool.undefine(this.#plans.release(rdds)),
    });
    const parts = {
      ...options,
      plans: this.#plans,
      borrowed: this.#borrowed,
      functions: this.#functions,
      tasks: options.pool.size,
    };
    this.#program = new ProgramFunctions(parts);
    this.#sources = new Sources(parts);
    this.contexts = new Contexts({
      ...parts,
      runner: this.#runner,
      sources: this.#sources,
      program: this.#program,
      forget: (rdds) => this.#forget([...rdds, ...this.#borrowed.letGo(rdds)]),
      programRdd: (id) => this.#plans.rdd(id),
    });
  }

  /** Takes a message of the program. Calls are answered in any order. */
  receive(message: ToEngine): void {
    switch (message.type) {
      case "call":
        void this.#answer(message.id, message.name, message.args);
        break;
      case "plan":
        for (const fn of this.#plans.add(message.parts)) this.options.pool.define(fn);
        break;
      case "persist":
        this.#persist(message.rdd, message.storage);
        break;
      case "cut":
        this.#cut(message.rdd, message.checkpoint);
        break;
      case "persistStream":
        this.#persistStream(message.stream, message.storage);
        break;
      case "forget":
        this.#forget(this.#borrowed.returned(message.rdds));
        break;
      case "releaseBroadcast":
        this.options.pool.releaseBroadcast(message.id, message.destroyed);
        break;
      case "cancel":
        this.#cancel(message.job);
        break;
      case "bodyDone":
        this.#program.bodyDone(message);
        break;
      case "transformed":
        this.#program.transformed(message);
        break;
    }
  }

  /** Cancels a job by the number that its progress is told with. */
  cancelJob(job: number): void {
    this.#runner.cancel(job);
  }

  /** Stops all contexts and the workers. */
  async close(): Promise<void> {
    await this.contexts.close();
    await this.options.pool.close();
  }

  async #answer(id: number, name: CallName, args: EngineCalls[CallName]["args"]): Promise<void> {
    try {
      const value = await (this.#calls[name] as (args: unknown) => unknown)(args);
      this.options.post({ type: "answer", id, value });
    } catch (error) {
      this.options.post({ type: "error", id, error: toErrorData(error) });
    }
  }

  readonly #calls: Calls = {
    run: async ({ rdd, action, job, tag }) => {
      const number = this.#runner.newJob(tag);
      this.#jobs.set(job, number);
      try {
        const give: GiveRows = (place, rows) => this.options.post({ type: "rows", job, place, rows });
        return await this.#watched(this.#plans.rdd(rdd), action, number, tag, give);
      } finally {
        this.#jobs.delete(job);
      }
    },
    stages: () => this.#runner.stages(),
    stored: ({ rdds }) => this.#runner.stored(rdds),
    ranges: ({ rdds }) => this.#runner.ranges(rdds),
    start: async ({ outputs: flat, ...args }) => {
      const outputs = flat.map((output) => this.#output(output));
      await this.#functions.prepare(outputs.map((output) => output.stream));
      return this.contexts.start(args, outputs);
    },
    stop: async ({ context, how }) => {
      await this.#sources.received();
      await this.contexts.stop(context, how);
      return null;
    },
    fail: ({ context, error }) => {
      this.contexts.run(context)?.fail(fromErrorData(error, (stack) => stack));
      return null;
    },
    addOutputs: async ({ context, outputs: flat, inPlaceOf, names }) => {
      const outputs = flat.map((output) => this.#output(output));
      await this.#functions.prepare(outputs.map(({ stream }) => stream));
      this.contexts.named(context, names);
      const over = this.contexts.run(context)?.outputs.add(outputs, inPlaceOf);
      this.contexts.changed(context);
      await over;
      return null;
    },
    events: ({ context, wanted }) => {
      this.contexts.listen(context, wanted);
      return null;
    },
    store: async ({ stream, records, bytes }) => {
      await this.#sources.inbox(stream).store(records, bytes);
      return null;
    },
    receiver: ({ context, stream, state, problem }) => {
      const inbox = this.#sources.inbox(stream);
      const event = receiverEvent(inbox.state.state, state.state, problem);
      inbox.state = state;
      if (event !== undefined) this.contexts.run(context)?.receiverEvent(stream, event, problem);
      return null;
    },
    removeOutputs: ({ context, outputs }) => {
      this.contexts.run(context)?.outputs.remove(outputs);
      this.contexts.changed(context);
      return null;
    },
    moveOutputs: async ({ context, outputs: flat, names }) => {
      const outputs = flat.map((output) => this.#output(output));
      await this.#functions.prepare(outputs.map((output) => output.stream));
      this.contexts.named(context, names);
      await this.contexts.run(context)?.outputs.move(outputs);
      this.contexts.changed(context);
      return null;
    },
    holdOutputs: ({ context, outputs, held }) => {
      this.contexts.hold(context, outputs, held);
      return null;
    },
    look: async ({ stream: id, query }) => {
      const stream = this.#plans.findStream(id);
      return (await this.#runner.look(stream === undefined ? id : stateKey(stream), query)) ?? null;
    },
    peek: async ({ context, stream: id, limit, peek, tag }) => {
      const stream = this.#plans.stream(id);
      await this.#functions.prepare([stream]);
      return (await this.contexts.run(context)?.peek(peek, { stream, limit, tag })) ?? null;
    },
    endPeek: ({ context, peek }) => {
      this.contexts.run(context)?.endPeek(peek);
      return null;
    },
    follow: ({ context, tag }) => {
      this.options.presenter.follow?.(context, tag);
      return null;
    },
    status: ({ context }) => this.contexts.run(context)?.status() ?? null,
    latest: async ({ context, stream, action, tag }) => {
      const latest = this.contexts.run(context)?.latest(this.#plans.stream(stream));
      if (latest === undefined) return null;
      return {
        timeMs: latest.timeMs,
        ...(await this.#runner.run(latest.rdd, action, this.#runner.newJob(tag))),
      };
    },
    lastLook: ({ context, stream }) => {
      const node = this.#plans.findStream(stream);
      return (node && this.contexts.run(context)?.lastLook(node)) ?? null;
    },
    lastState: ({ context, stream }) => {
      const node = this.#plans.findStream(stream);
      return (node && this.contexts.run(context)?.lastState(node)) ?? null;
    },
    batches: ({ context, limit }) => this.contexts.run(context)?.batches(limit) ?? [],
    advance: ({ context, by }) => this.contexts.advance(context, by),
    endAdvance: ({ context }) => {
      this.contexts.endAdvance(context);
      return null;
    },
    slice: ({ context, stream, fromMs, toMs }) =>
      (this.contexts.run(context)?.slice(this.#plans.stream(stream), fromMs, toMs) ?? []).map((rdd) =>
        this.#program.lend(rdd),
      ),
    commitOffsets: async ({ context, stream, ranges }) => {
      await this.contexts.run(context)?.commitOffsets(stream, ranges);
      return null;
    },
    queue: ({ stream, items }) => {
      this.#sources.enqueue(stream, items);
      return null;
    },
  };

  async #watched(
    node: RddNode,
    action: Action,
    job: number,
    tag: unknown,
    give: GiveRows,
  ): Promise<ActionResult> {
    this.#watch.begin(job, tag, () => this.#runner.ahead(node, job));
    try {
      const result = await this.#runner.run(node, action, job, give);
      this.#watch.end(job, "done");
      return result;
    } catch (error) {
      this.#watch.end(
        job,
        error instanceof StreamError && error.code === "RT_CANCELLED" ? "cancelled" : "failed",
      );
      throw error;
    }
  }

  /** The RDD of a batch may be let go by now: then there is nothing to keep. */
  #persist(id: string, storage: RddNode["storage"]): void {
    const rdd = this.#plans.find(id);
    if (rdd !== undefined) this.#runner.persist(rdd, storage);
  }

  #cut(id: string, checkpoint: string): void {
    const rdd = this.#plans.find(id);
    if (rdd !== undefined) this.#runner.cut(rdd, this.#plans.rdd(checkpoint));
  }

  #persistStream(id: string, storage: RddNode["storage"]): void {
    const stream = this.#plans.findStream(id);
    if (stream !== undefined) stream.storage = storage;
  }

  #forget(rdds: readonly string[]): void {
    this.#plans.forget(rdds);
    this.#runner.forget(rdds);
  }

  #output(flat: FlatOutput): OutputNode {
    return { ...flat, stream: this.#plans.stream(flat.stream) };
  }

  #cancel(job: number): void {
    const number = this.#jobs.get(job);
    if (number !== undefined) this.#runner.cancel(number);
  }
}
