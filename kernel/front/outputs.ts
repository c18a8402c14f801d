/** Output of cells → iopub: in order, joined, bounded, under the request of the cell that caused it. */

import type { CellId, CellOutput, DisplayMessage, FromEvaluator } from "../port/evaluator.js";
import { type CommMessage, commOutput } from "../wire/comm.js";
import { clearOutput, type Display, displayData, updateDisplayData } from "../wire/display.js";
import { executeResult } from "../wire/execute.js";
import type { Outgoing } from "../wire/message.js";
import type { StreamName } from "../wire/stream.js";
import type { Cell, Cells } from "./cells.js";
import type { Clock } from "./clock.js";
import type { Iopub } from "./iopub.js";
import type { Lane } from "./lane.js";
import type { Log } from "./log.js";
import { OutputBudget } from "./output-budget.js";
import type { Pacer } from "./pacer.js";

/** What a cell may cause on iopub. */
export type Output = CellOutput | Extract<FromEvaluator, { type: "result" }>;

/** Takes part in every display: a live one is remembered and gets pictures. Returns the display to be published. */
export type CompleteDisplay = (cell: CellId, display: Display) => Display | Promise<Display>;

export interface OutputsOptions {
  cells: Cells;
  iopub: Iopub;
  /** All output goes through this one line. */
  lane: Lane;
  pacer: Pacer;
  clock: Clock;
  complete: CompleteDisplay;
  log: Log;
}

/** Text of a raw pipe, after `mark` and before the next. */
interface RawText {
  cell: Cell;
  name: StreamName;
  text: string;
  mark: number;
}

export class Outputs {
  readonly #options: OutputsOptions;
  readonly #budgets = new WeakMap<Cell, OutputBudget>();
  /** Cells whose output is not only text. */
  readonly #rich = new WeakSet<Cell>();
  /** The line waits for raw output before this mark; −∞ when it does not. */
  #awaitedMark = Number.NEGATIVE_INFINITY;
  /** Raw text whose turn has not come. */
  #held: RawText[] = [];

  constructor(options: OutputsOptions) {
    this.#options = options;
  }

  /** Publishes `output`, after all that was taken before it. Output of silent cells, and before the first cell, is dropped. */
  take(output: Output): void {
    const cell = this.#options.cells.find(output.cell);
    if (cell === undefined || cell.silent) return;
    if (output.type === "stream") this.text(cell, output.name, output.text);
    else this.#options.lane.push(() => this.#paced(() => this.#show(cell, output)));
  }

  /** Text of a stream, as far as the budget of the cell goes. */
  text(cell: Cell, name: StreamName, text: string): void {
    if (!cell.silent) this.#print(cell, name, this.#budgetOf(cell).admit(text));
  }

  /**
   * Text of a raw pipe, after `mark`: it belongs to the cell that runs, or to the last one. Before the first it goes to the log.
   * While a silent cell runs it is dropped, since it may be that cell's: nothing tells it from what another has left running.
   */
  raw(name: StreamName, text: string, mark: number): void {
    const cell = this.#options.cells.current;
    if (cell !== undefined) this.#raw({ cell, name, text, mark });
    else this.#options.log("warn", `the evaluator wrote to its ${name}: ${text.trimEnd()}`);
  }

  /** A line of the kernel's own, on stderr of the cell that runs, or of the last one; before the first it goes to the log. */
  notice(text: string): void {
    const cell = this.#options.cells.current;
    if (cell !== undefined) this.text(cell, "stderr", text);
    else this.#options.log("warn", text.trimEnd());
  }

  /** A task of the line: until `drained` resolves, raw text before `mark` is published ahead of all that waits there. */
  async rawFirst(mark: number, drained: Promise<void>): Promise<void> {
    this.#awaitedMark = mark;
    this.releaseRaw(mark);
    await drained;
    this.#awaitedMark = Number.NEGATIVE_INFINITY;
  }

  /** Publishes raw text that was held back, up to the mark `before`. To be called when the line is empty. */
  releaseRaw(before = Number.POSITIVE_INFINITY): void {
    const due = this.#held.filter(({ mark }) => mark < before);
    this.#held = this.#held.filter(({ mark }) => mark >= before);
    for (const { cell, name, text } of due) this.#options.iopub.stream(cell.requester, name, text);
  }

  /** A comm message of the kernel; `cell` is what caused it, if anything did. */
  comm(
    event: "open" | "msg" | "close",
    cell: Cell | undefined,
    message: CommMessage & { target?: string },
  ): void {
    const publish = () => this.#options.iopub.publish(cell?.requester, commOutput(event, message));
    this.#options.lane.push(() => this.#paced(publish));
  }

  /** The cell is about to end: says what was dropped of its output. */
  settle(cell: Cell): void {
    this.#budgets.get(cell)?.settle();
  }

  #raw(raw: RawText): void {
    if (raw.cell.silent) return;
    this.#held.push({ ...raw, text: this.#budgetOf(raw.cell).admit(raw.text) });
    this.releaseRaw(this.#options.lane.isEmpty ? undefined : this.#awaitedMark);
  }

  #print(cell: Cell, name: StreamName, text: string): void {
    if (text !== "") this.#options.lane.push(() => this.#options.iopub.stream(cell.requester, name, text));
  }

  #paced(publish: () => void | Promise<void>): void | Promise<void> {
    const turn = this.#options.pacer.turn();
    return turn === undefined ? publish() : turn.then(publish);
  }

  #show(cell: Cell, output: Exclude<Output, { type: "stream" }>): void | Promise<void> {
    if (output.type === "clear") return this.#clear(cell, output);
    this.#rich.add(cell);
    switch (output.type) {
      case "result":
        return this.#publish(cell, executeResult(output.executionCount, output.data, output.metadata));
      case "display":
        return this.#complete(cell, output, displayData);
      case "updateDisplay":
        return this.#complete(cell, output, updateDisplayData);
    }
  }

  #clear(cell: Cell, { wait, textOnly = false }: Extract<Output, { type: "clear" }>): void {
    if (textOnly && this.#rich.has(cell)) return;
    this.#rich.delete(cell);
    this.#publish(cell, clearOutput(wait));
  }

  #complete(
    cell: Cell,
    shown: DisplayMessage,
    message: (display: Display) => Outgoing,
  ): void | Promise<void> {
    const { data, metadata, displayId } = shown;
    const display = this.#options.complete(cell.id, { data, metadata, displayId });
    if (!(display instanceof Promise)) return this.#publish(cell, message(display));
    return display.then((completed) => this.#publish(cell, message(completed)));
  }

  #publish(cell: Cell, message: Outgoing): void {
    this.#options.iopub.publish(cell.requester, message);
  }

  #budgetOf(cell: Cell): OutputBudget {
    const known = this.#budgets.get(cell);
    if (known !== undefined) return known;
    const budget = new OutputBudget(this.#options.clock, (notice) => this.#print(cell, "stderr", notice));
    this.#budgets.set(cell, budget);
    return budget;
  }
}
