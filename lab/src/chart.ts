/** One Vega view: made once, then changed in place. 2.7 ms an update, where embedding again takes 80. */

import type { View } from "vega";
import type { TopLevelSpec } from "vega-lite";
import type { LiveRow } from "../../kernel/port/live.js";
import { changeRows, type ShownRows } from "./row-changes.js";
import { type ThemeSignals, themedConfig } from "./theme.js";
import { ChartTooltip } from "./tooltip.js";
import { linesOf, tooltipLines, withoutTooltip } from "./tooltip-lines.js";

/** Name of the data set in the specification and in the view. */
const ROWS = "rows";

// Loaded with the first chart, not with JupyterLab.
const loadVega = () => Promise.all([import("vega"), import("vega-lite")]);

export class LiveChart {
  #shown: ShownRows = new Map();
  readonly #resize: ResizeObserver;

  private constructor(
    private readonly vega: typeof import("vega"),
    private readonly view: View,
    private readonly tooltip: ChartTooltip,
    host: HTMLElement,
    fluid: boolean,
  ) {
    this.#resize = new ResizeObserver(() => this.#fit(host.clientWidth));
    if (fluid) this.#resize.observe(host);
  }

  /**
   * Draws an empty chart into `host`, which must be in the document and have a width.
   * @throws what Vega-Lite says about a specification that it cannot draw.
   */
  static async draw(
    host: HTMLElement,
    spec: Record<string, unknown>,
    theme: ThemeSignals,
  ): Promise<LiveChart> {
    const chart = fitToContainer(spec);
    if (!isChart(chart)) throw new Error("the specification has no mark, layer or grid of charts");
    const [vega, { compile }] = await loadVega();
    const lines = tooltipLines(spec);
    const told = lines === undefined ? chart : (withoutTooltip(chart) as typeof chart);
    const { spec: program } = compile(told, {
      config: themedConfig(theme),
      logger: vega.logger(vega.Error),
    });
    const tooltip = new ChartTooltip((value) =>
      lines === undefined ? value : linesOf(value as LiveRow, lines, view.locale()),
    );
    const view: View = new vega.View(vega.parse(program), {
      renderer: "canvas",
      container: host,
      hover: true,
      tooltip: tooltip.show,
      logLevel: vega.Error,
    });
    await view.runAsync();
    // For developer tools, and for tests that read what is drawn.
    Object.defineProperty(host, "vegaView", { value: view, configurable: true });
    return new LiveChart(vega, view, tooltip, host, chart.width === "container");
  }

  /** Shows exactly these rows: what left and what came go in together, so that nothing flashes. */
  async show(rows: readonly LiveRow[]): Promise<void> {
    const changes = this.vega.changeset();
    this.#shown = changeRows(changes, this.#shown, rows);
    await this.view.change(ROWS, changes).runAsync();
  }

  async repaint(theme: ThemeSignals): Promise<void> {
    for (const [name, value] of Object.entries(theme)) this.view.signal(name, value);
    await this.view.runAsync();
  }

  /** Frees the view; the chart cannot be used afterwards. */
  finalize(): void {
    this.#resize.disconnect();
    this.tooltip.hide();
    this.view.finalize();
  }

  #fit(width: number): void {
    if (width === 0) return;
    this.view.signal("width", width);
    void this.view.runAsync();
  }
}

type Chart = Record<string, unknown>;

const isSingle = (spec: Chart): boolean => "mark" in spec || "layer" in spec;
const isGrid = (spec: Chart): boolean =>
  ["facet", "repeat", "concat", "hconcat", "vconcat"].some((key) => key in spec);
const isChart = (spec: Chart): spec is Chart & TopLevelSpec => isSingle(spec) || isGrid(spec);

/**
 * A chart without a width of its own takes its container's; a grid of charts cannot. With `resize` labels that become
 * longer get room: without it Vega lays out again only when the chart's size changes.
 */
function fitToContainer(spec: Chart): Chart {
  if (!isSingle(spec) || typeof spec.width === "number") return spec;
  return { autosize: { type: "fit-x", contains: "padding", resize: true }, ...spec, width: "container" };
}
