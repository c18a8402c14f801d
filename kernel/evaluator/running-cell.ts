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
  /** Runs the code of another cell as part of this one; its value is not shown. */
  include(code: string): Promise<void>;
  /** What the cell awaits at its top level; once it was interrupted that never settles. */
  settle(awaited: unknown): Promise<unknown>;
  /** The same for the items of a top-level `for await`. */
  each(items: AsyncIterable<unknown> | Iterable<unknown>): AsyncIterable<unknown>;
}
