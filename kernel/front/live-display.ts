/** One live display: its latest rows and who watches it. */

import type { CellId } from "../port/evaluator.js";
import type { LiveBundle, LiveChange, LiveRow, LiveStatus, LiveToClient } from "../port/live.js";
import type { Display } from "../wire/display.js";

/** More rows than this are not remembered, whatever the display asks for. */
const MAX_ROWS = 100_000;

/** Watchers of one display beyond this number: a page that was closed without a word is among them. */
export const MAX_WATCHERS = 16;

export class LiveDisplay {
  /** The cell that made it. */
  readonly cell: CellId;
  /** As the cell showed it, without the pictures added by the front. */
  readonly shown: Display;
  #bundle: LiveBundle;
  #rows: LiveRow[];
  #status: LiveStatus;
  #closed = false;
  /** Comm ids of the clients that have it on their screen, oldest first. */
  readonly watchers = new Set<string>();

  constructor(cell: CellId, shown: Display, bundle: LiveBundle) {
    this.cell = cell;
    this.shown = shown;
    this.#bundle = bundle;
    this.#rows = [...bundle.rows];
    this.#status = bundle.status;
  }

  get id(): string {
    return this.#bundle.display;
  }

  get state(): LiveStatus["state"] {
    return this.#status.state;
  }

  /** No change comes any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** The bundle as it is now. Its rows are a copy that later changes leave alone. */
  get bundle(): LiveBundle {
    return { ...this.#bundle, rows: [...this.#rows], status: this.#status };
  }

  /** What a client that comes now has to draw. */
  get snapshot(): LiveToClient {
    const { spec, tables } = this.#bundle;
    return { type: "snapshot", spec, ...(tables && { tables }), rows: this.#rows, status: this.#status };
  }

  /** Takes a change; without effect once closed. */
  apply({ mode, rows, status, spec }: Omit<LiveChange, "display">): void {
    if (this.#closed) return;
    if (spec !== undefined) this.#bundle = { ...this.#bundle, spec };
    if (mode === "replace") this.#rows = [...rows];
    else for (const row of rows) this.#rows.push(row);
    this.#rows.splice(0, this.#rows.length - Math.min(this.#bundle.keepRows, MAX_ROWS));
    this.#status = status;
  }

  close(status: LiveStatus): void {
    this.#status = status;
    this.#closed = true;
  }
}
