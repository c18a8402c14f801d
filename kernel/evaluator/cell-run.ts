/** One execution of one cell, from its request to its `done`. */

import { setImmediate } from "node:timers"; // cells may replace the global one, with fake timers for one
import { type CompiledCell, compileCell, compileExpression } from "../compile/compile-cell.js";
import { dataProperty } from "../display/data-property.js";
import { isDisplayHandle } from "../display/display-function.js";
import { type Rendered, renderValue } from "../display/render-value.js";
import { typeText } from "../display/type-text.js";
import type { CellOutcome, CellRequest, ExpressionResult } from "../port/evaluator.js";
import { cellArguments } from "./cell-arguments.js";
import { reportError } from "./error-report.js";
import { type ExecutedCell, scriptName } from "./executed-cells.js";
import { type Cell, viewOf } from "./extension.js";
import { KeyboardInterrupt } from "./keyboard-interrupt.js";
import type { Notebook } from "./notebook.js";
import type { RunningCell } from "./running-cell.js";
import { cellFunction } from "./script.js";

/**
 * A termination by the inspector drops all pending microtasks: what awaits here may then never go on. So the end of a run
 * does not depend on its own progress: {@link interrupt} ends it at once, whatever it is doing.
 */
export class CellRun implements RunningCell {
  readonly request: CellRequest;
  readonly cell: Cell;
  readonly #notebook: Notebook;
  /** Made when the signal is asked for, which few cells do. */
  #madeController: AbortController | undefined;
  readonly #executed: ExecutedCell;
  readonly #onEnd: () => void;
  /** Displays that are still being made; the cell waits for them. */
  readonly #pending = new Set<Promise<void>>();
  /** Puts back what the cell has changed for the time of its run, in the order of the changes. */
  readonly #undo = new Set<() => void>();
  /** Of the execute_reply: what the front end is to do. */
  readonly #payload: unknown[] = [];
  #compiled: CompiledCell | undefined;
  /** A termination may also hit between "ending" and "ended": the cell is over only when it has said so. */
  #state: "running" | "ending" | "ended" | "interrupted" = "running";

  /** @param onEnd called once, right after `done` was sent */
  constructor(request: CellRequest, notebook: Notebook, onEnd: () => void) {
    this.request = request;
    this.#notebook = notebook;
    this.#onEnd = onEnd;
    this.#executed = { id: request.cell, number: request.executionCount, code: request.code };
    const signal = () => this.#controller.signal;
    this.cell = {
      id: request.cell,
      number: request.executionCount,
      key: request.notebookCell ?? request.cell,
      get signal() {
        return signal();
      },
    };
  }

  get isOver(): boolean {
    return this.#state === "ended" || this.#state === "interrupted";
  }

  get #controller(): AbortController {
    this.#madeController ??= new AbortController();
    return this.#madeController;
  }

  /** Runs the cell. Resolves when it is over, but not when it was interrupted. */
  async start(): Promise<void> {
    try {
      const { value } = await this.#evaluate();
      await Promise.all(this.#pending);
      await nextTurn();
      if (this.#isShown(value)) {
        this.#showResult(await this.#rendered(value));
      }
      const userExpressions = await this.#userExpressions();
      this.#end({ status: "ok", userExpressions, payload: this.#payload });
    } catch (error) {
      await nextTurn();
      this.fail(error);
    }
  }

  /**
   * Ends the cell now: its signal is aborted, and what it waits for will not let it go on.
   * @param frames the stack that was terminated, empty when none was
   */
  interrupt(frames: readonly string[]): void {
    if (this.isOver) return;
    this.#state = "interrupted";
    const error = new KeyboardInterrupt();
    if (frames.length > 0) error.stack = [`${error.name}: ${error.message}`, ...frames].join("\n");
    this.#controller.abort(error);
    this.#finish({ status: "error", ...this.#report(error) }, error);
    this.#onEnd();
  }

  /** Ends the cell with an error, unless it is over. */
  fail(error: unknown): void {
    if (this.#state === "running") this.#end({ status: "error", ...this.#report(error) });
  }

  pending(shown: Promise<void>): void {
    this.#pending.add(shown);
    const forget = (): void => void this.#pending.delete(shown);
    shown.then(forget, forget);
  }

  get declares(): ReadonlySet<string> {
    return new Set(this.#compiled?.declarations.map(({ name }) => name));
  }

  nextInput(text: string, place: "here" | "below"): void {
    this.#payload.push({ source: "set_next_input", text, replace: place === "here" });
  }

  async show(value: unknown): Promise<void> {
    if (value === undefined || isDisplayHandle(value) || this.isOver) return;
    const { data, metadata } = await this.#rendered(value);
    const { output, text } = this.#notebook;
    output.send({ type: "display", cell: this.cell.id, data: text.bundle(data), metadata });
  }

  untilEnd(restore: () => void): () => void {
    const undo = (): void => {
      if (this.#undo.delete(undo)) restore();
    };
    this.#undo.add(undo);
    return undo;
  }

  async include(code: string): Promise<unknown> {
    const { executed, scope, text } = this.#notebook;
    const compiled = await compileCell(code, this.#notebook.compileEnvironment());
    text.know(compiled.names);
    const restoreNames = this.untilEnd(scope.declare(compiled.declarations));
    try {
      const { id, number } = this.cell;
      const sequence = executed.add({ id, number, code, origins: compiled.origins });
      return (await this.#call(compiled, sequence)).value;
    } finally {
      restoreNames();
    }
  }

  readonly settle = async (awaited: unknown): Promise<unknown> => {
    try {
      const value = await awaited;
      return this.#state === "interrupted" ? await never() : value;
    } catch (error) {
      if (this.#state === "interrupted") await never();
      throw error;
    }
  };

  readonly each = (items: AsyncIterable<unknown> | Iterable<unknown>): AsyncIterable<unknown> => {
    const run = this;
    return {
      async *[Symbol.asyncIterator]() {
        for await (const item of items) yield await run.settle(item);
      },
    };
  };

  async #evaluate(): Promise<CellValue> {
    const { executed, extension, scope, settings, text } = this.#notebook;
    if (settings.autoreload) await this.#reloadModules();
    const sequence = executed.add(this.#executed);
    const compiled = await compileCell(this.request.code, this.#notebook.compileEnvironment());
    if (this.isOver) return NO_VALUE;
    this.#compiled = compiled;
    this.#executed.origins = compiled.origins;
    text.know(compiled.names);
    extension.cellStarted?.(this.cell);
    this.untilEnd(scope.declare(compiled.declarations));
    return this.#call(compiled, sequence);
  }

  /** Calls the cell's function; a promise that is its value is awaited. */
  async #call(compiled: CompiledCell, sequence: number): Promise<CellValue> {
    const run = cellFunction(compiled.script, scriptName(sequence));
    const returned = await this.settle(
      Reflect.apply(run, undefined, cellArguments(compiled, this, this.#notebook)),
    );
    if (!Array.isArray(returned)) return NO_VALUE;
    const [value]: unknown[] = returned;
    return { value: isThenable(value) ? await this.settle(value) : value };
  }

  /** A module that cannot be imported again is told of, and stays as it was. */
  async #reloadModules(): Promise<void> {
    const { importer, output } = this.#notebook;
    for (const { specifier, reason } of (await importer.reload()).failed) {
      output.stream(this.cell.id, "stderr", `autoreload: ${specifier} stays as it was: ${reason}\n`);
    }
  }

  async #rendered(value: unknown): Promise<Rendered> {
    const { extension, settings } = this.#notebook;
    const rendered = await renderValue(viewOf(extension, value, "result"), { whole: !settings.truncation });
    const text = rendered.data["text/plain"];
    if (!settings.showTypes || typeof text !== "string") return rendered;
    return { ...rendered, data: { ...rendered.data, "text/plain": `${typeText(value)} = ${text}` } };
  }

  #isShown(value: unknown): boolean {
    if (value === undefined || isDisplayHandle(value)) return false;
    return this.#compiled?.hasValue === true && !this.request.silent && !this.isOver;
  }

  #showResult({ data, metadata }: Rendered): void {
    if (this.isOver) return;
    const { output, text } = this.#notebook;
    const { id: cell, number: executionCount } = this.cell;
    const result = { type: "result", cell, executionCount, data: text.bundle(data), metadata } as const;
    if (Object.keys(this.request.userExpressions).length > 0) output.send(result);
    else output.sendWithNext(result); // `done`
  }

  async #userExpressions(): Promise<Record<string, ExpressionResult>> {
    const results: Record<string, ExpressionResult> = {};
    for (const [name, code] of Object.entries(this.request.userExpressions)) {
      if (this.isOver) break;
      results[name] = await this.#userExpression(code);
    }
    return results;
  }

  async #userExpression(code: string): Promise<ExpressionResult> {
    try {
      const compiled = await compileExpression(code, this.#notebook.compileEnvironment());
      this.#notebook.text.know(compiled.names);
      const executed = { id: this.cell.id, number: this.cell.number, code, origins: compiled.origins };
      const { value } = await this.#call(compiled, this.#notebook.executed.add(executed));
      const { data, metadata } = await renderValue(value);
      return { status: "ok", data: this.#notebook.text.bundle(data), metadata };
    } catch (error) {
      return { status: "error", ...this.#report(error) };
    }
  }

  #report(error: unknown): ReturnType<typeof reportError> {
    return reportError(error, this.#notebook.reportContext(this.#executed));
  }

  #end(outcome: CellOutcome): void {
    if (this.#state !== "running") return;
    this.#state = "ending";
    this.#finish(outcome);
    this.#state = "ended";
    this.#onEnd();
  }

  /** @param interrupt what has ended the cell; absent when it ended by itself */
  #finish(outcome: CellOutcome, interrupt?: KeyboardInterrupt): void {
    const { output, extension, input } = this.#notebook;
    for (const undo of [...this.#undo].reverse()) undo();
    input.cancel(this.request, interrupt);
    output.release(this.cell.id);
    const declared = this.#compiled?.declarations.map((declaration) => declaration.name) ?? [];
    this.#notebook.guarded("the end of a cell", () => extension.cellEnded?.(this.cell, declared));
    output.flush();
    const mark = output.mark();
    const compiled = this.#compiled !== undefined;
    const engineSent = extension.engineSent?.() ?? 0;
    output.send({ type: "done", cell: this.cell.id, mark, engineSent, outcome, compiled });
  }
}

/** In an object, since a promise would look for a `then` on the value itself. */
interface CellValue {
  value: unknown;
}

const NO_VALUE: CellValue = { value: undefined };

/** Looked up without running code: what a proxy or a getter answers to `then` is nobody's promise. */
function isThenable(value: unknown): boolean {
  return typeof dataProperty(value, "then") === "function";
}

/**
 * Node tells of warnings, and of rejections that nobody handles, when all promises have gone on: what a cell did wrong
 * is to be said before it is over.
 */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A fresh one each time: what waits for it can be collected with it. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}
