/** The panel "Millrace Streams": all charts and tables of the kernel of the notebook that is active, beside it. */

import type { INotebookTracker, SessionContext } from "@jupyterlab/notebook";
import type { ISignal } from "@lumino/signaling";
import { Widget } from "@lumino/widgets";
import type { LIVE_BOARD, LiveToClient } from "../../kernel/port/live.js";
import { LiveFeed } from "./feed.js";
import { Tiles } from "./tiles.js";

const BOARD: typeof LIVE_BOARD = "*";

const EMPTY = "Nothing is drawn yet: run %plot, %streams or %dashboard in the notebook.";
const NO_NOTEBOOK = "No notebook is open.";

/** It goes over to the next kernel when another notebook is made active, and stays with the last one otherwise. */
export class StreamsPanel extends Widget {
  readonly #note = document.createElement("p");
  #session: SessionContext | undefined;
  #feed: LiveFeed | undefined;
  #tiles: Tiles | undefined;

  constructor(
    private readonly notebooks: INotebookTracker,
    private readonly themeChanged: ISignal<unknown, unknown> | undefined,
  ) {
    super();
    this.addClass("mlr-StreamsPanel");
    this.#note.className = "mlr-note";
    this.node.append(this.#note);
    notebooks.currentChanged.connect(this.#follow, this);
    this.#say(NO_NOTEBOOK);
    this.#follow();
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.notebooks.currentChanged.disconnect(this.#follow, this);
    this.#leave();
    super.dispose();
  }

  #follow(): void {
    const session = this.notebooks.currentWidget?.sessionContext;
    if (session === this.#session) return;
    this.#leave();
    this.#session = session;
    this.#say(session === undefined ? NO_NOTEBOOK : EMPTY);
    if (session === undefined) return;
    const { themeChanged } = this;
    this.#tiles = new Tiles({ session, themeChanged, file: undefined, place: "panel" });
    this.node.append(this.#tiles.node);
    this.#feed = new LiveFeed(session, BOARD, {
      received: (message) => this.#received(message),
      lost: (reason) => this.#say(`Nothing moves: ${reason}.`),
    });
  }

  #leave(): void {
    this.#feed?.dispose();
    this.#tiles?.dispose();
    this.#tiles?.node.remove();
    this.#session = undefined;
  }

  #received(message: LiveToClient): void {
    if (message.type !== "board") return;
    this.#tiles?.show(message.tiles);
    this.#say(message.tiles.length === 0 ? EMPTY : "");
  }

  #say(text: string): void {
    this.#note.textContent = text;
    this.#note.hidden = text === "";
  }
}
