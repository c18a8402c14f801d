/** The output of a cell that goes on changing: a chart or tables, the strip below, and the kernel that feeds both. */

import type { MimeModel, SessionContext } from "@jupyterlab/notebook";
import type { ISignal } from "@lumino/signaling";
import { Widget } from "@lumino/widgets";
import type { LiveBundle, LiveStatus, LiveToClient } from "../../kernel/port/live.js";
import { LiveChart } from "./chart.js";
import { WorkerLost } from "./chart-worker-client.js";
import { LiveFeed } from "./feed.js";
import type { NotebookFile } from "./notebook-file.js";
import { nextPicture, type Picture, stoppedPicture, storedPicture, tablesOf } from "./picture.js";
import { StatusStrip } from "./status-strip.js";
import { StoredOutput } from "./stored-output.js";
import { Tables } from "./table.js";
import { themeSignals } from "./theme.js";
import { Visibility } from "./visibility.js";
import { set, write } from "./write-changed.js";

export interface LiveDisplayOptions {
  mimeType: string;
  session: SessionContext;
  /** That of the notebook in which it is stored; undefined for what is in none. */
  file: NotebookFile | undefined;
  /** Told when it shows something else than before: not whenever only figures are others. */
  moved?: () => void;
  /** JupyterLab's signal that the theme was changed, when it has themes. */
  themeChanged: ISignal<unknown, unknown> | undefined;
  /** It takes the height of what it is in: as a tile. Otherwise it is as high as its chart. */
  fills?: boolean;
}

const MOVES: ReadonlySet<LiveStatus["state"]> = new Set(["streaming", "running"]);

/** With nothing drawn in between, it is this chart that ends workers. The page does not try what held them: it would stand still itself. */
const MOST_LOSSES = 2;

/**
 * Messages change the {@link Picture}, which is drawn as soon as the one before is, and not at all while nobody sees it: the
 * latest is drawn when the output is visible again. It does not wait for a frame of the page: what charts there are is drawn
 * elsewhere, and the frame would cost as much as all the rest.
 */
export class LiveDisplay extends Widget {
  readonly #chartHost = document.createElement("div");
  readonly #empty = document.createElement("p");
  readonly #tables = new Tables({ press: (command) => this.#press(command) });
  readonly #strip = new StatusStrip((command) => this.#press(command));
  readonly #visibility = new Visibility(this.node, (visible) => this.#seen(visible));
  readonly #stored: StoredOutput;
  #display: string | undefined;
  #feed: LiveFeed | undefined;
  #reachable = false;
  #picture: Picture | undefined;
  #chart: { view: LiveChart; spec: Picture["spec"] } | undefined;
  /** What could not be drawn is not tried again. */
  #undrawable: Picture["spec"] | undefined;
  /** How often the worker was lost at this, since it was drawn last. */
  #losses = 0;
  /** Until the browser has said otherwise. */
  #visible = true;
  #drawing = false;

  constructor(private readonly options: LiveDisplayOptions) {
    super();
    const ask = (): boolean => this.#feed?.tell({ type: "moment" }) === true;
    this.#stored = new StoredOutput(options.mimeType, options.file, ask);
    this.addClass("mlr-LiveDisplay");
    if (options.fills) this.addClass("mlr-fills");
    this.#chartHost.className = "mlr-chart";
    this.#empty.className = "mlr-empty";
    this.#empty.hidden = true;
    this.node.append(this.#chartHost, this.#empty, this.#tables.node, this.#strip.node);
    options.themeChanged?.connect(this.#repaint, this);
  }

  /** Shows what is stored in `model`, and then what the kernel says. */
  showBundle(model: MimeModel, bundle: LiveBundle): void {
    this.#stored.model = model;
    const isKnown = bundle.display === this.#display;
    // What is stored of a display that moves is older than what the kernel says.
    if (isKnown && this.#reachable) return;
    this.#show(storedPicture(bundle, this.#picture));
    if (isKnown) return;
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
    this.#stored.dispose();
    this.#strip.dispose();
    this.#visibility.dispose();
    this.options.themeChanged?.disconnect(this.#repaint, this);
    this.#chart?.view.finalize();
    super.dispose();
  }

  #press(command: string): void {
    this.#feed?.tell({ type: "command", command });
  }

  #received(message: LiveToClient): void {
    this.#reachable = message.type !== "gone";
    if (message.type === "final" || message.type === "moment") this.#stored.received(message);
    else if (this.#picture !== undefined) this.#move(this.#picture, nextPicture(this.#picture, message));
  }

  #move(from: Picture, to: Picture): void {
    this.#show(to);
    if (to.rows === from.rows || to.rows.length === 0 || !MOVES.has(to.status.state)) return;
    this.#stored.moved();
    this.options.moved?.();
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
      this.#losses = 0;
      this.#sayIfEmpty(picture, chart !== undefined);
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#drawing = false;
    }
    if (picture !== this.#picture) this.#schedule();
  }

  /** Axes alone do not say whether rows are missing, or not yet there. */
  #sayIfEmpty({ rows, status }: Picture, isChart: boolean): void {
    const hidden = !isChart || rows.length > 0;
    set(this.#empty, "hidden", hidden);
    if (!hidden) write(this.#empty, status.state === "waiting" ? "No rows yet" : "No rows");
  }

  /** A chart that the worker took with it is drawn again, by another one: not one that ends them. */
  #failed(error: unknown): void {
    const { view, spec } = this.#chart ?? {};
    view?.finalize();
    this.#chart = undefined;
    if (error instanceof WorkerLost && error.byThis) this.#losses += 1;
    if (error instanceof WorkerLost && this.#losses < MOST_LOSSES) {
      // The same to look at, and another one that is to be drawn.
      if (this.#picture !== undefined) this.#show({ ...this.#picture });
      return;
    }
    this.#undrawable = spec ?? this.#picture?.spec;
    this.#chartHost.textContent = `This chart cannot be drawn: ${error instanceof Error ? error.message : error}`;
  }

  /** The one view there is; a new one only for another specification. Undefined without one that can be drawn, and when disposed meanwhile. */
  async #chartOf({ spec }: Picture): Promise<LiveChart | undefined> {
    set(this.#chartHost, "hidden", spec === null);
    if (this.#chart?.spec === spec) return this.#chart.view;
    this.#chart?.view.finalize();
    this.#chart = undefined;
    if (spec === null || spec === this.#undrawable) return undefined;
    await nextFrame(); // by then it has its place in the page, and a width
    const fills = this.options.fills === true;
    const failed = (error: unknown): void => this.#failed(error);
    const place = { host: this.#chartHost, fills, failed };
    const view = await LiveChart.draw(place, spec, themeSignals(this.node));
    if (this.isDisposed) return void view.finalize();
    this.#chart = { view, spec };
    return view;
  }

  #repaint(): void {
    this.#chart?.view.repaint(themeSignals(this.node)).catch((error) => this.#failed(error));
  }
}

function nextFrame(): Promise<unknown> {
  return new Promise(requestAnimationFrame);
}
