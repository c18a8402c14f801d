/** The scripts that were run, so that places in stacks can be shown as places in cells. */

import type { Origins, Position } from "../compile/position.js";
import type { CellId } from "../port/evaluator.js";

/** One execution of one cell. */
export interface ExecutedCell {
  id: CellId;
  /** `In[n]`. */
  number: number;
  code: string;
  /** Absent until it was compiled. */
  origins?: Origins;
}

/** Beyond this many the oldest are forgotten: their frames then show the cell, but no line. */
const MAX_CELLS = 2_000;
const MAX_CHARACTERS = 16_000_000;

/** A place of a script in text, as V8 writes it: `notebook:cell-12:3:7`. Groups: sequence, line, column from 1. */
export const SCRIPT_PLACE = /notebook:cell-(\d+):(\d+):(\d+)/;

const SCRIPT_PREFIX = "notebook:cell-";

/** The file name of a script, unique in this process. */
export function scriptName(sequence: number): string {
  return `${SCRIPT_PREFIX}${sequence}`;
}

export class ExecutedCells {
  readonly #cells = new Map<number, ExecutedCell>();
  #characters = 0;
  #last = 0;

  /** @returns the sequence number that {@link scriptName} takes */
  add(cell: ExecutedCell): number {
    this.#cells.set(++this.#last, cell);
    this.#characters += cell.code.length;
    this.#forget();
    return this.#last;
  }

  find(sequence: number): ExecutedCell | undefined {
    return this.#cells.get(sequence);
  }

  #forget(): void {
    for (const [sequence, cell] of this.#cells) {
      if (this.#cells.size <= MAX_CELLS && this.#characters <= MAX_CHARACTERS) return;
      this.#cells.delete(sequence);
      this.#characters -= cell.code.length;
    }
  }
}

/** A place in a cell as the user wrote it; `at` is absent when the script's place is not the user's text. */
export interface CellPlace {
  cell: ExecutedCell;
  at?: Position;
}

/**
 * The cell that began what `stack` shows: a callback's own, or the one that called functions of other cells. Undefined
 * when the stack has no frame of a cell.
 */
export function startingCell(stack: string, cells: ExecutedCells): ExecutedCell | undefined {
  const frame = stack.lastIndexOf(SCRIPT_PREFIX);
  return frame < 0 ? undefined : cellPlace(stack.slice(frame), cells)?.cell;
}

/** The cell and place that the first script place in `text` stands for. */
export function cellPlace(text: string, cells: ExecutedCells): CellPlace | undefined {
  const [, sequence, line, column] = SCRIPT_PLACE.exec(text) ?? [];
  const cell = cells.find(Number(sequence));
  if (cell === undefined) return undefined;
  const at = cell.origins?.original({ line: Number(line), column: Number(column) - 1 });
  return at === undefined ? { cell } : { cell, at };
}
