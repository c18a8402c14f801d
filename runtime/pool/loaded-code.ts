import { type Materialized, materialize } from "../closure/materialize.js";
import type { PortableFunction } from "../closure/portable-function.js";
import type { ThreadServices } from "../closure/thread-services.js";
import type { Cancellation } from "./cancellation.js";
import { type CompiledProgram, compileProgram } from "./program.js";
import type { Program, Task } from "./task.js";

interface LoadedCodeOptions {
  worker: number;
  thread: ThreadServices;
  cancellation: Cancellation;
  /** What the lines of operators call besides the pool's own, as `library.name`. */
  library: Readonly<Record<string, unknown>>;
}

/** The functions and programs that a worker was sent. Functions may have modules to load first; programs are compiled when they are first run. */
export class LoadedCode {
  readonly #functions = new Map<string, Promise<Materialized> | Materialized>();
  readonly #programs = new Map<string, { program: Program; run: CompiledProgram | undefined }>();

  constructor(private readonly options: LoadedCodeOptions) {}

  define(portable: PortableFunction): void {
    const loading = materialize(portable, this.options.thread);
    this.#functions.set(portable.id, loading);
    loading.then(
      (fn) => this.#functions.set(portable.id, fn),
      () => undefined, // told by each task that needs it
    );
  }

  addProgram(program: Program): void {
    this.#programs.set(program.id, { program, run: undefined });
  }

  /** Lets go of a function. @returns false when there is none of this id */
  dropFunction(id: string): boolean {
    return this.#functions.delete(id);
  }

  dropProgram(id: string): void {
    this.#programs.delete(id);
  }

  /** The functions of a task that are not there yet. */
  loading(task: Task): Promise<Materialized>[] {
    return this.#idsOf(task).flatMap((id) => {
      const fn = this.#functions.get(id);
      return fn instanceof Promise ? [fn] : [];
    });
  }

  /** @throws when it was not sent, or is not there yet */
  function(id: string): Materialized {
    const fn = this.#functions.get(id);
    if (typeof fn !== "function")
      throw new Error(`function ${id} was not sent to worker ${this.options.worker}`);
    return fn;
  }

  /** @throws when it was not sent, or what a function of it lacks */
  program(id: string): CompiledProgram {
    const entry = this.#programs.get(id);
    if (entry === undefined) throw new Error(`program ${id} was not sent to worker ${this.options.worker}`);
    entry.run ??= compileProgram(
      entry.program,
      entry.program.functions.map((fn) => this.function(fn)),
      this.options.cancellation,
      this.options.library,
    );
    return entry.run;
  }

  /** The operators of a program; none where it was not sent. */
  stepsOf(program: string): string[] {
    return this.#programs.get(program)?.program.steps ?? [];
  }

  #idsOf(task: Task): string[] {
    const ids = this.#programs.get(task.program)?.program.functions ?? [];
    return task.input.kind === "shuffle" ? [...ids, ...task.input.functions] : ids;
  }
}
