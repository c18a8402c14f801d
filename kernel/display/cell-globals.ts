/**
 * The globals every cell has besides those of Node: their types, as cells and the language service see them.
 * Declared globally by this file, so that its declaration file is all that the language service must be given.
 */

import type { Comm, CommMessage, Comms } from "./comm-types.js";
import type { Display } from "./display-types.js";
import type { Progress } from "./progress.js";

declare global {
  /**
   * Shows a value under the cell, as rich as the front end can draw it. Usable any number of times, also long after
   * the cell ended.
   * @returns a handle whose `update` replaces what was shown
   */
  const display: Display;

  /**
   * Removes the output of the cell.
   * @param wait only when the next output comes, so that nothing flickers
   */
  function clearOutput(wait?: boolean): void;

  /**
   * Asks the person at the front end for a line of text.
   * Rejects when the front end allows no input and when the cell is interrupted.
   */
  function input(prompt?: string, options?: { password?: boolean }): Promise<string>;

  /** Asks for a line of text; an empty answer gives `defaultValue`. To be awaited. */
  function prompt(message?: string, defaultValue?: string): Promise<string>;

  /** Asks a question; true when the answer starts with y. To be awaited. */
  function confirm(message?: string): Promise<boolean>;

  /** Goes through `items` and shows how far: `for (const row of progress(rows)) …`. */
  const progress: Progress;

  /** Two-way channels to widgets of the front end. */
  const comms: Comms;
}

export type { Comm, CommMessage, Comms, Display, Progress };
