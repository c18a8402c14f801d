/** A chart of a live display: drawn by the worker of charts, or here where that cannot. */

import type { LiveRow, LiveSpec } from "../../kernel/port/live.js";
import { type ChartActions, ChartView, type Drawn } from "./chart-view.js";
import { chartWorker } from "./chart-worker-client.js";
import type { Room } from "./fitted-spec.js";
import { rowChanges } from "./row-changes.js";
import type { ThemeSignals } from "./theme.js";
import { ChartTooltip } from "./tooltip.js";
import { WorkerView } from "./worker-view.js";

export interface ChartPlace {
  /** In the document; it has a width. */
  host: HTMLElement;
  /** The chart takes the host's height too, which does not depend on it. */
  fills: boolean;
  /** Told when the chart could not follow the size of the host; as {@link LiveChart.draw} throws it. */
  failed(error: unknown): void;
}

export class LiveChart {
  #shown: readonly LiveRow[] = [];
  readonly #resize: ResizeObserver;

  private constructor(
    private readonly view: ChartActions,
    private readonly tooltip: ChartTooltip,
    { host, fills, failed }: ChartPlace,
  ) {
    this.#resize = new ResizeObserver(() => view.fit(roomIn(host, fills)).catch(failed));
    this.#resize.observe(host);
  }

  /**
   * Draws an empty chart.
   * @throws what Vega-Lite says about a specification that it cannot draw; WorkerLost
   */
  static async draw(place: ChartPlace, spec: LiveSpec, theme: ThemeSignals): Promise<LiveChart> {
    const { host, fills } = place;
    const tooltip = new ChartTooltip();
    const worker = needsPage(spec) ? undefined : await chartWorker();
    const drawn = { spec, theme, room: roomIn(host, fills) };
    const view =
      worker === undefined
        ? await drawHere(host, drawn, tooltip)
        : await WorkerView.draw(worker, host, drawn, tooltip);
    return new LiveChart(view, tooltip, place);
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

  /** Frees the view; the chart cannot be used afterwards. Its last picture stays until there is another one in its place. */
  finalize(): void {
    this.#resize.disconnect();
    this.tooltip.hide();
    this.view.finalize();
  }
}

function roomIn({ clientWidth: width, clientHeight: height }: HTMLElement, fills: boolean): Room {
  return fills ? { width, height } : { width };
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
  host.replaceChildren();
  const chart = await ChartView.draw({ vega, compile }, drawn, {
    renderer: "canvas",
    container: host,
    tell: (value, event) => tooltip.show(value, event),
  });
  // For developer tools, and for tests that read what is drawn.
  Object.defineProperty(host, "vegaView", { value: chart.view, configurable: true });
  return chart;
}
