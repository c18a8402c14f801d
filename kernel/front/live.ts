/** All live displays: the front answers their comms itself, so they go on while the evaluator is busy. */

import type { CellId } from "../port/evaluator.js";
import {
  type FromEngine,
  LIVE_BOARD,
  type LiveChange,
  type LiveStatus,
  type LiveToClient,
  type ToEngine,
} from "../port/live.js";
import { type CommMessage, commOutput } from "../wire/comm.js";
import { type Display, updateDisplayData } from "../wire/display.js";
import { isObject } from "../wire/fields.js";
import type { Outgoing } from "../wire/message.js";
import type { Cell } from "./cells.js";
import { type Clock, within } from "./clock.js";
import type { CommEvent, CommOwner } from "./comms.js";
import { EarlyChanges } from "./early-changes.js";
import { liveBundleOf, withFallbacks, withTiles } from "./live-bundle.js";
import { LiveDisplay, MAX_WATCHERS } from "./live-display.js";
import { LivePanels } from "./live-panels.js";
import { PictureRefresh } from "./picture-refresh.js";
import type { Pictures, Render } from "./render-client.js";

/** Displays that are remembered for clients that come later; of more, closed ones are forgotten, oldest first. */
export const REMEMBERED_DISPLAYS = 500;

/** A cell ends without the last pictures of its charts when none of them is done in this time … */
const LAST_PICTURE_MS = 5_000;
/** … or not all of them in this. A notebook of twenty charts takes some seconds. */
const LAST_PICTURES_MS = 15_000;

export interface LiveOptions {
  clock: Clock;
  render: Render;
  /** Pictures will be asked for: what draws them may start. */
  warmRender(): void;
  /** Publishes under the request of a cell. */
  publish(cell: CellId, message: Outgoing): void;
  /** Publishes a change of what a cell has shown: under the cell that runs now, since clients of files hear no other. */
  update(message: Outgoing): void;
  toEngine(message: ToEngine): void;
  /** The front closes a comm by itself. */
  forgetComm(comm: string): void;
}

type Change = Exclude<FromEngine, { cell: CellId }>;

interface Entry {
  live: LiveDisplay;
  refresh: PictureRefresh;
  /** The last bundle sent had pictures: one without would make front ends change their view. */
  pictured: boolean;
  /** Of a dashboard: what is in it. Empty for anything else. */
  tiles: Entry[];
  /** The dashboard that it is in: pictures are of that as a whole. */
  dashboard: Entry | undefined;
}

export class LiveDisplays implements CommOwner {
  readonly #options: LiveOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #displayOfComm = new Map<string, string>();
  readonly #panels: LivePanels;
  /** Last pictures that are being drawn. */
  readonly #lastPictures = new Set<Promise<void>>();
  readonly #early: EarlyChanges;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#early = new EarlyChanges(options.clock);
    this.#panels = new LivePanels((comm, message) => options.publish("", liveMessage(comm, message)));
  }

  /** A cell shows something: a live display is remembered and comes back with pictures, anything else as it is. */
  show = (cell: CellId, shown: Display): Display | Promise<Display> => {
    const bundle = liveBundleOf(shown.data);
    if (bundle === undefined) return shown;
    const entry = this.#remember(new LiveDisplay(cell, shown, bundle));
    entry.tiles = (bundle.tiles ?? []).map((tile) => this.#remember(new LiveDisplay(cell, shown, tile)));
    for (const tile of entry.tiles) tile.dashboard = entry;
    this.#tellPanels();
    return this.#picture(entry).then(
      (display) => display ?? withFallbacks(shown, entry.live.bundle, undefined),
    );
  };

  /** A change from the extension's thread. */
  change(change: Change): void {
    const entry = this.#entries.get(change.display);
    if (entry !== undefined) this.#apply(entry, change);
    else this.#early.add(change);
  }

  /** The extension is gone: displays that were open have failed. */
  lost(reason: string): void {
    this.#early.clear();
    for (const { live } of this.#entries.values()) {
      if (!live.closed)
        this.change({ type: "liveClose", display: live.id, status: stopped("failed", reason) });
    }
  }

  /**
   * Resolves when what has come to a standstill has its last picture, and after {@link LAST_PICTURES_MS} in any case: a client
   * that runs a file and saves it hears nothing that comes after a cell. At once where pages with the plugin watch.
   */
  async pictured(): Promise<void> {
    const { clock } = this.#options;
    const endMs = clock.now() + LAST_PICTURES_MS;
    while (this.#lastPictures.size > 0) {
      const one = Promise.race(this.#lastPictures).then(() => true);
      const waitMs = Math.min(LAST_PICTURE_MS, endMs - clock.now());
      if (!(await within(clock, waitMs, one, () => false))) return;
    }
  }

  receive(event: CommEvent, message: CommMessage, request: Cell): void {
    if (event === "open") this.#opened(message, request);
    if (event === "msg") this.#heard(message);
    if (event === "close") this.#unwatch(message.comm);
  }

  #remember(live: LiveDisplay): Entry {
    const before = this.#entries.get(live.id);
    const refresh = new PictureRefresh(this.#options.clock, () => this.#update(entry));
    const entry: Entry = { live, refresh, pictured: false, tiles: [], dashboard: undefined };
    this.#entries.delete(live.id);
    this.#entries.set(live.id, entry);
    if (before !== undefined) this.#inherit(entry, before);
    for (const change of this.#early.take(live.id)) this.#apply(entry, change);
    this.#forgetClosed();
    return entry;
  }

  /** The same display shown anew: those who watch it get its new specification. */
  #inherit(entry: Entry, before: Entry): void {
    before.refresh.watched = true;
    for (const [comm, watcher] of before.live.watchers) {
      entry.live.watchers.set(comm, watcher);
      this.#tell(entry.live, comm, entry.live.snapshot);
    }
    entry.refresh.watched = entry.live.watchers.size > 0;
  }

  #forgetClosed(): void {
    for (const [id, { live }] of this.#entries) {
      if (this.#entries.size <= REMEMBERED_DISPLAYS) return;
      if (!live.closed) continue;
      this.#entries.delete(id);
      for (const comm of live.watchers.keys()) this.#forgetWatcher(comm);
    }
  }

  /** Its client has heard all there was to hear: that the display is closed. */
  #forgetWatcher(comm: string): void {
    this.#displayOfComm.delete(comm);
    this.#options.forgetComm(comm);
  }

  #apply(entry: Entry, change: Change): void {
    const { live } = entry;
    if (live.closed) return;
    const closes = change.type === "liveClose";
    const moves = change.status.state !== live.state;
    if (closes) live.close(change.status);
    else live.apply(change);
    const told = closes ? statusOnly(change.status) : change.spec ? live.snapshot : asChange(change);
    for (const comm of live.watchers.keys()) this.#tell(live, comm, told);
    const shown = entry.dashboard ?? entry;
    if (moves && standsStill(shown)) void this.#store(shown, [...shown.live.watchers.keys()]);
    // The notebook may be about to end: what it is stored with is drawn at once.
    if (closes || (moves && standsStill(shown))) this.#drawLast(shown);
    else if (change.rows.length > 0 || change.mode === "replace" || moves) shown.refresh.changed();
    if (closes) this.#tellPanels();
  }

  #drawLast({ refresh }: Entry): void {
    const picture = refresh.drawNow().finally(() => this.#lastPictures.delete(picture));
    this.#lastPictures.add(picture);
  }

  #tellPanels(): void {
    this.#panels.tell([...this.#entries.values()].map(({ live }) => live));
  }

  /** A client stores what stands still in its notebook: it can, also after a reload, when updates do not reach the output. */
  async #store(entry: Entry, comms: readonly string[]): Promise<void> {
    if (comms.length === 0) return;
    const display = await this.#picture(entry, true);
    if (display === undefined || !standsStill(entry)) return;
    const final = { type: "final", data: display.data } as const;
    for (const comm of comms) this.#options.publish(entry.live.cell, liveMessage(comm, final));
  }

  /** Publishes the picture of the moment, of the same MIME types as before. */
  async #update(entry: Entry): Promise<void> {
    const display = await this.#picture(entry, true);
    if (display !== undefined) this.#options.update(updateDisplayData(display));
  }

  /**
   * The display with the fallbacks of the moment; undefined when pictures it had before cannot be drawn.
   * `later`: no output waits for it.
   */
  async #picture(entry: Entry, later = false): Promise<Display | undefined> {
    if (entry.tiles.length > 0) return this.#dashboard(entry, later);
    const bundle = entry.live.bundle;
    const pictures = await this.#drawn(entry, later);
    if (pictures === undefined && entry.pictured) return undefined;
    entry.pictured = pictures !== undefined;
    return withFallbacks(entry.live.shown, bundle, pictures);
  }

  async #dashboard({ live, tiles }: Entry, later: boolean): Promise<Display> {
    const draw = async (tile: Entry) => ({
      bundle: tile.live.bundle,
      pictures: await this.#drawn(tile, later),
    });
    const drawn = await Promise.all(tiles.map(draw));
    const bundle = { ...live.bundle, tiles: drawn.map((tile) => tile.bundle) };
    return withTiles(live.shown, bundle, drawn);
  }

  /** Axes without rows would say less than the text, which has the reason. Where there was a picture there is one. */
  async #drawn({ live, pictured }: Entry, later: boolean): Promise<Pictures | undefined> {
    const { spec, rows } = live.bundle;
    if (spec === null) return undefined;
    if (rows.length === 0 && !pictured) {
      this.#options.warmRender();
      return undefined;
    }
    return this.#options.render(spec, rows, later);
  }

  #opened(message: CommMessage, request: Cell): void {
    const id = isObject(message.data) ? message.data.display : undefined;
    if (id === LIVE_BOARD) {
      const dropped = this.#panels.open(message.comm);
      if (dropped !== undefined) this.#closeComm(request.id, dropped);
      this.#tellPanels();
      return;
    }
    const entry = typeof id === "string" ? this.#entries.get(id) : undefined;
    if (entry === undefined) {
      this.#options.forgetComm(message.comm);
      this.#options.publish(request.id, liveMessage(message.comm, GONE));
      return;
    }
    entry.live.watchers.set(message.comm, { visible: true, missed: false });
    this.#displayOfComm.set(message.comm, entry.live.id);
    this.#options.publish(request.id, liveMessage(message.comm, entry.live.snapshot));
    this.#limitWatchers(entry);
    entry.refresh.watched = true;
    if (entry.dashboard === undefined && standsStill(entry)) void this.#store(entry, [message.comm]);
  }

  /** A page that was reloaded does not close its comm: the oldest watchers give way. */
  #limitWatchers({ live }: Entry): void {
    for (const comm of live.watchers.keys()) {
      if (live.watchers.size <= MAX_WATCHERS) return;
      live.watchers.delete(comm);
      this.#closeComm(live.cell, comm);
    }
  }

  #closeComm(cause: CellId, comm: string): void {
    this.#forgetWatcher(comm);
    this.#options.publish(cause, commOutput("close", { comm, data: {}, metadata: {}, buffers: [] }));
  }

  #heard({ comm, data }: CommMessage): void {
    const display = this.#displayOfComm.get(comm);
    if (display === undefined || !isObject(data)) return;
    const { type, command, visible } = data;
    if (type === "command" && typeof command === "string")
      this.#options.toEngine({ type: "liveCommand", display, command });
    if (type === "visible" && typeof visible === "boolean") this.#seen(display, comm, visible);
  }

  /** What it missed it has with a snapshot: the newest, whatever came in between. */
  #seen(display: string, comm: string, visible: boolean): void {
    const live = this.#entries.get(display)?.live;
    const watcher = live?.watchers.get(comm);
    if (live === undefined || watcher === undefined) return;
    watcher.visible = visible;
    if (visible && watcher.missed) this.#tell(live, comm, live.snapshot);
  }

  #unwatch(comm: string): void {
    this.#panels.close(comm);
    const entry = this.#entries.get(this.#displayOfComm.get(comm) ?? "");
    this.#displayOfComm.delete(comm);
    if (entry?.live.watchers.delete(comm)) entry.refresh.watched = entry.live.watchers.size > 0;
  }

  #tell(live: LiveDisplay, comm: string, told: LiveToClient): void {
    const watcher = live.watchers.get(comm);
    if (watcher !== undefined) watcher.missed = !watcher.visible;
    if (watcher?.visible !== false) this.#options.publish(live.cell, liveMessage(comm, told));
  }
}

/** A dashboard does when all that is in it does. */
function standsStill({ live, tiles }: Entry): boolean {
  return tiles.length > 0 ? tiles.every((tile) => tile.live.standsStill) : live.standsStill;
}

const GONE: LiveToClient = {
  type: "gone",
  status: stopped(
    "stopped",
    "The kernel does not know this display: it was made before a restart. Run its cell again.",
  ),
};

function stopped(state: LiveStatus["state"], reason: string): LiveStatus {
  return { state, reason, text: "" };
}

function statusOnly(status: LiveStatus): LiveToClient {
  return { type: "change", mode: "append", rows: [], status };
}

function asChange({ mode, rows, status }: LiveChange): LiveToClient {
  return { type: "change", mode, rows, status };
}

function liveMessage(comm: string, data: LiveToClient): Outgoing {
  return commOutput("msg", { comm, data, metadata: {}, buffers: [] });
}
