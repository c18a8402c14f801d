/** Charts of a real kernel in JupyterLab: what they are stored as, what they are asked while a cell runs, dashboards, the panel. */

import { join } from "node:path";
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
const TICKS = "const ticks = ssc.queueStream(Array.from({ length: 2000 }, (_, i) => [i]));";
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
  "%stream start",
  "for (;;) await new Promise((done) => setTimeout(done, 10));",
  "%stream stop",
];

const BOARD = "board.ipynb";
const BOARD_CELLS = [
  SSC,
  TICKS,
  WORDS,
  "const sizes = ticks.map((i) => 20 + 10 * Math.sin(i / 5));",
  "%dashboard words sizes",
  "%stream start",
  "%dashboard --panel",
  "%stream stop",
];

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
      await expect.poll(async () => (await chart.rows()).length, { timeout: 30_000 }).toBeGreaterThan(3);
      expect(await chart.rows()).toContainEqual(expect.objectContaining({ x: 3, y: expect.any(Number) }));
      await chart.state("streaming");
      expect(await chart.display.textContent()).not.toContain("cannot be drawn");
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
      await notebook.chart().bring("streaming");
      await notebook.save();
      await notebook.reload();
      await notebook.chart().rowsAfter([]);
      await notebook.chart().press("Stop");
      await notebook.chart().state("stopped");
      const rows = await notebook.chart().rows();
      await expect.poll(() => savedState(), { timeout: 30_000 }).toBe("stopped");
      const [stored] = await bundlesIn(join(lab.notebooks, PLOTS));
      expect(stored?.live.rows).toEqual(rows);
      expect(stored?.types).toEqual(expect.arrayContaining(["image/png", "image/svg+xml", "text/plain"]));
    });

    test("are as they were stored when the notebook is opened again, which does not change it", async () => {
      await notebook.chart().bring("stopped");
      await expect.poll(() => savedState(), { timeout: 30_000 }).toBe("stopped");
      await notebook.reload();
      await notebook.chart().state("stopped");
      await notebook.chart().rowsAfter([]);
      expect(await notebook.isDirty()).toBe(false);
    });

    async function savedState(): Promise<string | undefined> {
      await notebook.save();
      return (await bundlesIn(join(lab.notebooks, PLOTS)))[0]?.live.status.state;
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
      await expect.poll(() => tiles.count()).toBe(5);
      for (const index of [0, 1, 2, 3]) {
        const chart = board.tile(index);
        await chart.rowsAfter(await chart.rowsAfter([]));
      }
      await tiles.nth(4).getByText("%plot words").waitFor();
      const [first, second] = [await tiles.nth(0).boundingBox(), await tiles.nth(1).boundingBox()];
      expect(second?.y).toBe(first?.y);
    });

    test("are stored with their pictures when they stopped", async () => {
      await board.run("%stream stop");
      await board.tile(0).state("stopped");
      const stored = async (): Promise<Stored | undefined> => {
        await board.save();
        return (await bundlesIn(join(lab.notebooks, BOARD)))[0];
      };
      const states = async () => (await stored())?.live.tiles?.map(({ status }) => status.state);
      await expect.poll(states, { timeout: 30_000 }).toEqual(Array(5).fill("stopped"));
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
      const saved = board.workspaceSaved("millrace-streams");
      await board.run("%dashboard --panel");
      await saved;
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
  live: { rows: unknown[]; status: { state: string }; tiles?: { status: { state: string } }[] };
  types: string[];
  html: string;
}

/** Live displays as a notebook file has them. */
async function bundlesIn(file: string): Promise<Stored[]> {
  const { cells } = await savedNotebook(file);
  const outputs = cells.flatMap(({ outputs = [] }) => outputs);
  return outputs.flatMap((output) => {
    const data = (output.data ?? {}) as Record<string, unknown>;
    const live = data["application/vnd.millrace.stream.v1+json"] as Stored["live"] | undefined;
    const html = data["text/html"];
    return live === undefined
      ? []
      : [{ live, types: Object.keys(data), html: Array.isArray(html) ? html.join("") : String(html ?? "") }];
  });
}
