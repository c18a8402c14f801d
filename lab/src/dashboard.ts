/** A dashboard as the output of a cell: its tiles are fed by themselves, and it is stored as a whole. */

import type { MimeModel } from "@jupyterlab/notebook";
import { Widget } from "@lumino/widgets";
import type { LiveBundle } from "../../kernel/port/live.js";
import { LiveFeed } from "./feed.js";
import type { LiveDisplayOptions } from "./live-display.js";
import { StoredOutput } from "./stored-output.js";
import { Tiles } from "./tiles.js";

export class Dashboard extends Widget {
  readonly #tiles: Tiles;
  readonly #stored: StoredOutput;
  #display: string | undefined;
  #feed: LiveFeed | undefined;

  constructor(private readonly options: LiveDisplayOptions) {
    super();
    const { file, mimeType, ...ofTiles } = options;
    const ask = (): boolean => this.#feed?.tell({ type: "moment" }) === true;
    this.#stored = new StoredOutput(mimeType, file, ask);
    this.#tiles = new Tiles({
      ...ofTiles,
      file: undefined,
      moved: () => this.#stored.moved(),
      place: "cell",
    });
    this.node.append(this.#tiles.node);
  }

  showBundle(model: MimeModel, { display, tiles = [] }: LiveBundle): void {
    this.#stored.model = model;
    this.#tiles.show(tiles);
    if (display === this.#display) return;
    this.#display = display;
    this.#feed?.dispose();
    this.#feed = new LiveFeed(this.options.session, display, {
      received: (message) => {
        if (message.type === "final" || message.type === "moment") this.#stored.received(message);
      },
      // Its tiles say so, each for itself.
      lost: () => undefined,
    });
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#feed?.dispose();
    this.#stored.dispose();
    this.#tiles.dispose();
    super.dispose();
  }
}
