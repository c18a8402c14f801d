/** Whose output is what reaches `process.stdout`: the cell is found on the stack, which costs some 30 µs. */

import type { CellId } from "../port/evaluator.js";

/** Looks once in each turn: all that runs between two microtasks was begun by the same cell. */
export class WritingCell {
  readonly #current: () => CellId;
  readonly #caller: () => CellId | undefined;
  #known: { cell: CellId; during: CellId } | undefined;

  /**
   * @param current the cell being run, or the last one
   * @param caller the cell whose code is on the stack, if any is
   */
  constructor(current: () => CellId, caller: () => CellId | undefined) {
    this.#current = current;
    this.#caller = caller;
  }

  /** The cell whose code calls, however late; the current one when none is on the stack. */
  find(): CellId {
    const during = this.#current();
    // A microtask may be lost with a terminated cell, but not beyond that cell.
    if (this.#known?.during === during) return this.#known.cell;
    const cell = this.#caller() ?? during;
    this.#known = { cell, during };
    queueMicrotask(() => {
      this.#known = undefined;
    });
    return cell;
  }
}
