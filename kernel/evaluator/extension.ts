/** The seam by which magics/ gives the evaluator its streams: the evaluator itself knows none. */

import type { Magic } from "../magic/magic.js";
import type { CellId, MimeBundle } from "../port/evaluator.js";

/** One execution of one cell. */
export interface Cell {
  id: CellId;
  /** `In[n]`. */
  number: number;
  /** Same for every run of the same notebook cell when the front end sends cell ids; else the execution's own id. */
  key: string;
  /** Aborted when the cell is interrupted. */
  signal: AbortSignal;
}

/** What a free name of a cell's function stands for. */
export type NotebookBinding =
  /** `import { parse as p } from "csv"`: specifier "csv", exported "parse" (`*` for a namespace), resolved to `url`. */
  | { kind: "import"; specifier: string; exported: string; url: string }
  | { kind: "variable"; value: unknown; constant: boolean }
  /** What the compiler made of something that only the cell itself has. */
  | { kind: "place"; use: "import()" | "import.meta" }
  /** Given by the kernel in every cell (`console`, `display`). */
  | { kind: "ambient"; name: string };

/** What the evaluator offers to its extension. All of it runs on the cell thread. */
export interface CellHost {
  /** The cell being run, or the last one when none is. */
  current(): Cell;
  lookup(name: string): unknown;
  variables(): string[];
  /** What the compiled identifier `name` means in notebook scope; undefined for a name of the language or of Node. */
  binding(name: string): NotebookBinding | undefined;
  /** The name as the user wrote it. */
  displayName(compiled: string): string;
  /** Source of a cell's function without the kernel's loop guards, columns unchanged. */
  sourceOf(fn: (...args: never[]) => unknown): string;
  /** The same with them, for a function that runs in another thread and must be stopped there. */
  guardedSourceOf(fn: (...args: never[]) => unknown): string;
  /** Names the loop guards refer to: an Int32Array whose element 0 says "stop", and the function that then throws. */
  readonly loopGuard: { flag: string; stop: string };
  /** An error as a cell would show it: its traceback in the user's own terms, ANSI colours included. */
  describeError(error: unknown): string;
  write(cell: CellId, name: "stdout" | "stderr", text: string): void;
  show(
    cell: CellId,
    bundle: MimeBundle,
    options?: { displayId?: string; update?: boolean; metadata?: Record<string, unknown> },
  ): void;
  /** The place in a cell's text from which this is called; undefined when no cell is on the stack. Lines from 1. */
  callPlace(): { cell: number; line: number } | undefined;
  /** The notebook's folder. */
  readonly cwd: string;
}

/** A result is described without running anything; who asks for a display may have work done for it. */
export type ShownBy = "result" | "display";

/** What an extension gives to the evaluator. Made once per evaluator process. */
export interface Extension<Context = unknown> {
  /** Names every cell has; getters run on first use. */
  globals: PropertyDescriptorMap;
  magics: readonly Magic<Context>[];
  /** Third argument of every magic. */
  context: Context;
  /** What is shown in place of a value of its own: as the result of a cell, or by `display(value)`. Others come back as they are. */
  view?(value: unknown, shownBy: ShownBy): unknown;
  /** Before a cell runs: what an earlier run of the same cell left behind may be replaced. */
  cellStarted?(cell: Cell): void;
  /** After a cell ended, with the names it declared. */
  cellEnded?(cell: Cell, declared: readonly string[]): void;
  /** Messages that its own thread has sent to the front so far: a cell is over when the front has them. Absent: there is no such thread. */
  engineSent?(): number;
  /** Ends what the extension holds: threads, sockets. Resolves when no handle is left; called once. */
  close(): Promise<void>;
}

export type ExtensionFactory<Context = unknown> = (host: CellHost) => Extension<Context>;

/** What an extension shows in place of a value. */
export function viewOf(
  { view }: Pick<Extension<unknown>, "view">,
  value: unknown,
  shownBy: ShownBy,
): unknown {
  return view === undefined ? value : view(value, shownBy);
}
