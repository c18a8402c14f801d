/** A chart of a live display: drawn by the worker of charts, or here where that cannot. */

import type { LiveRow, LiveSpec } from "../../kernel/port/live.js";
import { type ChartActions, ChartView, type Drawn } from "./chart-view.js";
import { chartWorker } from "./chart-worker-client.js";
import { rowChanges } from "./row-changes.js";
import type { ThemeSignals } from "./theme.js";
import { ChartTooltip } from "./tooltip.js";
import { WorkerView } from "./worker-view.js";

export class LiveChart {
  #shown: readonly LiveRow[] = [];
  readonly #resize: ResizeObserver;

  private constructor(
    private readonly view: ChartActions,
    private readonly tooltip: ChartTooltip,
    host: HTMLElement,
  ) {
    this.#resize = new ResizeObserver(() => void view.fit(host.clientWidth));
    this.#resize.observe(host);
  }

  /**
   * Draws an empty chart into `host`, which must be in the document and have a width.
   * @throws what Vega-Lite says about a specification that it cannot draw.
   */
  static async draw(host: HTMLElement, spec: LiveSpec, theme: ThemeSignals): Promise<LiveChart> {
    const tooltip = new ChartTooltip();
    const worker = needsPage(spec) ? undefined : await chartWorker();
    const drawn = { spec, theme, width: host.clientWidth };
    const view =
      worker === undefined
        ? await drawHere(host, drawn, tooltip)
        : await WorkerView.draw(worker, host, drawn, tooltip);
    return new LiveChart(view, tooltip, host);
  }

  /** Shows exactly these rows. */
  async show(rows: readonly LiveRow[]): Promise<void> {
    const changes = rowChanges(this.#shown, rows);
    this.#shown = rows;
    await this.view.show(changes);
  }

  async repaint(theme: ThemeSignals): Promise<void> {
    await this.view.repaint(theme);
  }

  /** Frees the view; the chart cannot be used afterwards. */
  finalize(): void {
    this.#resize.disconnect();
    this.tooltip.hide();
    this.view.finalize();
  }
}

/** Fields of a specification of the user's own that want the page: its events and inputs, its links, its addresses and images. */
const OF_THE_PAGE = /"(?:params|selection|href|url)":/;

function needsPage(spec: LiveSpec): boolean {
  return OF_THE_PAGE.test(JSON.stringify(spec));
}

// Loaded with the first chart that needs it, not with JupyterLab.
const loadVega = () => Promise.all([import("vega"), import("vega-lite")]);

async function drawHere(host: HTMLElement, drawn: Drawn, tooltip: ChartTooltip): Promise<ChartView> {
  const [vega, { compile }] = await loadVega();
  const chart = await ChartView.draw({ vega, compile }, drawn, {
    renderer: "canvas",
    container: host,
    tell: (value, event) => tooltip.show(value, event),
  });
  // For developer tools, and for tests that read what is drawn.
  Object.defineProperty(host, "vegaView", { value: chart.view, configurable: true });
  return chart;
}
