/** All live displays: the front answers their comms itself, so they go on while the evaluator is busy. */

import type { CellId } from "../port/evaluator.js";
import {
  type FromEngine,
  LIVE_BOARD,
  type LiveBundle,
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
import { type DrawnTile, liveBundleOf, withFallbacks, withTiles } from "./live-bundle.js";
import { LiveDisplay, MAX_WATCHERS } from "./live-display.js";
import { LivePanels } from "./live-panels.js";
import { PictureRefresh } from "./picture-refresh.js";
import type { Pictures, Render } from "./render-client.js";

/** Displays that are remembered for clients that come later; of more, closed ones are forgotten, oldest first. */
export const REMEMBERED_DISPLAYS = 500;

/** A display goes out without pictures when they take longer: they follow. */
export const SHOWN_MS = 3_000;
/**
 * A cell ends without the last pictures of its charts when they take longer, though what draws them goes on. A notebook of twenty charts
 * takes some seconds, and some minutes on a machine that has far too much to do.
 */
export const LAST_PICTURES_MS = 300_000;

/** Pixels each way for one of the page's: pictures that are kept are looked at on fine screens, and printed. */
const SHARP = 2;

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
  /** Changes so far, of a dashboard those of all that is in it; and how many of them are in what was published last. */
  changes: number;
  published: number;
}

export class LiveDisplays implements CommOwner {
  readonly #options: LiveOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #displayOfComm = new Map<string, string>();
  readonly #panels: LivePanels;
  /** What has come to a standstill, until its last picture is out. */
  readonly #lastPictures = new Map<Entry, Promise<void>>();
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
    entry.tiles = (bundle.tiles ?? []).map((tile) =>
      this.#remember(new LiveDisplay(cell, shown, tile), entry),
    );
    const complete = new Promise<Display>((resolve) => {
      const pictured = entry.refresh.inTurn(() => this.#complete(entry, resolve));
      if (standsStill(entry)) this.#awaitLast(entry, pictured);
    });
    for (const { live } of [entry, ...entry.tiles])
      for (const change of this.#early.take(live.id)) this.change(change);
    this.#tellPanels();
    return complete;
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
   * Resolves when what has come to a standstill has its last picture: a client that runs a file and saves it hears nothing that comes after
   * a cell. At once where pages with the plugin watch. What has none when it is `enough`, or after {@link LAST_PICTURES_MS}, is published
   * with its rows alone, and its picture follows.
   */
  async pictured(enough: Promise<unknown> = new Promise(() => undefined)): Promise<void> {
    if (this.#lastPictures.size === 0) return;
    const waited = Promise.race([this.#untilPictured(), enough]);
    await within<unknown>(this.#options.clock, LAST_PICTURES_MS, waited, () => undefined);
    for (const entry of this.#lastPictures.keys()) if (standsStill(entry)) this.#publishPlain(entry);
  }

  async #untilPictured(): Promise<void> {
    while (this.#lastPictures.size > 0) await Promise.all(this.#lastPictures.values());
  }

  receive(event: CommEvent, message: CommMessage, request: Cell): void {
    if (event === "open") this.#opened(message, request);
    if (event === "msg") this.#heard(message);
    if (event === "close") this.#unwatch(message.comm);
  }

  #remember(live: LiveDisplay, dashboard?: Entry): Entry {
    const before = this.#entries.get(live.id);
    const refresh = new PictureRefresh(this.#options.clock, (isLast) => this.#update(entry, isLast));
    const entry: Entry = {
      live,
      refresh,
      pictured: false,
      tiles: [],
      dashboard,
      changes: 0,
      published: 0,
    };
    this.#entries.delete(live.id);
    this.#entries.set(live.id, entry);
    if (before !== undefined) this.#inherit(entry, before);
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
    const told = closes ? statusOnly(live.status) : change.spec ? live.snapshot : asChange(change);
    for (const comm of live.watchers.keys()) this.#tell(live, comm, told);
    const shown = entry.dashboard ?? entry;
    shown.changes += 1;
    const isOther = moves || (!closes && (change.rows.length > 0 || change.mode === "replace"));
    if (isOther && standsStill(shown)) void this.#store(shown, [...shown.live.watchers.keys()]);
    // The notebook may be about to end: what it is stored with is drawn at once.
    if (closes || (isOther && standsStill(shown))) this.#drawLast(shown);
    else if (isOther) shown.refresh.changed();
    if (closes) this.#tellPanels();
  }

  #drawLast(entry: Entry): void {
    this.#awaitLast(entry, entry.refresh.drawLast());
  }

  #awaitLast(entry: Entry, picture: Promise<void>): void {
    this.#lastPictures.set(entry, picture);
    const done = () => {
      if (this.#lastPictures.get(entry) === picture) this.#lastPictures.delete(entry);
    };
    void picture.then(done, done);
  }

  #tellPanels(): void {
    this.#panels.tell([...this.#entries.values()].map(({ live }) => live));
  }

  /** A client stores what stands still in its notebook: it can, also after a reload, when updates do not reach the output. */
  async #store(entry: Entry, comms: readonly string[], type: "final" | "moment" = "final"): Promise<void> {
    if (comms.length === 0) return;
    await entry.refresh.inTurn(async () => {
      const display = await this.#picture(entry);
      if (display === undefined || (type === "final" && !standsStill(entry))) return;
      const { data, metadata } = display;
      const told: LiveToClient = { type, data, metadata };
      for (const comm of comms) this.#options.publish(entry.live.cell, liveMessage(comm, told));
    });
  }

  /** Gives the display as it goes out: with its pictures, or without them when they take long. They follow then. */
  async #complete(entry: Entry, show: (display: Display) => void): Promise<void> {
    const { changes } = entry;
    const { shown } = entry.live;
    const bundle = bundleOf(entry);
    const picture = this.#picture(entry);
    const inTime = await within(this.#options.clock, SHOWN_MS, picture, () => undefined);
    show(inTime ?? plain(shown, bundle));
    if (inTime !== undefined) return;
    const display = await picture;
    if (display !== undefined && !entry.refresh.watched) this.#publish(entry, display, changes);
  }

  /** Publishes the picture of the moment, of the same MIME types as before; but the last one in any case, if only as rows. */
  async #update(entry: Entry, isLast: boolean): Promise<void> {
    const { changes } = entry;
    const display = await this.#picture(entry);
    if (display !== undefined) this.#publish(entry, display, changes);
    else if (isLast) this.#publishPlain(entry);
  }

  #publishPlain(entry: Entry): void {
    entry.pictured = false;
    this.#publish(entry, plain(entry.live.shown, bundleOf(entry)), entry.changes);
  }

  /** Publishes what was made of so many changes, unless something later is out: with more of them, or the display shown anew. */
  #publish(entry: Entry, display: Display, changes: number): void {
    const now = this.#entries.get(entry.live.id) ?? entry;
    if (now !== entry || changes < entry.published) return;
    entry.published = changes;
    this.#options.update(updateDisplayData(display));
  }

  /** The display with the fallbacks of the moment; undefined when pictures it had before cannot be drawn. */
  async #picture(entry: Entry): Promise<Display | undefined> {
    if (entry.tiles.length > 0) return this.#dashboard(entry);
    const bundle = entry.live.bundle;
    const pictures = await this.#drawn(entry);
    if (pictures === undefined && entry.pictured) return undefined;
    entry.pictured = pictures !== undefined;
    return withFallbacks(entry.live.shown, bundle, pictures);
  }

  async #dashboard(entry: Entry): Promise<Display> {
    const draw = async (tile: Entry) => ({
      bundle: tile.live.bundle,
      pictures: await this.#drawn(tile),
    });
    const bundle = bundleOf(entry);
    return withTiles(entry.live.shown, bundle, await Promise.all(entry.tiles.map(draw)));
  }

  /** Axes without rows would say less than the text, which has the reason. Where there was a picture there is one. */
  async #drawn({ live, pictured }: Entry): Promise<Pictures | undefined> {
    const { spec, rows } = live.bundle;
    if (spec === null) return undefined;
    if (rows.length === 0 && !pictured) {
      this.#options.warmRender();
      return undefined;
    }
    return this.#options.render(spec, rows, live.standsStill ? SHARP : 1);
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
    const entry = this.#entries.get(display);
    if (type === "moment" && entry !== undefined) void this.#store(entry, [comm], type);
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

/** What a display holds now, and what is in it. */
function bundleOf({ live, tiles }: Entry): LiveBundle {
  return tiles.length === 0 ? live.bundle : { ...live.bundle, tiles: tiles.map((tile) => tile.live.bundle) };
}

/** A display without pictures. */
function plain(shown: Display, bundle: LiveBundle): Display {
  const tiles = (bundle.tiles ?? []).map((tile): DrawnTile => ({ bundle: tile, pictures: undefined }));
  return tiles.length === 0 ? withFallbacks(shown, bundle, undefined) : withTiles(shown, bundle, tiles);
}

/** A dashboard does when all that is in it does. */
function standsStill({ live, tiles }: Entry): boolean {
  return tiles.length > 0 ? tiles.every((tile) => tile.live.standsStill) : live.standsStill;
}

const GONE: LiveToClient = {
  type: "gone",
  status: {
    ...stopped(
      "stopped",
      "The kernel does not know this display: it was made before a restart. Run its cell again.",
    ),
    isClosed: true,
  },
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
