/** Live displays side by side: what a dashboard shows, in a cell or in the panel. */

import type { LIVE_MIME, LiveBundle } from "../../kernel/port/live.js";
import { chartTitle } from "../../kernel/port/live-title.js";
import { LiveDisplay, type LiveDisplayOptions } from "./live-display.js";
import { resizeHandle, setSize } from "./resize-handle.js";
import { TileSizes } from "./tile-sizes.js";

const MIME: typeof LIVE_MIME = "application/vnd.millrace.stream.v1+json";

export interface TilesOptions extends Omit<LiveDisplayOptions, "mimeType" | "fills"> {
  /** Where they are: the same tile has another size there. */
  place: "cell" | "panel";
}

const sizes = new TileSizes({
  getItem: (item) => localStorage.getItem(item),
  setItem: (item, text) => localStorage.setItem(item, text),
});

/** Each tile can be made larger or smaller at its corner, which the browser remembers, and is fed by itself. */
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
    for (const { bundle, name } of named(bundles))
      if (!this.#tiles.has(bundle.display)) this.#add(bundle, name);
  }

  dispose(): void {
    for (const [id, tile] of this.#tiles) this.#remove(id, tile);
  }

  #add(bundle: LiveBundle, knownBy: readonly unknown[]): void {
    const display = new LiveDisplay({ ...this.options, mimeType: MIME, fills: bundle.spec !== null });
    const host = document.createElement("div");
    host.className = "mlr-tile";
    host.dataset.kind = bundle.spec === null ? "table" : "chart";
    const title = titleOf(bundle);
    host.setAttribute("role", "group");
    host.setAttribute("aria-label", title);
    const name = JSON.stringify([this.options.session.path, this.options.place, ...knownBy]);
    const size = sizes.of(name);
    if (size !== undefined) setSize(host, size);
    const handle = resizeHandle(host, title, (changed) => sizes.keep(name, changed));
    host.append(display.node, handle);
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

function titleOf({ spec }: LiveBundle): string {
  return spec === null ? "streams" : chartTitle(spec) || "chart";
}

/**
 * By what each is known again: its cell, its title, and which it is of several of this title. Not by its display's id, which is
 * another one when its cell is run again.
 */
function named(bundles: readonly LiveBundle[]): { bundle: LiveBundle; name: readonly unknown[] }[] {
  const seen = new Map<string, number>();
  return bundles.map((bundle) => {
    const name = [bundle.notebookCell ?? "", titleOf(bundle)];
    const key = JSON.stringify(name);
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return { bundle, name: [...name, before] };
  });
}
