/** Live displays side by side: what a dashboard shows, in a cell or in the panel. */

import type { LIVE_MIME, LiveBundle } from "../../kernel/port/live.js";
import { LiveDisplay, type LiveDisplayOptions } from "./live-display.js";

const MIME: typeof LIVE_MIME = "application/vnd.millrace.stream.v1+json";

export type TilesOptions = Omit<LiveDisplayOptions, "mimeType">;

/** Each tile can be made larger or smaller at its corner, and is fed by itself. */
export class Tiles {
  readonly node = document.createElement("div");
  readonly #tiles = new Map<string, { host: HTMLElement; display: LiveDisplay }>();

  constructor(private readonly options: TilesOptions) {
    this.node.className = "mlr-tiles";
  }

  /** Shows exactly these; those that are there already stay as they are. */
  show(bundles: readonly LiveBundle[]): void {
    const wanted = new Set(bundles.map(({ display }) => display));
    for (const [id, tile] of this.#tiles) if (!wanted.has(id)) this.#remove(id, tile);
    for (const bundle of bundles) if (!this.#tiles.has(bundle.display)) this.#add(bundle);
  }

  dispose(): void {
    for (const [id, tile] of this.#tiles) this.#remove(id, tile);
  }

  #add(bundle: LiveBundle): void {
    const display = new LiveDisplay({ ...this.options, mimeType: MIME });
    const host = document.createElement("div");
    host.className = "mlr-tile";
    host.dataset.kind = bundle.spec === null ? "table" : "chart";
    host.append(display.node);
    this.node.append(host);
    this.#tiles.set(bundle.display, { host, display });
    // What a tile would store is stored by the dashboard that it is in.
    display.showBundle({ data: { [MIME]: bundle }, setData: () => undefined }, bundle);
  }

  #remove(id: string, { host, display }: { host: HTMLElement; display: LiveDisplay }): void {
    display.dispose();
    host.remove();
    this.#tiles.delete(id);
  }
}
