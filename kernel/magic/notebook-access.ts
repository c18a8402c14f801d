/** What magics about the notebook itself may do with it: run code, capture output, ask the front. */

import type { MimeBundle } from "../port/evaluator.js";
import type { ConnectionFacts, HistoryAccess, HistoryEntry } from "../port/front-calls.js";

/** Output that is kept instead of shown. */
export interface CapturedOutput {
  stdout: string;
  stderr: string;
  /** What was displayed, in order; a display that was updated as it is now. */
  outputs: { data: MimeBundle; metadata: Record<string, unknown> }[];
}

/** Which output is kept; the rest is shown as ever. */
export interface CapturedParts {
  stdout: boolean;
  stderr: boolean;
  displays: boolean;
}

/** One of the things `%config` lists and sets. */
export interface Setting {
  readonly name: string;
  readonly help: string;
  readonly choices: readonly string[];
  /** One of `choices`; assigning takes effect at once. */
  value: string;
}

/** On the cell thread. */
export interface NotebookAccess {
  /** The notebook's folder: what cells import by a relative path starts here, whatever the working directory is. */
  readonly folder: string;
  /**
   * Runs code as part of the cell: what it declares becomes variables. Resolves with the value of its last expression,
   * awaited; rejects with what it throws.
   */
  evaluate(code: string): Promise<unknown>;
  /** Shows a value as the result of a cell is shown, below what was shown so far. */
  showValue(value: unknown): Promise<void>;
  /** Gives a variable its value, and makes it when there is none. */
  assign(name: string, value: unknown): void;
  /** Takes away what cells have declared; names that every cell has mean again what they meant at first. Returns the names. */
  forgetVariables(): string[];
  /**
   * From now on the cell's output is kept instead of shown.
   * @returns ends that and gives what was kept; at the latest it ends with the cell
   */
  capture(parts: CapturedParts): () => CapturedOutput;
  /** Shows output that was kept, in the cell that runs now. */
  showCaptured(captured: CapturedOutput): void;
  /** Asks the person at the front end for a line. Rejects when the front end allows no input. */
  input(prompt: string): Promise<string>;
  /** Puts text into the cell, in place of its own or into one below, when it is over; some front ends ignore it. */
  nextInput(text: string, place: "here" | "below"): void;
  /** The running cell as the history has it, unless its front end wants it left out. */
  readonly running: Pick<HistoryEntry, "line" | "input">;
  /** Inputs of cells that were run, oldest first; the running one is among them. */
  history(access: HistoryAccess): Promise<HistoryEntry[]>;
  /** How a client connects to this kernel. Holds no key. */
  connection(): Promise<ConnectionFacts>;
  /**
   * Loads the magics that a module exports. One that was loaded before is replaced.
   * @param specifier as in an import of a cell
   * @returns the names of the magics, in the order of the exports
   * @throws MagicUsageError when the module exports none, or one with the name of a magic of the kernel
   */
  loadMagics(specifier: string): Promise<string[]>;
  /**
   * Imports modules of the notebook's folder again that have changed since a cell imported them.
   * @returns those that were imported again, and those that could not be, with the reason; by specifier
   */
  reloadModules(): Promise<{ reloaded: string[]; failed: { specifier: string; reason: string }[] }>;
  readonly settings: readonly Setting[];
}
