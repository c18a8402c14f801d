/** Charts of a real kernel in JupyterLab: what they are stored as, what they are asked while a cell runs, dashboards, the panel. */

import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { writeNotebook } from "../kernelspec/run/notebook-file.js";
import { install } from "../kernelspec/spec/installation.js";
import { DEFAULT_DISPLAY_NAME, DEFAULT_NAME } from "../kernelspec/spec/kernel-folder.js";
import { notebookOf } from "../kernelspec/testing/notebook.js";
import { pictureFailure } from "./testing/failure-pictures.js";
import { HOSTILE_WORD } from "./testing/fed-notebook.js";
import { startTestLab, type TestLab } from "./testing/jupyterlab.js";
import type { NotebookPage } from "./testing/notebook-page.js";
import { savedNotebook } from "./testing/saved-notebook.js";

/** Keys and names of fields that would be markup, or code of Vega's, if anything took them for it. */
const TICKS = "const ticks = ssc.queueStream(Array.from({ length: 10_000 }, (_, i) => [i]));";
const SSC = "const ssc = new StreamingContext(sc, 200);";
const WORDS = `const words = ticks.flatMap((i) => [["${HOSTILE_WORD}", 50 + (i % 7)], ["datum['x']", 40], ["mill", 30 + (i % 5)]]);`;
const TRADES = `const trades = ticks.map((i) => ({ "a.b['c']\\\\": i % 11, "<b>price</b>": 100 + (i % 13) }));`;

const PLOTS = "plots.ipynb";
const PLOT_CELLS = [
  SSC,
  TICKS,
  WORDS,
  "%plot words",
  TRADES,
  "%plot trades",
  '%%plot words --title "own"\n({ rows }) => ({ mark: "bar", params: [{ name: "picked", select: "point" }], encoding: { x: { field: "key", type: "nominal" }, y: { field: "value", type: "quantitative" } } })',
  "const many = ticks.flatMap((i) => Array.from({ length: 30 }, (_, n) => ({ x: n, y: n === 1 ? null : n * i })));",
  "%plot many --mode update --window 5rows",
  '%%plot many --window 5rows\n{ "mark": "point", "encoding": { "x": { "field": "x", "type": "quantitative" }, "y": { "field": "y", "type": "quantitative" } } }',
  "%stream start",
  "for (;;) await new Promise((done) => setTimeout(done, 10));",
  "%stream stop",
];

const ALL_STOPPED = Array(5).fill("stopped");

const BOARD = "board.ipynb";
const BOARD_CELLS = [
  SSC,
  TICKS,
  WORDS,
  "const sizes = ticks.map((i) => 20 + 10 * Math.sin(i / 5));",
  "%dashboard words sizes",
  "%dashboard words",
  "%stream start",
  "%dashboard --panel",
  "%stream stop",
];

/** Place of the second dashboard's chart of words among all tiles of the notebook. */
const OTHER_WORDS = 5;

describe("charts in JupyterLab", () => {
  let lab: TestLab;

  beforeAll(async () => {
    lab = await startTestLab({
      install: (data) => install(data, { name: DEFAULT_NAME, displayName: DEFAULT_DISPLAY_NAME }),
    });
  });
  afterEach((context) => pictureFailure(context, lab));
  afterAll(() => lab?.stop());

  /** A page with this notebook, of which the cells before `last` have run. */
  async function opened(name: string, cells: readonly string[], last: string): Promise<NotebookPage> {
    writeNotebook(join(lab.notebooks, name), notebookOf(...cells));
    const page = await lab.newPage();
    await page.open(name);
    await page.runAllAbove(last);
    return page;
  }

  describe("of a notebook", () => {
    let notebook: NotebookPage;

    beforeAll(async () => {
      notebook = await opened(PLOTS, PLOT_CELLS, "for (;;)");
    });
    // Pages of one server share a workspace.
    afterAll(() => notebook?.page.close());

    test("keys are text, in bars and in a specification of one's own", async () => {
      for (const index of [0, 2]) {
        const chart = notebook.chart(index);
        const rows = await chart.rowsAfter([]);
        expect(rows.map(({ key }) => key)).toContain(HOSTILE_WORD);
        await chart.state("streaming");
      }
      expect(await notebook.page.locator(".mlr-LiveDisplay img").count()).toBe(0);
    });

    test("are drawn by a worker, and on the page if they take clicks", async () => {
      await notebook.chart(0).rowsAfter([]);
      await notebook.chart(2).rowsAfter([]);
      expect([await notebook.chart(0).drawnBy(), await notebook.chart(2).drawnBy()]).toEqual([
        "worker",
        "page",
      ]);
    });

    test("names of fields are titles and nothing else", async () => {
      const chart = notebook.chart(1);
      await expect.poll(async () => (await chart.rows()).length).toBeGreaterThan(3);
      expect(await chart.rows()).toContainEqual(expect.objectContaining({ x: 3, y: expect.any(Number) }));
      await chart.state("streaming");
      expect(await chart.display.textContent()).not.toContain("cannot be drawn");
    });

    test("say how many records of a batch they do not draw, and why", async () => {
      for (const index of [3, 4]) {
        const chart = notebook.chart(index);
        await chart.state("streaming"); // in view
        const said = "not drawn: 1 record without y, 25 beyond the first 5 (--window)";
        await expect.poll(() => chart.strip()).toContain(said);
      }
    });

    test("that move are in a notebook that is saved, with a picture, and move on", async () => {
      const chart = notebook.chart();
      await chart.rowsAfter([]);
      const canvas = await chart.display.locator("canvas").elementHandle();
      const saved = async () => {
        await notebook.save();
        const [plot] = await bundlesIn(join(lab.notebooks, PLOTS));
        return [plot?.live.rows.length, plot?.types.includes("image/png"), plot?.live.status.state];
      };
      await expect.poll(saved).toEqual([3, true, "streaming"]);
      await chart.rowsAfter(await chart.rowsAfter([]));
      expect(await canvas?.evaluate((element) => element.isConnected)).toBe(true);
    });

    test("buttons stop and start the streams while a cell runs", async () => {
      const chart = notebook.chart();
      await chart.bring("streaming");
      await notebook.start("for (;;)");
      await chart.press("Stop");
      await chart.state("stopped");
      await chart.press("Start");
      await chart.state("streaming");
      await chart.rowsAfter(await chart.rowsAfter([]));
      await notebook.pressInToolbar("Interrupt the kernel");
      await notebook.idle();
    });

    test("the button is pressed by the keyboard", async () => {
      const chart = notebook.chart();
      await chart.bring("stopped");
      await chart.display.getByRole("button", { name: "Start" }).focus();
      await notebook.page.keyboard.press("Enter");
      await chart.state("streaming");
      await notebook.page.keyboard.press("Space");
      await chart.state("stopped");
    });

    test("that stopped are stored as they ended, also after the page was loaded again", async () => {
      const chart = notebook.chart();
      await chart.bring("streaming");
      await notebook.save();
      await notebook.reload();
      await chart.rowsAfter([]);
      const ended = await hearsLastPictures();
      await chart.press("Stop");
      await chart.state("stopped");
      await ended();
      expect(await savedStates()).toEqual(ALL_STOPPED);
      const [stored] = await bundlesIn(join(lab.notebooks, PLOTS));
      // The strip says that they stopped before the last rows are drawn.
      await expect.poll(() => chart.rows()).toEqual(stored?.live.rows);
      expect(stored?.types).toEqual(expect.arrayContaining(["image/png", "text/plain"]));
    });

    test("that stop while the notebook is being saved mark it as changed: the file has what was before", async () => {
      const chart = notebook.chart();
      await chart.bring("streaming");
      await notebook.save();
      const written = await notebook.beginSave();
      const stored = await hearsLastPictures();
      await chart.press("Stop");
      await stored();
      await written();
      await expect.poll(() => notebook.isDirty()).toBe(true);
      expect(await savedStates()).toEqual(ALL_STOPPED);
      const [plot] = await bundlesIn(join(lab.notebooks, PLOTS));
      expect(plot?.alt).toMatch(/^words: .+; stopped$/);
    });

    test("that stop mark the notebook as changed when it has their last pictures, so that they are saved by themselves", async () => {
      const chart = notebook.chart();
      await chart.bring("streaming");
      await notebook.save();
      const stored = await hearsLastPictures();
      await chart.press("Stop");
      await stored();
      await expect.poll(() => notebook.isDirty()).toBe(true);
    });

    test("are as they were stored when the notebook is opened again, which does not change it", async () => {
      await notebook.chart().bring("streaming");
      const stored = await hearsLastPictures();
      await notebook.chart().press("Stop");
      await stored();
      await notebook.save();
      await notebook.reload();
      await notebook.chart().state("stopped");
      await notebook.chart().rowsAfter([]);
      expect(await notebook.isDirty()).toBe(false);
    });

    /** Of each chart, as the notebook's file has it when it is saved now. */
    async function savedStates(): Promise<string[]> {
      await notebook.save();
      return (await bundlesIn(join(lab.notebooks, PLOTS))).map(({ live }) => live.status.state);
    }

    /** Listens from now on: what is returned resolves when the page was sent the pictures that all charts ended with. */
    async function hearsLastPictures(): Promise<() => Promise<void>> {
      const charts = await bundlesIn(join(lab.notebooks, PLOTS));
      const heard = charts.map(({ live }) => notebook.hears('"type":"final"', `"display":"${live.display}"`));
      return async () => void (await Promise.all(heard));
    }
  });

  describe("of a dashboard", () => {
    let board: NotebookPage;

    beforeAll(async () => {
      board = await opened(BOARD, BOARD_CELLS, "%dashboard --panel");
    });
    beforeEach(() => board.tile(0).bring("streaming"));

    test("are side by side with metrics and the table, and all move", async () => {
      const tiles = board.page.locator(".jp-NotebookPanel .mlr-tile");
      await expect.poll(() => tiles.count()).toBe(9);
      for (const index of [0, 1, 2, 3]) {
        const chart = board.tile(index);
        await chart.rowsAfter(await chart.rowsAfter([]));
      }
      await tiles.nth(4).getByText("%plot words").first().waitFor();
      const tops = () =>
        tiles.evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().top));
      await expect.poll(async () => new Set((await tops()).slice(0, 2)).size).toBe(1);
    });

    test("fill their tiles, which the arrow keys make larger and smaller", async () => {
      const chart = board.tile(0);
      const room = () =>
        chart.display.locator(".mlr-chart").evaluate((host) => ({
          width: host.clientWidth,
          height: host.clientHeight,
        }));
      await expect.poll(async () => isDeepStrictEqual(await chart.canvasSize(), await room())).toBe(true);
      const { width, height } = await room();
      const corner = board.page.locator(".jp-NotebookPanel .mlr-resize").first();
      await corner.focus();
      for (const key of ["ArrowDown", "ArrowDown", "ArrowLeft"]) await board.page.keyboard.press(key);
      await expect.poll(() => chart.canvasSize()).toEqual({ width: width - 20, height: height + 40 });
      for (const key of ["ArrowUp", "ArrowUp"]) await board.page.keyboard.press(key);
      await expect.poll(async () => (await chart.canvasSize()).height).toBe(height);
    });

    test("have the sizes that they were given again after a reload, and when their cell is run again", async () => {
      const corner = board.page.locator(".jp-NotebookPanel .mlr-resize").first();
      const size = async (tile = 0) => {
        const { width, height } =
          (await board.page.locator(".jp-NotebookPanel .mlr-tile").nth(tile).boundingBox()) ?? {};
        return { width, height };
      };
      // Of another dashboard, with the same title.
      const other = await size(OTHER_WORDS);
      await board.save();
      await corner.focus();
      for (const key of ["ArrowLeft", "ArrowDown"]) await board.page.keyboard.press(key);
      const given = await size();
      expect(await board.isDirty()).toBe(false);
      await board.reload();
      await board.tile(0).rowsAfter([]);
      await expect.poll(() => size()).toEqual(given);
      expect(await board.isDirty()).toBe(false);
      await expect.poll(() => size(OTHER_WORDS)).toEqual(other);
      await board.run("%dashboard words sizes");
      await board.tile(0).rowsAfter([]);
      await expect.poll(() => size()).toEqual(given);
      await expect.poll(() => size(OTHER_WORDS)).toEqual(other);
    });

    const stored = async (): Promise<Stored | undefined> => {
      await board.save();
      return (await bundlesIn(join(lab.notebooks, BOARD)))[0];
    };

    test("are stored with pictures while they move", async () => {
      const pictures = async () => (await stored())?.html.match(/<img src="data:image\/png/g)?.length;
      await expect.poll(pictures).toBe(4);
    });

    test("are stored with their pictures when they stopped", async () => {
      await board.run("%stream stop");
      await board.tile(0).state("stopped");
      const states = async () => (await stored())?.live.tiles?.map(({ status }) => status.state);
      await expect.poll(states).toEqual(Array(5).fill("stopped"));
      expect((await stored())?.html.match(/<img src="data:image\/png/g)).toHaveLength(4);
    });

    test("are shown by the panel too, beside the notebook", async () => {
      await board.run("%dashboard --panel");
      const panel = board.page.locator(".mlr-StreamsPanel");
      await panel.locator(".mlr-tile").first().waitFor();
      const chart = board.panelTile(0);
      await chart.rowsAfter(await chart.rowsAfter([]));
      await board.closeTab("Millrace Streams");
    });

    test("are in the panel again after a reload, and move on", async () => {
      await board.workspaceHas("millrace-streams", false);
      await board.run("%dashboard --panel");
      await board.workspaceHas("millrace-streams");
      await board.reload({ keepWorkspace: true });
      const chart = board.panelTile(0);
      await chart.rowsAfter(await chart.rowsAfter([]));
      await board.closeTab("Millrace Streams");
    });

    test("are shown by the panel that the command palette opens", async () => {
      await board.page.keyboard.press("Control+Shift+C");
      await board.page.locator("#modal-command-palette input").fill("Millrace Streams");
      await board.page.keyboard.press("Enter");
      await board.page.locator(".mlr-StreamsPanel .mlr-tile").first().waitFor();
      await board.closeTab("Millrace Streams");
    });

    test("leave the panel when the kernel is restarted, which says so, and what is drawn next is shown", async () => {
      await board.run("%dashboard --panel");
      await board.choose("Kernel", "Restart Kernel…");
      await board.answer("Restart");
      await board.page.locator(".mlr-StreamsPanel").getByText("Nothing is drawn yet").waitFor();
      await board.idle();
      await board.runAllAbove("%dashboard --panel");
      const chart = board.panelTile(0);
      await chart.rowsAfter(await chart.rowsAfter([]));
    });
  });
});

interface Stored {
  live: {
    display: string;
    rows: unknown[];
    status: { state: string };
    tiles?: { status: { state: string } }[];
  };
  types: string[];
  html: string;
  /** What is said of its picture. */
  alt: unknown;
}

/** Live displays as a notebook file has them. */
async function bundlesIn(file: string): Promise<Stored[]> {
  const { cells } = await savedNotebook(file);
  const outputs = cells.flatMap(({ outputs = [] }) => outputs);
  return outputs.flatMap((output) => {
    const data = (output.data ?? {}) as Record<string, unknown>;
    const live = data["application/vnd.millrace.stream.v1+json"] as Stored["live"] | undefined;
    const html = data["text/html"];
    if (live === undefined) return [];
    const { alt } = ((output.metadata ?? {}) as Record<string, { alt?: unknown }>)["image/png"] ?? {};
    const text = Array.isArray(html) ? html.join("") : String(html ?? "");
    return [{ live, types: Object.keys(data), html: text, alt }];
  });
}
