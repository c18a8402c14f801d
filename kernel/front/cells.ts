/** What the front remembers of the cells that were run: where their output, early or late, belongs. */

import type { CellId } from "../port/evaluator.js";
import type { Incoming } from "../wire/message.js";

/** How many requests are remembered. Those whose output still comes stay, however old they are. */
const REMEMBERED_CELLS = 5_000;

/** The request a cell came with: parent of its output, and the client to be asked for input. */
export type CellRequester = Pick<Incoming, "id" | "headerJson" | "identities">;

/** One request that may have output: a cell, or a comm message whose handler prints. */
export interface Cell {
  id: CellId;
  requester: CellRequester;
  /** Its output is not published. */
  silent: boolean;
  allowStdin: boolean;
}

/** Cells by id, the least recently used forgotten first. */
export class Cells {
  readonly #limit: number;
  readonly #cells = new Map<CellId, Cell>();
  #current: Cell | undefined;
  #lastHeard: Cell | undefined;

  constructor(limit = REMEMBERED_CELLS) {
    this.#limit = limit;
  }

  /**
   * The cell being run, or the last one that was not silent: whose output it is when nothing else tells. Undefined
   * before the first.
   */
  get current(): Cell | undefined {
    return this.#current;
  }

  /** A cell begins to run. */
  begin(message: CellRequester, options: Pick<Cell, "silent" | "allowStdin">): Cell {
    const cell = this.remember(message, options);
    this.#current = cell;
    if (!cell.silent) this.#lastHeard = cell;
    return cell;
  }

  /** The running cell has ended. */
  end(): void {
    this.#current = this.#lastHeard;
  }

  /** A request that is no cell and may have output. */
  remember(message: CellRequester, options: Pick<Cell, "silent" | "allowStdin">): Cell {
    const { id, headerJson, identities } = message;
    const cell = { id, requester: { id, headerJson, identities }, ...options };
    this.#use(cell);
    for (const oldest of this.#cells.keys()) {
      if (this.#cells.size <= this.#limit) break;
      this.#cells.delete(oldest);
    }
    return cell;
  }

  /** The cell `id`, or the current one when `id` is not known or was forgotten. */
  find(id: CellId | undefined): Cell | undefined {
    const cell = id === undefined ? undefined : this.#cells.get(id);
    if (cell !== undefined) this.#use(cell);
    return cell ?? this.#current;
  }

  #use(cell: Cell): void {
    this.#cells.delete(cell.id);
    this.#cells.set(cell.id, cell);
  }
}
