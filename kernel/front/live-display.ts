/** One live display: its latest rows and who watches it. */

import type { CellId } from "../port/evaluator.js";
import type { LiveBundle, LiveChange, LiveRow, LiveStatus, LiveToClient } from "../port/live.js";
import { keptRows } from "../port/live-rows.js";
import type { Display } from "../wire/display.js";

/** More rows than this are not remembered, whatever the display asks for. */
const MAX_ROWS = 100_000;

const STANDING: ReadonlySet<LiveStatus["state"]> = new Set(["stopped", "failed", "done"]);

/** Watchers of one display beyond this number: a page that was closed without a word is among them. */
export const MAX_WATCHERS = 16;

/** A client that has the display in a page. */
export interface Watcher {
  /** A person can see it. */
  visible: boolean;
  /** Something was not sent since it could not be seen. */
  missed: boolean;
}

export class LiveDisplay {
  /** The cell that made it. */
  readonly cell: CellId;
  /** As the cell showed it, without the pictures added by the front. */
  readonly shown: Display;
  #bundle: LiveBundle;
  #rows: LiveRow[];
  #status: LiveStatus;
  #closed = false;
  /** Clients that have it in a page, by their comm ids, oldest first. */
  readonly watchers = new Map<string, Watcher>();

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

  get status(): LiveStatus {
    return this.#status;
  }

  get state(): LiveStatus["state"] {
    return this.#status.state;
  }

  /** It does not change by itself now: what is shown is worth storing. */
  get standsStill(): boolean {
    return STANDING.has(this.state);
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
    const { keepRows, keepMs } = this.#bundle;
    const all = mode === "replace" ? rows : [...this.#rows, ...rows];
    this.#rows = keptRows(all, { keepRows: Math.min(keepRows, MAX_ROWS), ...(keepMs && { keepMs }) });
    this.#status = status;
  }

  close(status: LiveStatus): void {
    this.#status = { ...status, isClosed: true };
    this.#closed = true;
  }
}
