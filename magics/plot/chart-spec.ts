/** Vega-Lite specifications (valid for v5 and v6) of the charts that %plot draws. Data has the name `rows`. */

export type Mark = "bar" | "line";

export interface ChartOptions {
  mark: Mark;
  title: string;
  /** Titles of the axes; empty for none. */
  x: string;
  y: string;
}

type Spec = Record<string, unknown>;

const SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";
const BAR_STEP = 18;
const LINE_HEIGHT = 260;

/** Ranked bars: one per key, longest first. */
function bars({ title, x, y }: ChartOptions): Spec {
  return {
    ...base(title),
    height: { step: BAR_STEP },
    mark: { type: "bar", tooltip: true },
    encoding: {
      y: { field: "key", type: "nominal", sort: "-x", axis: { title: y || null, labelLimit: 240 } },
      x: { field: "value", type: "quantitative", axis: numbers(x) },
    },
  };
}

/** Values over the time of their batch; a line per key. */
function lines({ title, x, y }: ChartOptions): Spec {
  return {
    ...base(title),
    height: LINE_HEIGHT,
    mark: { type: "line", tooltip: true, point: true },
    encoding: {
      x: { field: "time", type: "temporal", axis: { title: x || null, format: "%H:%M:%S" } },
      y: { field: "value", type: "quantitative", axis: numbers(y) },
      color: { field: "key", type: "nominal", legend: { title: null } },
    },
  };
}

/**
 * An axis of numbers, bare while there are no rows. `format` alone writes NaN on the single tick of an axis that goes
 * from 0 to 0.
 */
function numbers(title: string): Spec {
  return { title: title || null, labelExpr: "length(data('rows')) ? format(datum.value, '~s') : ''" };
}

function base(title: string): Spec {
  return { $schema: SCHEMA, title, width: "container", data: { name: "rows" } };
}

const SPECS: Record<Mark, (options: ChartOptions) => Spec> = { bar: bars, line: lines };

export function chartSpec(options: ChartOptions): Spec {
  return SPECS[options.mark](options);
}
