import { beforeEach, describe, expect, it } from "vitest";
import { LIVE_MIME, type LiveChange, type LiveRow, type LiveStatus } from "../port/live.js";
import { isLiveToClient } from "../port/live-shape.js";
import { ManualClock, settled } from "../testing/manual-clock.js";
import { isObject, type JsonObject } from "../wire/fields.js";
import { LAST_PICTURES_MS, LiveDisplays, type LiveOptions, REMEMBERED_DISPLAYS, SHOWN_MS } from "./live.js";
import { MAX_WATCHERS } from "./live-display.js";
import { MOST_PANELS } from "./live-panels.js";
import { ALONE_MS, REFRESH_MS } from "./picture-refresh.js";
import type { Pictures } from "./render-client.js";

const streaming: LiveStatus = { state: "streaming", reason: "", text: "tick" };
const stopped: LiveStatus = { state: "stopped", reason: "by hand", text: "" };
const pictures: Pictures = { png: "", width: 1, height: 1 };
const cause = {
  id: "open-1",
  requester: { id: "r", headerJson: "{}", identities: [] },
  silent: false,
  allowStdin: false,
};

/** Everything that went out, one line each. */
let out: string[];
let clock: ManualClock;
let options: LiveOptions;
let live: LiveDisplays;
let drawn: Pictures | undefined;
/** Specifications that pictures were asked for. */
let rendered: unknown[];
let ratios: number[];
let warmed: number;
let draw: (rows: readonly LiveRow[]) => Promise<Pictures | undefined>;
/** Displays of each message to a panel. */
let told: string[][];

beforeEach(() => {
  out = [];
  clock = new ManualClock();
  drawn = pictures;
  rendered = [];
  ratios = [];
  warmed = 0;
  draw = async () => drawn;
  told = [];
  options = {
    clock,
    render: (spec, rows, pixelRatio) => {
      rendered.push(spec);
      ratios.push(pixelRatio);
      return draw(rows);
    },
    warmRender: () => warmed++,
    publish: (cell, { type, content }) => {
      const { data } = content;
      if (isObject(data) && isLiveToClient(data) && data.type === "board")
        told.push(data.tiles.map(({ display }) => display));
      else out.push(`${cell} ${type} ${summary(content)}`);
    },
    update: ({ type, content }) => out.push(`cell ${type} ${summary(content)}`),
    toEngine: (message) => out.push(`engine ${JSON.stringify(message)}`),
    forgetComm: (comm) => out.push(`forget ${comm}`),
  };
  live = new LiveDisplays(options);
});

function summary({ comm_id, data }: JsonObject): string {
  if (!isObject(data)) return String(data);
  const bundle = data[LIVE_MIME];
  if (isObject(data.data)) return `${comm_id} ${data.type} ${summary({ data: data.data })}`;
  if (isObject(bundle))
    return `${JSON.stringify(bundle.rows)} ${"image/png" in data ? "with" : "without"} pictures`;
  return `${comm_id} ${data.type ?? "nothing"} ${JSON.stringify(data.rows ?? data.status)}`;
}

async function show(rows: number[] = [0], display = "d", keepRows = 3): Promise<void> {
  const bundle = {
    display,
    spec: { mark: "bar" },
    rows: rows.map((n) => ({ n })),
    status: streaming,
    keepRows,
  };
  const completed = await live.show("cell", {
    data: { [LIVE_MIME]: bundle },
    metadata: {},
    displayId: undefined,
  });
  out.push(`shown ${completed.displayId} ${summary({ data: completed.data })}`);
}

function change(mode: LiveChange["mode"], ...rows: number[]): void {
  live.change({ type: "liveChange", display: "d", mode, rows: rows.map((n) => ({ n })), status: streaming });
}

const open = (comm: string, display = "d") =>
  live.receive("open", { comm, data: { display }, metadata: {}, buffers: [] }, cause);
const send = (event: "msg" | "close", comm: string, data: unknown) =>
  live.receive(event, { comm, data, metadata: {}, buffers: [] }, cause);

/** What went out since the last call. */
function since(): string[] {
  return out.splice(0);
}

describe("a live display", () => {
  it("goes out with pictures, under its own id", async () => {
    await show();
    expect(since()).toEqual(['shown d [{"n":0}] with pictures']);
  });

  it("goes out without pictures when they cannot be drawn", async () => {
    drawn = undefined;
    await show();
    expect(since()).toEqual(['shown d [{"n":0}] without pictures']);
  });

  it("without a chart is never drawn, and its end is stored though a client watches", async () => {
    const running: LiveStatus = { state: "running", reason: "", text: "1 of 2", progress: 0.5 };
    const bundle = { display: "d", spec: null, rows: [], status: running, keepRows: 1 };
    await live.show("cell", { data: { [LIVE_MIME]: bundle }, metadata: {}, displayId: undefined });
    open("c1");
    since();
    const done: LiveStatus = { state: "done", reason: "", text: "2 of 2", progress: 1 };
    live.change({ type: "liveClose", display: "d", status: done });
    await settled();
    expect(since()).toEqual(["cell comm_msg c1 change []", "cell comm_msg c1 final [] without pictures"]);
    expect(rendered).toEqual([]);
  });

  it("that has no rows is its text, which says why: no axes are drawn", async () => {
    const { data } = await live.show("cell", {
      data: {
        [LIVE_MIME]: { display: "empty", spec: { mark: "bar" }, rows: [], status: stopped, keepRows: 3 },
      },
      metadata: {},
      displayId: undefined,
    });
    expect([rendered, warmed]).toEqual([[], 1]);
    expect(data).toEqual({ [LIVE_MIME]: expect.anything(), "text/plain": "(no rows yet)\nstopped: by hand" });
  });

  it("is not made of an ordinary display, which comes back at once as it is", () => {
    const plain = { data: { "text/plain": "x" }, metadata: {}, displayId: undefined };
    expect(live.show("cell", plain)).toBe(plain);
  });

  it("gives a client that opens a comm a snapshot, then every change", async () => {
    await show();
    since();
    open("c1");
    change("append", 1);
    change("replace", 7);
    expect(since()).toEqual([
      'open-1 comm_msg c1 snapshot [{"n":0}]',
      'cell comm_msg c1 change [{"n":1}]',
      'cell comm_msg c1 change [{"n":7}]',
    ]);
  });

  it("gives everybody a snapshot when its specification changes, and draws by the new one", async () => {
    await show();
    open("c1");
    since();
    const spec = { mark: "line" };
    live.change({
      type: "liveChange",
      display: "d",
      mode: "replace",
      rows: [{ n: 7 }],
      status: streaming,
      spec,
    });
    expect(since()).toEqual(['cell comm_msg c1 snapshot [{"n":7}]']);
    send("close", "c1", {});
    change("append", 8);
    await clock.advance(ALONE_MS);
    expect(rendered.at(-1)).toEqual(spec);
  });

  it("remembers no rows that are older than keepMs", async () => {
    const bundle = {
      display: "d",
      spec: {},
      rows: [{ time: 1 }],
      status: streaming,
      keepRows: 9,
      keepMs: 100,
    };
    await live.show("cell", { data: { [LIVE_MIME]: bundle }, metadata: {}, displayId: undefined });
    live.change({
      type: "liveChange",
      display: "d",
      mode: "append",
      rows: [{ time: 50 }, { time: 101 }],
      status: streaming,
    });
    since();
    open("late");
    expect(since()[0]).toBe('open-1 comm_msg late snapshot [{"time":50},{"time":101}]');
  });

  it("remembers the last keepRows rows for a client that comes later", async () => {
    await show();
    change("append", 1, 2);
    change("append", 3, 4);
    since();
    open("late");
    expect(since()[0]).toBe('open-1 comm_msg late snapshot [{"n":2},{"n":3},{"n":4}]');
  });

  it("takes changes that overtook it", async () => {
    change("append", 1);
    await show();
    open("c1");
    expect(since()[1]).toBe('open-1 comm_msg c1 snapshot [{"n":0},{"n":1}]');
  });

  it("that the kernel does not know is answered `gone`, and its comm forgotten", () => {
    open("c1", "old");
    expect(since()).toEqual([
      "forget c1",
      expect.stringMatching(/^open-1 comm_msg c1 gone .*made before a restart/),
    ]);
  });

  it("passes the commands of its clients on, and nothing else", async () => {
    await show();
    open("c1");
    since();
    send("msg", "c1", { type: "command", command: "stop" });
    send("msg", "c1", { type: "command" });
    send("msg", "c1", "stop");
    send("msg", "unknown", { type: "command", command: "stop" });
    expect(since()).toEqual(['engine {"type":"liveCommand","display":"d","command":"stop"}']);
  });

  it("drops the oldest watcher when there are too many: pages that were reloaded do not say good-bye", async () => {
    await show();
    for (let i = 0; i <= MAX_WATCHERS; i++) open(`c${i}`);
    expect(since()).toContain("forget c0");
    change("append", 1);
    expect(since()).toHaveLength(MAX_WATCHERS);
  });

  it("shown anew keeps its watchers and gives them the new snapshot", async () => {
    await show();
    open("c1");
    since();
    await show([9]);
    expect(since()).toEqual(['cell comm_msg c1 snapshot [{"n":9}]', 'shown d [{"n":9}] with pictures']);
  });
});

describe("the picture of a live display that no client watches", () => {
  it("is updated at most twice a second, and only after a client had time to open its comm", async () => {
    await show();
    since();
    const times: number[] = [];
    for (let ms = 0; ms < ALONE_MS + 2000; ms += 50) {
      change("append", ms);
      await clock.advance(50);
      for (const _ of since()) times.push(clock.now());
    }
    expect(times).toEqual([ALONE_MS, ALONE_MS + 500, ALONE_MS + 1000, ALONE_MS + 1500, ALONE_MS + 2000]);
    expect(REFRESH_MS).toBe(500);
  });

  it("is updated at once when the stream stops: the text beside it says so, and the kernel may be about to end", async () => {
    await show();
    await clock.advance(ALONE_MS);
    since();
    live.change({ type: "liveChange", display: "d", mode: "append", rows: [], status: stopped });
    await settled();
    expect(since()).toEqual(['cell update_display_data [{"n":0}] with pictures']);
  });

  it("is updated only when rows or the state have changed", async () => {
    await show();
    since();
    await clock.advance(ALONE_MS);
    change("append");
    await clock.advance(10_000);
    expect(since()).toEqual([]);
    change("append", 1);
    await clock.advance(10_000);
    expect(since()).toEqual(['cell update_display_data [{"n":0},{"n":1}] with pictures']);
  });

  it("is not updated while a client watches, since that marks the notebook as changed", async () => {
    await show();
    change("append", 1);
    open("c1");
    since();
    change("append", 2);
    await clock.advance(60_000);
    expect(since()).toEqual(['cell comm_msg c1 change [{"n":2}]']);
  });

  it("is updated again some time after the last client has gone", async () => {
    await show();
    open("c1");
    await clock.advance(ALONE_MS);
    send("close", "c1", {});
    since();
    change("append", 1);
    await clock.advance(ALONE_MS - 1);
    expect(since()).toEqual([]);
    await clock.advance(1);
    expect(since()).toHaveLength(1);
  });

  it("is left as it was when it had images and they cannot be drawn now: the MIME types stay the same", async () => {
    await show();
    since();
    drawn = undefined;
    change("append", 1);
    await clock.advance(ALONE_MS);
    expect(since()).toEqual([]);
  });
});

describe("a live display that moves", () => {
  it("tells a client that asks what it is to be stored as at the moment, with its pictures and what is said of them", async () => {
    await show();
    open("c1");
    open("c2");
    change("append", 1);
    since();
    send("msg", "c1", { type: "moment" });
    await settled();
    expect(since()).toEqual(['cell comm_msg c1 moment [{"n":0},{"n":1}] with pictures']);
  });
});

describe("a live display that stands still", () => {
  const stop = (status = stopped) =>
    live.change({ type: "liveChange", display: "d", mode: "append", rows: [], status });

  it("is stored by those who watch it, once", async () => {
    await show();
    open("c1");
    since();
    stop();
    stop();
    await settled();
    expect(since()).toEqual([
      "cell comm_msg c1 change []",
      "cell comm_msg c1 change []",
      'cell comm_msg c1 final [{"n":0}] with pictures',
    ]);
  });

  it("is not stored when it goes on meanwhile", async () => {
    await show();
    open("c1");
    since();
    stop();
    change("append", 1);
    await settled();
    expect(since()).toEqual(["cell comm_msg c1 change []", 'cell comm_msg c1 change [{"n":1}]']);
  });

  it("is stored by a client that comes later: nobody may have been there to do it", async () => {
    await show();
    stop();
    await settled();
    since();
    open("late");
    await settled();
    expect(since()).toEqual([
      'open-1 comm_msg late snapshot [{"n":0}]',
      'cell comm_msg late final [{"n":0}] with pictures',
    ]);
  });
});

describe("a dashboard", () => {
  const tile = (display: string) => ({
    display,
    spec: { mark: "bar" },
    rows: [{ n: 0 }],
    status: streaming,
    keepRows: 3,
  });
  async function showBoard(): Promise<void> {
    const bundle = { ...tile("board"), spec: null, rows: [], tiles: [tile("d"), tile("e")] };
    await live.show("cell", { data: { [LIVE_MIME]: bundle }, metadata: {}, displayId: undefined });
  }
  const stop = (display: string) =>
    live.change({ type: "liveChange", display, mode: "append", rows: [], status: stopped });

  it("feeds what is in it, each by itself", async () => {
    await showBoard();
    open("c1", "d");
    since();
    change("append", 1);
    expect(since()).toEqual(['cell comm_msg c1 change [{"n":1}]']);
  });

  it("has its picture updated as a whole where nobody watches it", async () => {
    await showBoard();
    since();
    change("append", 1);
    await clock.advance(ALONE_MS);
    expect(since()).toEqual(["cell update_display_data [] without pictures"]);
    expect(rendered.slice(-2)).toEqual([{ mark: "bar" }, { mark: "bar" }]);
  });

  it("is stored when all that is in it stands still", async () => {
    await showBoard();
    open("board-comm", "board");
    open("c1", "d");
    since();
    stop("d");
    await settled();
    expect(since()).toEqual(["cell comm_msg c1 change []"]);
    stop("e");
    await settled();
    expect(since()).toEqual(["cell comm_msg board-comm final [] without pictures"]);
  });
});

describe("a panel of all displays", () => {
  const tiles = () => told.at(-1);

  it("has those there are when it is opened, and is told when there are others", async () => {
    await show();
    open("panel", "*");
    expect(tiles()).toEqual(["d"]);
    await show([1], "e");
    expect(tiles()).toEqual(["d", "e"]);
    live.change({ type: "liveClose", display: "d", status: stopped });
    expect(tiles()).toEqual(["e"]);
    send("close", "panel", {});
    await show([1], "f");
    expect(tiles()).toEqual(["e"]);
  });

  it("closes the comm of the oldest when there are too many", async () => {
    for (let i = 0; i < MOST_PANELS; i++) open(`p${i}`, "*");
    expect(since()).toEqual([]);
    open("new", "*");
    expect(since()).toEqual(["forget p0", "open-1 comm_close p0 nothing undefined"]);
    told = [];
    await show();
    expect(told).toHaveLength(MOST_PANELS);
  });

  it("shows no bars of progress, and of tables the last", async () => {
    const bundle = { display: "bar", spec: null, rows: [], status: streaming, keepRows: 1 };
    const showIt = (own: object) =>
      live.show("cell", { data: { [LIVE_MIME]: { ...bundle, ...own } }, metadata: {}, displayId: undefined });
    await showIt({});
    await showIt({ display: "t1", tables: [] });
    await showIt({ display: "t2", tables: [] });
    open("panel", "*");
    expect(tiles()).toEqual(["t2"]);
  });
});

describe("where pictures take long", () => {
  /** What the worker draws next, in the order asked; each is done when it is told to be. */
  let asked: { rows: readonly LiveRow[]; done(drawn?: Pictures): void }[];
  let ended: string[];

  beforeEach(() => {
    asked = [];
    ended = [];
    draw = (rows) =>
      new Promise((resolve) => asked.push({ rows, done: (drawn = pictures) => resolve(drawn) }));
  });

  /** The worker does the picture that was asked for first. */
  async function drawOne(): Promise<unknown> {
    const first = asked.shift();
    first?.done();
    await settled();
    return first?.rows;
  }

  /** Shown at once, as a chart without rows is. */
  async function showEmpty(...displays: string[]): Promise<void> {
    for (const display of displays) await show([], display);
    since();
  }

  function stop(display = "d", rows: number[] = [7]): void {
    live.change({
      type: "liveChange",
      display,
      mode: "replace",
      rows: rows.map((n) => ({ n })),
      status: stopped,
    });
  }

  function endCell(enough?: Promise<void>): void {
    void live.pictured(enough).then(() => ended.push("the cell"));
  }

  it("a cell that stops nothing ends at once", async () => {
    await showEmpty("d");
    endCell();
    await settled();
    expect(ended).toEqual(["the cell"]);
  });

  it("a cell that stopped charts ends when each has its last picture", async () => {
    await showEmpty("d", "e", "f");
    for (const display of ["d", "e", "f"]) stop(display);
    endCell();
    for (let i = 0; i < 3; i++) {
      await clock.advance(60_000);
      expect([ended, since()]).toEqual([[], []]);
      await drawOne();
      expect(since()).toEqual(['cell update_display_data [{"n":7}] with pictures']);
    }
    expect(ended).toEqual(["the cell"]);
  });

  it("a cell ends in any case after 5 minutes, with the rows in place of the picture, which follows", async () => {
    await showEmpty("d");
    stop();
    endCell();
    await clock.advance(LAST_PICTURES_MS - 1);
    expect([ended, since()]).toEqual([[], []]);
    await clock.advance(1);
    expect([ended, since()]).toEqual([["the cell"], ['cell update_display_data [{"n":7}] without pictures']]);
    await drawOne();
    expect(since()).toEqual(['cell update_display_data [{"n":7}] with pictures']);
  });

  it("an interrupt ends the cell likewise", async () => {
    await showEmpty("d");
    stop();
    endCell(Promise.resolve());
    await settled();
    expect([ended, since()]).toEqual([["the cell"], ['cell update_display_data [{"n":7}] without pictures']]);
  });

  it("rows are the last picture when it cannot be drawn, though there were pictures before", async () => {
    draw = async () => pictures;
    await show([0]);
    since();
    draw = async () => undefined;
    stop();
    endCell();
    await settled();
    expect([ended, since()]).toEqual([["the cell"], ['cell update_display_data [{"n":7}] without pictures']]);
  });

  it("a display is shown after 3 s without them, and has them later; one that stands still has them before its cell ends", async () => {
    const shown = show([0]);
    await settled();
    stop("d", [0]);
    await clock.advance(SHOWN_MS);
    await shown;
    expect(since()).toEqual(['shown d [{"n":0}] without pictures']);
    endCell();
    await drawOne();
    expect(since()).toEqual(['cell update_display_data [{"n":0}] with pictures']);
    await drawOne();
    expect(ended).toEqual(["the cell"]);
  });

  it("what happens to a display before it is shown comes after it", async () => {
    const shown = show([0]);
    await settled();
    stop("d", []);
    await settled();
    expect(since()).toEqual([]);
    await drawOne();
    await shown;
    await drawOne();
    expect(since()).toEqual(['shown d [{"n":0}] with pictures', "cell update_display_data [] with pictures"]);
  });

  it("none takes the place of a later one: what was stopped, started and stopped again ends as it is", async () => {
    await showEmpty("d");
    stop("d", [1]);
    await settled();
    change("replace");
    stop("d", []);
    endCell();
    await settled();
    expect(since()).toEqual([]);
    expect(await drawOne()).toEqual([{ n: 1 }]);
    expect(await drawOne()).toEqual([]);
    expect(since()).toEqual([
      'cell update_display_data [{"n":1}] with pictures',
      "cell update_display_data [] with pictures",
    ]);
    expect(ended).toEqual(["the cell"]);
  });

  it("none takes the place of a display that was shown anew meanwhile", async () => {
    await showEmpty("d");
    stop("d", [1]);
    await settled();
    await showEmpty("d");
    await drawOne();
    expect(since()).toEqual([]);
  });

  it("none takes the place of later rows that were published without one", async () => {
    await showEmpty("d");
    stop("d", [1]);
    await settled();
    stop("d", [2]);
    endCell(Promise.resolve());
    await settled();
    expect(since()).toEqual(['cell update_display_data [{"n":2}] without pictures']);
    expect(await drawOne()).toEqual([{ n: 1 }]);
    expect(since()).toEqual([]);
    expect(await drawOne()).toEqual([{ n: 2 }]);
    expect(since()).toEqual(['cell update_display_data [{"n":2}] with pictures']);
  });

  it("changes meanwhile are one picture, of all of them", async () => {
    await showEmpty("d");
    stop("d", [1]);
    await settled();
    for (const n of [2, 3, 4]) stop("d", [n]);
    await drawOne();
    expect(await drawOne()).toEqual([{ n: 4 }]);
    expect(asked).toEqual([]);
  });

  it("rows that came before their display are in its first picture", async () => {
    stop("d", [5]);
    const shown = show([]);
    await settled();
    expect(await drawOne()).toEqual([{ n: 5 }]);
    await shown;
    expect(since()[0]).toBe('shown d [{"n":5}] with pictures');
  });

  it("those of a client that watches are stored in order too", async () => {
    await showEmpty("d");
    open("c1");
    stop("d", [1]);
    await settled();
    change("replace");
    stop("d", []);
    await settled();
    since();
    await drawOne();
    await drawOne();
    expect(since()).toEqual([
      'cell comm_msg c1 final [{"n":1}] with pictures',
      "cell comm_msg c1 final [] with pictures",
    ]);
  });
});

describe("a live display that nobody can see", () => {
  const see = (visible: boolean, comm = "c1") => send("msg", comm, { type: "visible", visible });

  it("is told nothing, and has the newest when it is seen again", async () => {
    await show();
    open("c1");
    see(false);
    since();
    change("append", 1);
    change("replace", 7);
    expect(since()).toEqual([]);
    see(true);
    change("append", 8);
    expect(since()).toEqual(['cell comm_msg c1 snapshot [{"n":7}]', 'cell comm_msg c1 change [{"n":8}]']);
  });

  it("is told nothing when it is seen again and missed nothing", async () => {
    await show();
    open("c1");
    since();
    see(false);
    see(true);
    expect(since()).toEqual([]);
  });

  it("goes on for the others who see it, and gets no pictures: it is in a page", async () => {
    await show();
    open("c1");
    open("c2");
    see(false);
    since();
    change("append", 1);
    await clock.advance(60_000);
    expect(since()).toEqual(['cell comm_msg c2 change [{"n":1}]']);
  });

  it.each([{ type: "visible" }, { type: "visible", visible: "no" }])(
    "is not told of by %j",
    async (message) => {
      await show();
      open("c1");
      send("msg", "c1", message);
      since();
      change("append", 1);
      expect(since()).toHaveLength(1);
    },
  );
});

describe("a live display that is closed", () => {
  it("gets its last picture at once when nobody watches, and none after it", async () => {
    await show();
    since();
    change("append", 1);
    live.change({ type: "liveClose", display: "d", status: stopped });
    await settled();
    change("append", 2);
    await clock.advance(60_000);
    expect(since()).toEqual(['cell update_display_data [{"n":0},{"n":1}] with pictures']);
  });

  it("tells only those who watch it, when somebody does, and has them store its last picture", async () => {
    await show();
    open("c1");
    since();
    live.change({ type: "liveClose", display: "d", status: stopped });
    await settled();
    expect(since()).toEqual(["cell comm_msg c1 change []", 'cell comm_msg c1 final [{"n":0}] with pictures']);
  });

  it("has a last picture for fine screens and for paper", async () => {
    await show();
    live.change({ type: "liveClose", display: "d", status: stopped });
    await settled();
    expect(ratios).toEqual([1, 2]);
  });

  it("is remembered for a client that comes later", async () => {
    await show();
    live.change({ type: "liveClose", display: "d", status: stopped });
    await settled();
    since();
    open("c1");
    expect(since()[0]).toBe('open-1 comm_msg c1 snapshot [{"n":0}]');
  });

  it("is forgotten with its comms when there are too many, and nothing is published for that", async () => {
    await show();
    open("c1");
    live.change({ type: "liveClose", display: "d", status: stopped });
    await settled();
    for (let i = 1; i < REMEMBERED_DISPLAYS; i++) await show([0], `d${i}`);
    since();
    await show([0], "one more");
    expect(since()).toEqual(["forget c1", 'shown one more [{"n":0}] with pictures']);
  });

  it("has failed when the evaluator is gone", async () => {
    await show();
    open("c1");
    since();
    live.lost("The evaluator process ended.");
    live.lost("The evaluator process ended.");
    expect(since()).toEqual(["cell comm_msg c1 change []"]);
  });

  it("says that it is, also to a client that comes later: it has nothing to press", async () => {
    const statuses: unknown[] = [];
    live = new LiveDisplays({
      ...options,
      publish: (_cell, { content }) => statuses.push(statusIn(content)),
    });
    await show();
    open("c1");
    live.lost("The evaluator process ended.");
    open("c2");
    open("c3", "unknown");
    expect(statuses).toEqual([
      streaming,
      { state: "failed", reason: "The evaluator process ended.", text: "", isClosed: true },
      { state: "failed", reason: "The evaluator process ended.", text: "", isClosed: true },
      expect.objectContaining({ state: "stopped", isClosed: true }),
    ]);
  });
});

function statusIn({ data }: JsonObject): unknown {
  return isObject(data) && data.status;
}
