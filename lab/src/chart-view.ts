/** One Vega view: made once, then changed in place. On the page, or in the worker of charts. */

import type { Renderers, View } from "vega";
import type { LiveRow, LiveSpec } from "../../kernel/port/live.js";
import { type Chart, fitted, isChart, type Room } from "./fitted-spec.js";
import { changeRows, type DrawnRow, type RowChanges } from "./row-changes.js";
import { type ThemeSignals, themedConfig } from "./theme.js";
import { linesOf, tooltipLines, withoutTooltip } from "./tooltip-lines.js";

/** Name of the data set in the specification and in the view. */
const ROWS = "rows";

const SIDES = ["width", "height"] as const;
type Side = (typeof SIDES)[number];

/** Ticks that move make a chart narrower, which moves the ticks: that may go on for ever. */
const MOST_LAYOUTS = 2;

/** What draws, loaded where it draws. */
export interface Engine {
  vega: typeof import("vega");
  compile: typeof import("vega-lite").compile;
}

export interface Drawn {
  spec: LiveSpec;
  theme: ThemeSignals;
  room: Room;
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
  fit(room: Room): Promise<void>;
  /** The chart cannot be used afterwards. */
  finalize(): void;
}

export class ChartView implements ChartActions {
  #drawn: readonly DrawnRow[] = [];

  private constructor(
    private readonly vega: typeof import("vega"),
    readonly view: View,
    /** Sides that follow the room. */
    private readonly fluid: readonly Side[],
  ) {}

  /**
   * Draws an empty chart.
   * @throws what Vega-Lite says about a specification that it cannot draw.
   */
  static async draw({ vega, compile }: Engine, drawn: Drawn, surface: Surface): Promise<ChartView> {
    const chart: Chart = fitted(drawn.spec, drawn.room);
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
    const fluid = SIDES.filter((side) => chart[side] === "container");
    for (const side of fluid) view.signal(side, drawn.room[side]);
    view.initialize(surface.container);
    await view.runAsync();
    return new ChartView(vega, view, fluid);
  }

  /** What left and what came go in together, so that nothing flashes. */
  async show(rows: RowChanges): Promise<void> {
    const changes = this.vega.changeset();
    this.#drawn = changeRows(changes, this.#drawn, rows);
    await this.view.change(ROWS, changes).runAsync();
    // What has become wider, such as the first label of an axis, Vega gives room with the next change only; and then others may need it.
    const runs = this.fluid.length > 0 ? MOST_LAYOUTS : 0;
    for (let run = 0; run < runs && !hasRoom(this.view); run++) await this.view.runAsync();
  }

  async repaint(theme: ThemeSignals): Promise<void> {
    for (const [name, value] of Object.entries(theme)) this.view.signal(name, value);
    await this.view.runAsync();
  }

  async fit(room: Room): Promise<void> {
    for (const side of this.fluid) if (room[side]) this.view.signal(side, room[side]);
    await this.view.runAsync();
  }

  finalize(): void {
    this.view.finalize();
  }
}

/** What Vega's typings leave out of a view. */
interface LaidOut {
  scenegraph(): { root: { bounds: { x1: number; x2: number; y1: number } } };
  _viewWidth: number;
}

/** Whether all of a chart is within its sides. */
function hasRoom(view: View): boolean {
  const { scenegraph, _viewWidth: width } = view as unknown as LaidOut;
  const { x1, x2, y1 } = scenegraph.call(view).root.bounds;
  const [left = 0, top = 0] = view.origin();
  return x1 + left > -1 && y1 + top > -1 && x2 + left < width + 1;
}
