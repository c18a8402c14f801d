/** What a person does with a notebook in JupyterLab, and what they see. Every step waits for what it causes. */

import { isDeepStrictEqual } from "node:util";
import type { JSHandle, Locator, Page, WebSocket } from "playwright-core";
import type { View } from "vega";
import type { LiveRow } from "../../kernel/port/live.js";
import { waitFor } from "../../kernelspec/process/wait-for.js";

declare global {
  interface Element {
    /** Left by the plugin on the element of a chart that is drawn on the page. */
    vegaView?: DrawnView;
  }
  /** Left by the plugin in the worker that draws the others, which the page knows by numbers. */
  function vegaViewOf(chart: number): DrawnView | undefined;
}

/** Vega's typings leave out the root. */
interface DrawnView extends Omit<View, "scenegraph"> {
  scenegraph(): { root: DrawnNode };
}

/** A node of Vega's scene graph, as far as the tests look at it. */
interface DrawnNode {
  role?: string;
  /** Of a mark: around all its items. */
  bounds: { x1: number };
  items?: DrawnNode[];
}

const CHANGE_MS = 120_000;
/** A save that JupyterLab has not begun by then, since it was at one already, is asked for again. */
const SAVE_MS = 20_000;
const CURRENT_TAB = "#jp-main-dock-panel .lm-TabBar-tab.jp-mod-current";

export class NotebookPage {
  readonly #sockets = new Set<WebSocket>();
  /** Those by which a kernel has said what it is. */
  readonly #answering = new Set<WebSocket>();
  /** Cells that the page has asked a kernel to run so far, and those that a kernel has answered. */
  #cellsAsked = 0;
  #cellsAnswered = 0;

  constructor(
    readonly page: Page,
    private readonly server: { url: string; token: string; program: "lab" | "notebook" },
  ) {
    page.on("websocket", (socket) => {
      this.#sockets.add(socket);
      socket.on("framereceived", ({ payload }) => {
        if (payload.includes("kernel_info_reply")) this.#answering.add(socket);
        if (payload.includes("execute_reply")) this.#cellsAnswered += 1;
      });
      socket.on("framesent", ({ payload }) => {
        if (payload.includes("execute_request")) this.#cellsAsked += 1;
      });
      socket.on("close", () => this.#answering.delete(socket));
    });
  }

  /** Shows the launcher of a new workspace. */
  async openLauncher(): Promise<void> {
    await this.#visit("lab?reset");
    await this.page.locator(".jp-Launcher-body").waitFor();
  }

  /** Opens a notebook of the server's folder and waits for its kernel to be idle. */
  async open(notebook: string): Promise<void> {
    const name = encodeURIComponent(notebook);
    await this.#visit(this.server.program === "lab" ? `lab/tree/${name}?reset` : `notebooks/${name}`);
    await this.idle();
  }

  /** Opens a notebook from the list of files beside the launcher, and waits for its kernel to be idle. */
  async openFromFolder(notebook: string): Promise<void> {
    await this.page.locator(".jp-DirListing-item").getByText(notebook, { exact: true }).dblclick();
    await this.idle();
  }

  /** Loads the page again, as F5 does, and waits for the kernel. `keepWorkspace`: what was open is opened again. */
  async reload({ keepWorkspace = false } = {}): Promise<void> {
    if (keepWorkspace) await this.page.goto(this.page.url().replace(/[?&]reset\b/, ""));
    else await this.page.reload();
    await this.idle();
  }

  /** Waits until the kernel says that it has nothing to do. The notebook's own indicator says so before it has asked. */
  async idle(): Promise<void> {
    if (this.server.program === "lab") {
      await this.page.locator("#jp-main-statusbar").getByText("| Idle").waitFor();
      return;
    }
    await waitFor("the kernel to answer", () => (this.#answering.size > 0 ? true : undefined), CHANGE_MS);
    await this.page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').waitFor();
  }

  /** Chooses an entry of a menu, such as "Run", "Run All Cells". */
  async choose(menu: string, entry: string): Promise<void> {
    await this.page.getByRole("menuitem", { name: menu, exact: true }).first().click();
    await this.page.locator(".lm-Menu").getByText(entry, { exact: true }).click();
  }

  /** Presses a button of the open dialog. */
  async answer(label: string): Promise<void> {
    await this.page.locator(".jp-Dialog .jp-Dialog-button").getByText(label, { exact: true }).click();
  }

  /** Runs every cell and waits until the last one has its number. */
  async runAll(): Promise<void> {
    const answered = this.#cellsAnswered + (await this.#codeCells.count());
    await this.choose("Run", "Run All Cells");
    await this.#ran(this.#codeCells, answered);
  }

  /** Runs the cells before the one with this code, and waits for them. */
  async runAllAbove(code: string): Promise<void> {
    await this.#enter(code);
    const sources = await this.#codeCells.locator(".cm-content").allTextContents();
    const above = sources.findIndex((source) => source.includes(code));
    const answered = this.#cellsAnswered + above;
    await this.choose("Run", "Run All Above Selected Cell");
    for (let i = 0; i < above; i++) await this.#ran(this.#codeCells.nth(i), answered);
  }

  /** Runs the cell with this code and waits for it. */
  async run(code: string): Promise<void> {
    const answered = this.#cellsAnswered + 1;
    await this.start(code);
    await this.#ran(this.#codeCell(code), answered);
  }

  /** Runs the cell with this code and returns when the kernel was asked. */
  async start(code: string): Promise<void> {
    const asked = this.#cellsAsked;
    await this.#enter(code);
    await this.page.keyboard.press("Control+Enter");
    await waitFor("the page to run the cell", () => this.#cellsAsked > asked || undefined, CHANGE_MS);
  }

  /** Writes text in the place of the code of a cell; the cursor stays behind it. */
  async type(code: string, text: string): Promise<void> {
    await this.#enter(code);
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.type(text);
  }

  /** Presses Tab for what may stand at the cursor: only where JupyterLab knows that there is a kernel to ask, it does not indent. */
  async complete(): Promise<void> {
    await this.page.locator(".jp-mod-completer-enabled .cm-content:focus").waitFor();
    await this.page.keyboard.press("Tab");
  }

  /** Takes the first of what is offered. */
  async takeCompletion(): Promise<void> {
    await this.page.keyboard.press("Enter");
    await this.page.locator(".jp-mod-completer-active").waitFor({ state: "detached" });
  }

  /** The code of the first cell that has this text in it. */
  async textOf(code: string): Promise<string> {
    return (await this.#codeCell(code).locator(".cm-content").textContent()) ?? "";
  }

  /** What the completer offers, as soon as it is open. */
  async completions(): Promise<string[]> {
    const items = this.page.locator(".jp-Completer:not(.lm-mod-hidden) .jp-Completer-match");
    await items.first().waitFor();
    return items.allInnerTexts();
  }

  /** Waits until the tooltip at the cursor says this. It opens before its text is drawn. */
  async tooltip(text: string): Promise<void> {
    await this.page.locator(".jp-Tooltip-content").filter({ hasText: text }).waitFor();
  }

  /** Presses a button of the notebook's toolbar, named by what it says of itself. */
  async pressInToolbar(title: string): Promise<void> {
    await this.page.locator(`.jp-NotebookPanel-toolbar [title^="${title}"]`).first().click();
  }

  /** What the cell with this code shows below it. */
  output(code: string): Locator {
    return this.#codeCell(code).locator(".jp-Cell-outputArea");
  }

  /** Shows the first live display in a tab of its own, beside the notebook. */
  async openLinkedView(): Promise<void> {
    await this.chart().display.click({ button: "right" });
    await this.page.locator(".lm-Menu").getByText("Create New View for Cell Output", { exact: true }).click();
    await this.page.locator(".jp-LinkedOutputView").waitFor();
  }

  /** Opens a launcher in front of the notebook. */
  async openNewTab(): Promise<void> {
    await this.choose("File", "New Launcher");
    await this.page.locator(".jp-Launcher-body").waitFor();
  }

  async showTab(title: string): Promise<void> {
    await this.#tab(title).click();
  }

  async closeTab(title: string): Promise<void> {
    await this.#tab(title).locator(".lm-TabBar-tabCloseIcon").click();
    await this.#tab(title).waitFor({ state: "detached" });
  }

  async chooseTheme(name: string): Promise<void> {
    await this.page.getByRole("menuitem", { name: "Settings", exact: true }).first().click();
    await this.page.locator(".lm-Menu").getByText("Theme", { exact: true }).hover();
    await this.page.locator(".lm-Menu").getByText(name, { exact: true }).click();
    await this.page.locator(`body[data-jp-theme-name="${name}"]`).waitFor({ state: "attached" });
    await this.#settled();
  }

  /**
   * Saves, and waits until the file is written, its checkpoint too (JupyterLab ignores the wish to save while it is at
   * it), and the notebook is not marked as changed: what changed meanwhile is saved as well.
   */
  async save(): Promise<void> {
    const saved = async (): Promise<true | undefined> => {
      const written = Promise.all([
        this.#answered("PUT", "/api/contents/", SAVE_MS),
        this.#answered("POST", "/checkpoints", SAVE_MS),
      ]).then(
        () => true,
        () => false,
      );
      await this.choose("File", "Save Notebook");
      return (await written) && !(await this.isDirty()) ? true : undefined;
    };
    await waitFor("the notebook to be saved", saved, CHANGE_MS);
  }

  /** Whether JupyterLab marks the notebook as changed since it was saved. */
  async isDirty(): Promise<boolean> {
    return (await this.page.locator(`${CURRENT_TAB}.jp-mod-dirty`).count()) > 0;
  }

  /** Resolves when the page has sent the kernel a message with this text; to be called before what causes it. */
  async tells(text: string): Promise<void> {
    await Promise.race(
      [...this.#sockets].map((socket) =>
        socket.waitForEvent("framesent", {
          predicate: ({ payload }) => payload.includes(text),
          timeout: CHANGE_MS,
        }),
      ),
    );
  }

  /** Resolves when the page was sent a message with all these texts; to be called before what causes it. */
  async hears(...texts: string[]): Promise<void> {
    await Promise.race(
      [...this.#sockets].map((socket) =>
        socket.waitForEvent("framereceived", {
          predicate: ({ payload }) => texts.every((text) => payload.includes(text)),
          timeout: CHANGE_MS,
        }),
      ),
    );
  }

  /** Begins to save, and holds what is written back until the returned function is called, which resolves when it is written. */
  async beginSave(): Promise<() => Promise<void>> {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const contents = "**/api/contents/**";
    const begun = new Promise<void>((resolve) => {
      void this.page.route(contents, async (route) => {
        if (route.request().method() === "PUT") {
          resolve();
          await held;
        }
        await route.continue();
      });
    });
    await this.choose("File", "Save Notebook");
    await begun;
    return async () => {
      const written = this.#answered("POST", "/checkpoints");
      release();
      await written;
      await this.page.unroute(contents);
    };
  }

  /** The live display number `index` of the page, as far as it is drawn. */
  chart(index = 0): ChartOnPage {
    return new ChartOnPage(this.page.locator(".mlr-LiveDisplay").nth(index));
  }

  /** Waits until JupyterLab has written down that this widget is open, or that it is not. */
  async workspaceHas(widget: string, isOpen = true): Promise<void> {
    const written = async (): Promise<true | undefined> => {
      const answer = await this.page.request.get(`${this.server.url}lab/api/workspaces/default`, {
        headers: { authorization: `token ${this.server.token}` },
      });
      return (await answer.text()).includes(widget) === isOpen ? true : undefined;
    };
    await waitFor(`the workspace to have${isOpen ? "" : " no"} ${widget}`, written, CHANGE_MS);
  }

  /** A chart of the notebook's first dashboard. */
  tile(index: number): ChartOnPage {
    return new ChartOnPage(this.page.locator(".jp-NotebookPanel .mlr-tile .mlr-LiveDisplay").nth(index));
  }

  /** A chart of the panel. */
  panelTile(index: number): ChartOnPage {
    return new ChartOnPage(this.page.locator(".mlr-StreamsPanel .mlr-LiveDisplay").nth(index));
  }

  /** Resolves when the server has answered a request to such an address. */
  async #answered(method: string, address: string, timeout = CHANGE_MS): Promise<void> {
    await this.page.waitForResponse(
      (response) => response.url().includes(address) && response.request().method() === method,
      { timeout },
    );
  }

  /** Waits until the kernel has answered so many cells, and these all have their number: that of a run before is gone when it was asked. */
  async #ran(cells: Locator, answered: number): Promise<void> {
    const ran = async (): Promise<true | undefined> => {
      if (this.#cellsAnswered < answered) return undefined;
      const prompts = await cells.locator(".jp-InputPrompt").allTextContents();
      return prompts.every((prompt) => /\[\d+\]/.test(prompt)) ? true : undefined;
    };
    await waitFor("the cells to run", ran, CHANGE_MS);
  }

  get #codeCells(): Locator {
    return this.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell");
  }

  #codeCell(code: string): Locator {
    return this.#codeCells.filter({ has: this.page.locator(".cm-content", { hasText: code }) }).first();
  }

  /** Puts the cursor into the cell with this code, where keys go to then. */
  async #enter(code: string): Promise<void> {
    const cell = this.#codeCell(code);
    await cell.locator(".jp-InputArea-editor").click();
    await cell.locator(".cm-content:focus").waitFor();
    await this.page.locator(".jp-Notebook.jp-mod-editMode .cm-content:focus").waitFor();
  }

  #tab(title: string): Locator {
    return this.page.locator("#jp-main-dock-panel .lm-TabBar-tab").filter({ hasText: title });
  }

  async #visit(path: string): Promise<void> {
    const separator = path.includes("?") ? "&" : "?";
    await this.page.goto(`${this.server.url}${path}${separator}token=${this.server.token}`);
    await this.#settled();
  }

  async #settled(): Promise<void> {
    await this.page.locator("#jupyterlab-splash").waitFor({ state: "detached" });
  }
}

export class ChartOnPage {
  #hovers = 0;

  constructor(readonly display: Locator) {}

  /** Rows that the chart's view holds now; empty before it is drawn. */
  async rows(): Promise<LiveRow[]> {
    await this.display.scrollIntoViewIfNeeded();
    return this.hiddenRows();
  }

  /** The same, without bringing the display into view. */
  async hiddenRows(): Promise<LiveRow[]> {
    const rows = await this.#inView((view) => view.data("rows").map((row: LiveRow) => ({ ...row })), null);
    return rows ?? [];
  }

  async drawnBy(): Promise<"worker" | "page" | "nobody"> {
    return this.#host.evaluate((host) => {
      if (host.querySelector("canvas")?.dataset.chart !== undefined) return "worker";
      return host.vegaView === undefined ? "nobody" : "page";
    });
  }

  /** Value of a signal of the chart's view. */
  async signal(name: string): Promise<unknown> {
    return this.#inView((view, signal) => view.signal(signal), name);
  }

  /** What colour the chart gives to a number: red, green and blue, from 0 to 255. */
  async colour(value: number): Promise<number[]> {
    const colour = await this.#inView((view, number) => String(view.scale("color")(number)), value);
    return (colour?.match(/\d+/g) ?? []).map(Number);
  }

  /** Where the longest label of an axis begins, in px from the left edge of the canvas: less than 0 is cut off. */
  async labelsBegin(): Promise<number | undefined> {
    return this.#inView((view) => {
      const padding = view.padding();
      const left = (view.origin()[0] ?? 0) + (typeof padding === "object" ? (padding.left ?? 0) : padding);
      const begins = ({ role, bounds, items = [] }: DrawnNode): number[] =>
        role === "axis-label" ? [left + bounds.x1] : items.flatMap(begins);
      return Math.min(...begins(view.scenegraph().root));
    }, null);
  }

  /** Moves the mouse over the bar of a word, and gives what tooltip there is: bars change places meanwhile, and it is told when it is drawn. */
  async hoverBar(word: string): Promise<string> {
    this.#hovers += 1;
    const position = await this.#inView((view, value) => {
      const [left = 0, top = 0] = view.origin();
      const padding = view.padding();
      const pad = typeof padding === "object" ? padding : { left: 0, top: 0 };
      const scale = view.scale("y");
      return {
        x: left + (pad.left ?? 0) + 4,
        y: top + (pad.top ?? 0) + scale(value) + scale.bandwidth() / 2,
      };
    }, word);
    if (position === undefined) throw new Error("the chart is not drawn");
    const { x, y } = position;
    // Never where it was before: the browser need not tell of that.
    await this.display.locator("canvas").hover({ position: { x: x + (this.#hovers % 2), y } });
    return (await this.display.page().locator(".mlr-tooltip").allTextContents()).join("");
  }

  async canvasSize(): Promise<{ width: number; height: number }> {
    const { width = 0, height = 0 } = (await this.display.locator("canvas").boundingBox()) ?? {};
    return { width, height };
  }

  async canvasWidth(): Promise<number> {
    return (await this.canvasSize()).width;
  }

  /** Waits until the rows are others than `before`, and returns them. */
  async rowsAfter(before: LiveRow[]): Promise<LiveRow[]> {
    const changed = async (): Promise<LiveRow[] | undefined> => {
      const rows = await this.rows();
      return rows.length > 0 && !isDeepStrictEqual(rows, before) ? rows : undefined;
    };
    return waitFor("the rows of the chart to change", changed, CHANGE_MS);
  }

  /** Presses its button, unless it does so already. One that waits is waited for. */
  async bring(state: "streaming" | "stopped"): Promise<void> {
    await this.display.scrollIntoViewIfNeeded();
    const strip = this.display.locator('.mlr-strip:is([data-state="streaming"], [data-state="stopped"])');
    if ((await strip.getAttribute("data-state")) === state) return;
    await this.press(state === "streaming" ? "Start" : "Stop");
    await this.state(state);
  }

  /** Waits for a state of the status strip: `streaming`, `stopped`, … In view, since what nobody sees is not told. */
  async state(state: string): Promise<void> {
    await this.display.scrollIntoViewIfNeeded();
    await this.display.locator(`.mlr-strip[data-state="${state}"]`).waitFor();
  }

  /** Everything the status strip says. */
  async strip(): Promise<string> {
    return this.display
      .locator(".mlr-strip")
      .allInnerTexts()
      .then(([text = ""]) => text);
  }

  /** Reads from the chart's view, wherever it is; undefined while there is none. */
  async #inView<T, A>(read: (view: DrawnView, arg: A) => T, arg: A): Promise<T | undefined> {
    const view = await this.#view();
    try {
      if (await view.evaluate((one) => one === undefined)) return undefined;
      return await (view as JSHandle<DrawnView>).evaluate(read as (one: DrawnView, given: unknown) => T, arg);
    } finally {
      await view.dispose();
    }
  }

  async #view(): Promise<JSHandle<DrawnView | undefined>> {
    const chart = await this.#host.evaluate((host) => host.querySelector("canvas")?.dataset.chart);
    if (chart === undefined) return this.#host.evaluateHandle((host) => host.vegaView);
    const worker = this.display.page().workers().at(-1);
    if (worker === undefined) throw new Error(`chart ${chart} has no worker`);
    return worker.evaluateHandle((number) => vegaViewOf(number), Number(chart));
  }

  get #host(): Locator {
    return this.display.locator(".mlr-chart");
  }

  /** Waits until the status strip says something else than `before`. */
  async stripAfter(before: string): Promise<string> {
    const changed = async (): Promise<string | undefined> => {
      const text = await this.strip();
      return text === before ? undefined : text;
    };
    return waitFor("the status strip to change", changed, CHANGE_MS);
  }

  /** Labels of the buttons that can be seen. */
  async buttons(): Promise<string[]> {
    return this.display.locator("button:visible").allInnerTexts();
  }

  async press(button: "Stop" | "Start" | "Cancel"): Promise<void> {
    await this.display.getByRole("button", { name: button }).click();
  }
}
