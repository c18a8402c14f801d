/** A cell's execution as the code of the cell meets it. */

import type { CellRequest } from "../port/evaluator.js";
import type { Cell } from "./extension.js";

export interface RunningCell {
  readonly request: CellRequest;
  readonly cell: Cell;
  /** Nothing the cell still does is waited for or shown as its result. */
  readonly isOver: boolean;
  /** Lets the cell wait for a display that is still being made. */
  pending(shown: Promise<void>): void;
  /** Names that its own code declares. */
  readonly declares: ReadonlySet<string>;
  /**
   * Takes what puts back a change that is for the cell's time only: it is called when the cell ends, also by an interrupt, after
   * which no `finally` of what the cell awaits is reached.
   * @returns puts it back now; each is called once
   */
  untilEnd(restore: () => void): () => void;
  /** Runs the code of another cell as part of this one. Resolves with its value, awaited, which is not shown. */
  include(code: string): Promise<unknown>;
  /** Shows a value as a result is shown, amid the cell's output. */
  show(value: unknown): Promise<void>;
  /** Text for the cell, or for one below it, when this one is over. */
  nextInput(text: string, place: "here" | "below"): void;
  /** What the cell awaits at its top level; once it was interrupted that never settles. */
  settle(awaited: unknown): Promise<unknown>;
  /** The same for the items of a top-level `for await`. */
  each(items: AsyncIterable<unknown> | Iterable<unknown>): AsyncIterable<unknown>;
}
