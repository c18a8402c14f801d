/** One Vega view: made once, then changed in place. On the page, or in the worker of charts. */

import type { Renderers, View } from "vega";
import type { TopLevelSpec } from "vega-lite";
import type { LiveRow, LiveSpec } from "../../kernel/port/live.js";
import { changeRows, type DrawnRow, type RowChanges } from "./row-changes.js";
import { type ThemeSignals, themedConfig } from "./theme.js";
import { linesOf, tooltipLines, withoutTooltip } from "./tooltip-lines.js";

/** Name of the data set in the specification and in the view. */
const ROWS = "rows";

/** What draws, loaded where it draws. */
export interface Engine {
  vega: typeof import("vega");
  compile: typeof import("vega-lite").compile;
}

export interface Drawn {
  spec: LiveSpec;
  theme: ThemeSignals;
  /** Of what the chart is in, in CSS pixels: it takes this width, unless it has one of its own. */
  width: number;
}

/** Where a view draws. */
export interface Surface {
  /** Name of a kind of renderer. */
  renderer: string;
  /** Absent for one that needs no element. */
  container?: HTMLElement;
  /** Told what is to be said at the pointer: title → text, another value of the specification's own, or null for nothing. */
  tell(value: unknown, event: MouseEvent): void;
}

/** What can be done with a chart that is drawn, wherever that is. */
export interface ChartActions {
  show(rows: RowChanges): Promise<void>;
  repaint(theme: ThemeSignals): Promise<void>;
  /** @param width as in {@link Drawn} */
  fit(width: number): Promise<void>;
  /** The chart cannot be used afterwards. */
  finalize(): void;
}

export class ChartView implements ChartActions {
  #drawn: readonly DrawnRow[] = [];

  private constructor(
    private readonly vega: typeof import("vega"),
    readonly view: View,
    private readonly fluid: boolean,
  ) {}

  /**
   * Draws an empty chart.
   * @throws what Vega-Lite says about a specification that it cannot draw.
   */
  static async draw({ vega, compile }: Engine, drawn: Drawn, surface: Surface): Promise<ChartView> {
    const chart = fitToContainer(drawn.spec);
    if (!isChart(chart)) throw new Error("the specification has no mark, layer or grid of charts");
    const lines = tooltipLines(drawn.spec);
    const told = lines === undefined ? chart : (withoutTooltip(chart) as typeof chart);
    const { spec: program } = compile(told, {
      config: themedConfig(drawn.theme),
      logger: vega.logger(vega.Error),
    });
    const view: View = new vega.View(vega.parse(program), {
      renderer: surface.renderer as Renderers,
      tooltip: (_handler, event, _item, value) =>
        surface.tell(value && lines ? linesOf(value as LiveRow, lines, view.locale()) : value, event),
      logLevel: vega.Error,
    });
    const fluid = chart.width === "container";
    if (fluid) view.signal("width", drawn.width);
    view.initialize(surface.container);
    await view.runAsync();
    return new ChartView(vega, view, fluid);
  }

  /** What left and what came go in together, so that nothing flashes. */
  async show(rows: RowChanges): Promise<void> {
    const changes = this.vega.changeset();
    this.#drawn = changeRows(changes, this.#drawn, rows);
    await this.view.change(ROWS, changes).runAsync();
  }

  async repaint(theme: ThemeSignals): Promise<void> {
    for (const [name, value] of Object.entries(theme)) this.view.signal(name, value);
    await this.view.runAsync();
  }

  async fit(width: number): Promise<void> {
    if (this.fluid && width > 0) await this.view.signal("width", width).runAsync();
  }

  finalize(): void {
    this.view.finalize();
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
