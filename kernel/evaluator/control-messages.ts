/** What the cell thread says to the control thread. */

export type ToControl =
  /** A child process that the cell thread does not stand still for was started, or has ended. */
  | { type: "child"; pid: number; alive: boolean }
  /** The cell thread stands still in code that is to be terminated. */
  | { type: "terminate" };
