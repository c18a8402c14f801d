import type { SidedPairs } from "../rows/column-batch.js";
import type { PartitionState } from "../state/partition-state.js";
import type { WindowPairs } from "./window-column.js";

/**
 * One partition of a reduced window. The window moves by panes: a pane is what came in during one slide (or a divisor
 * of it), reduced by key. Adding a pane costs the keys of the panes that enter and leave, not of the window.
 */
export interface WindowState extends PartitionState {
  /** Moves the window so that it ends at `endMs` with what came in, part after part; panes that ended at or before `leftMs` leave. Once per move. */
  move(parts: readonly SidedPairs[], endMs: number, leftMs: number): void;
  /** All pairs of the window, which later moves do not change. */
  pairs(): WindowPairs;
  /** End and number of keys of each pane now in the window, oldest first. */
  panes(): { endMs: number; keys: number }[];
}
