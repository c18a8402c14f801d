/**
 * A Vega-Lite specification as a headless Vega view: compiled once, drawn again whenever its rows change.
 * Specifications come from our own code and from the user's cells; rows are data and are never evaluated.
 */

import type { Data, Loader, LoggerInterface, Spec, View } from "vega";
import type { TopLevelSpec } from "vega-lite";
import type { LiveRow } from "../port/live.js";

/** Name of the data that the rows replace. */
const ROWS = "rows";
/** Stands for `"container"`: there is none without a page. */
const DEFAULT_SIZE = { width: 600, height: 300 };
/** Largest picture in pixels each way; more would only be memory. */
const MAX_PIXELS = 8192;

export interface Drawing {
  svg: string;
  width: number;
  height: number;
}

/** One compiled specification. Not for concurrent use: a drawing must be awaited before the next. */
export class ChartView {
  readonly #vega: typeof import("vega");
  readonly #view: View;
  readonly #rows: Data | undefined;
  readonly #errors: string[];

  private constructor(vega: typeof import("vega"), compiled: Spec) {
    this.#vega = vega;
    this.#errors = [];
    this.#rows = compiled.data?.find(({ name }) => name === ROWS);
    this.#view = new vega.View(vega.parse(compiled), {
      renderer: "none",
      loader: offline(this.#errors),
      logger: collector(this.#errors),
    });
  }

  /** @throws Error when the specification is not one, with Vega-Lite's reason. Loads Vega when first called. */
  static async compile(spec: Record<string, unknown>): Promise<ChartView> {
    if (!isChart(spec)) {
      throw new Error(`the specification has none of ${CHART_KEYS.join(", ")}, so there is nothing to draw`);
    }
    const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
    const { spec: compiled } = vegaLite.compile(sized(spec), { logger: collector([]) });
    return new ChartView(vega, compiled);
  }

  /** Replaces all rows and draws. @throws Error when Vega cannot draw the chart, or would have to load something; close it then. */
  async draw(rows: readonly LiveRow[]): Promise<Drawing> {
    if (this.#rows !== undefined) {
      const change = this.#vega.changeset().remove(() => true);
      this.#view.change(ROWS, change.insert(this.#parsed(this.#rows, rows)));
    }
    await this.#view.runAsync();
    const svg = await this.#view.toSVG();
    const [error] = this.#errors;
    if (error !== undefined) throw new Error(error);
    return { svg, ...sizeOf(svg) };
  }

  close(): void {
    this.#view.finalize();
  }

  /** Rows that are inserted are not parsed by Vega as rows in a specification are (dates written as text). */
  #parsed(data: Data, rows: readonly LiveRow[]): object[] {
    const format = "format" in data ? data.format : undefined;
    const parses = format !== undefined && "parse" in format && format.parse !== undefined;
    return parses ? this.#vega.read(JSON.stringify(rows), { ...format, type: "json" }) : [...rows];
  }
}

const CHART_KEYS = ["mark", "layer", "concat", "hconcat", "vconcat", "repeat", "facet"];

function isChart(spec: object): spec is TopLevelSpec {
  return CHART_KEYS.some((key) => key in spec);
}

function sized(spec: TopLevelSpec): TopLevelSpec {
  const size = { ...spec };
  for (const side of ["width", "height"] as const) {
    if (side in size && Reflect.get(size, side) === "container")
      Object.assign(size, { [side]: DEFAULT_SIZE[side] });
  }
  return size;
}

/** Width and height in pixels, from the first tag. @throws Error when the picture would be too large. */
function sizeOf(svg: string): { width: number; height: number } {
  const side = (name: string): number =>
    Math.ceil(Number(new RegExp(` ${name}="([\\d.]+)"`).exec(svg)?.[1] ?? 0));
  const [width, height] = [side("width"), side("height")];
  if (Math.max(width, height) <= MAX_PIXELS) return { width, height };
  throw new Error(`the chart is ${width} × ${height} pixels; a picture has at most ${MAX_PIXELS} each way`);
}

/**
 * Neither the network nor files. Vega draws on without data that was refused, so it is noted as an error. Images and
 * links that rows ask for get an empty address: Vega 6 does not await a refused link, and the thread would end.
 */
function offline(errors: string[]): Loader {
  const refuse = async (uri: string): Promise<never> => {
    const reason = `${JSON.stringify(uri)} is not loaded: a picture is drawn from its rows alone`;
    errors.push(reason);
    throw new Error(reason);
  };
  return { load: refuse, http: refuse, file: refuse, sanitize: async () => ({ href: "" }) };
}

/** Vega reports some errors to its logger only. */
function collector(errors: string[]): LoggerInterface {
  const logger: LoggerInterface = {
    level: () => logger,
    error(...reasons) {
      errors.push(
        reasons.map((reason) => (reason instanceof Error ? reason.message : String(reason))).join(" "),
      );
      return logger;
    },
    warn: () => logger,
    info: () => logger,
    debug: () => logger,
  };
  return logger;
}
