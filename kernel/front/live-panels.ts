import type { LiveBundle, LiveToClient } from "../port/live.js";
import type { LiveDisplay } from "./live-display.js";

/** Displays that a panel is told of at most, the newest. */
const MOST_TILES = 24;
/** Panels at most: a page that was closed without a word is among them. */
export const MOST_PANELS = 16;

/** Clients that show all displays of the kernel, in a panel beside the notebook. */
export class LivePanels {
  /** Comm ids, oldest first. */
  readonly #comms = new Set<string>();

  constructor(private readonly send: (comm: string, message: LiveToClient) => void) {}

  /** @returns the oldest panel when it has to give way: it is told nothing from now on */
  open(comm: string): string | undefined {
    this.#comms.add(comm);
    const [oldest] = this.#comms;
    if (this.#comms.size <= MOST_PANELS || oldest === undefined) return undefined;
    this.#comms.delete(oldest);
    return oldest;
  }

  close(comm: string): void {
    this.#comms.delete(comm);
  }

  /** @param displays all that are remembered, oldest first */
  tell(displays: readonly LiveDisplay[]): void {
    if (this.#comms.size === 0) return;
    const tiles = tilesOf(displays);
    for (const comm of this.#comms) this.send(comm, { type: "board", tiles });
  }
}

/** Charts and tables that still move; of tables the last only, since they show the same. */
function tilesOf(displays: readonly LiveDisplay[]): LiveBundle[] {
  const open = displays.filter(({ closed }) => !closed).map(({ bundle }) => bundle);
  const charts = open.filter(({ spec }) => spec !== null);
  const tables = open.filter(({ tables }) => tables !== undefined).slice(-1);
  return [...charts, ...tables].slice(-MOST_TILES);
}
