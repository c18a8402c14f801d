/** The output of a cell that goes on changing: a chart or tables, the strip below, and the kernel that feeds both. */

import type { MimeModel, SessionContext } from "@jupyterlab/notebook";
import type { ISignal } from "@lumino/signaling";
import { Widget } from "@lumino/widgets";
import type { LiveBundle, LiveToClient } from "../../kernel/port/live.js";
import { LiveChart } from "./chart.js";
import { LiveFeed } from "./feed.js";
import { nextPicture, type Picture, stoppedPicture, storedPicture, tablesOf } from "./picture.js";
import { StatusStrip } from "./status-strip.js";
import { storeOutput } from "./stored-output.js";
import { Tables } from "./table.js";
import { themeSignals } from "./theme.js";
import { Visibility } from "./visibility.js";

export interface LiveDisplayOptions {
  mimeType: string;
  session: SessionContext;
  /** JupyterLab's signal that the theme was changed, when it has themes. */
  themeChanged: ISignal<unknown, unknown> | undefined;
}

/**
 * Messages change the {@link Picture}, which is drawn as soon as the one before is, and not at all while nobody sees it: the
 * latest is drawn when the output is visible again. It does not wait for a frame of the page: what charts there are is drawn
 * elsewhere, and the frame would cost as much as all the rest.
 */
export class LiveDisplay extends Widget {
  readonly #chartHost = document.createElement("div");
  readonly #tables = new Tables({ press: (command) => this.#feed?.send(command) });
  readonly #strip = new StatusStrip((command) => this.#feed?.send(command));
  readonly #visibility = new Visibility(this.node, (visible) => this.#seen(visible));
  #model: MimeModel | undefined;
  #display: string | undefined;
  #feed: LiveFeed | undefined;
  #reachable = false;
  #picture: Picture | undefined;
  #chart: { view: LiveChart; spec: Picture["spec"] } | undefined;
  /** Until the browser has said otherwise. */
  #visible = true;
  #drawing = false;

  constructor(private readonly options: LiveDisplayOptions) {
    super();
    this.addClass("mlr-LiveDisplay");
    this.#chartHost.className = "mlr-chart";
    this.node.append(this.#chartHost, this.#tables.node, this.#strip.node);
    options.themeChanged?.connect(this.#repaint, this);
  }

  /** Shows what is stored in `model`, and then what the kernel says. */
  showBundle(model: MimeModel, bundle: LiveBundle): void {
    this.#model = model;
    this.#show(storedPicture(bundle, this.#picture));
    if (bundle.display === this.#display) return;
    this.#display = bundle.display;
    this.#feed?.dispose();
    this.#feed = new LiveFeed(this.options.session, bundle.display, {
      received: (message) => this.#received(message),
      lost: (reason) => this.#lost(reason),
    });
    this.#feed.visible = this.#visible;
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#feed?.dispose();
    this.#strip.dispose();
    this.#visibility.dispose();
    this.options.themeChanged?.disconnect(this.#repaint, this);
    this.#chart?.view.finalize();
    super.dispose();
  }

  #received(message: LiveToClient): void {
    if (message.type === "final") storeOutput(this.#model, this.options.mimeType, message.data);
    this.#reachable = message.type !== "gone";
    if (this.#picture !== undefined) this.#show(nextPicture(this.#picture, message));
  }

  #lost(reason: string): void {
    this.#reachable = false;
    if (this.#picture !== undefined) this.#show(stoppedPicture(this.#picture, reason));
  }

  #show(picture: Picture): void {
    this.#picture = picture;
    this.#strip.show(picture.status, this.#reachable);
    this.#schedule();
  }

  #seen(visible: boolean): void {
    this.#visible = visible;
    if (this.#feed !== undefined) this.#feed.visible = visible;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#visible && !this.#drawing) void this.#draw();
  }

  async #draw(): Promise<void> {
    const picture = this.#picture;
    if (picture === undefined || this.isDisposed) return;
    this.#drawing = true;
    try {
      this.#tables.show(tablesOf(picture), this.#reachable);
      const chart = await this.#chartOf(picture);
      await chart?.show(picture.rows);
    } catch (error) {
      this.#chartHost.textContent = `This chart cannot be drawn: ${error instanceof Error ? error.message : error}`;
    } finally {
      this.#drawing = false;
    }
    if (picture !== this.#picture) this.#schedule();
  }

  /** The one view there is; a new one only for another specification. Undefined without one, and when disposed meanwhile. */
  async #chartOf({ spec }: Picture): Promise<LiveChart | undefined> {
    this.#chartHost.hidden = spec === null;
    if (this.#chart?.spec === spec) return this.#chart.view;
    this.#chart?.view.finalize();
    this.#chart = undefined;
    if (spec === null) return undefined;
    await nextFrame(); // by then it has its place in the page, and a width
    const view = await LiveChart.draw(this.#chartHost, spec, themeSignals(this.node));
    if (this.isDisposed) return void view.finalize();
    this.#chart = { view, spec };
    return view;
  }

  #repaint(): void {
    void this.#chart?.view.repaint(themeSignals(this.node));
  }
}

function nextFrame(): Promise<unknown> {
  return new Promise(requestAnimationFrame);
}
