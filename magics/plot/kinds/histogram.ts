import type { ChartKind, ChartRow } from "../chart-kind.js";
import { ACROSS, base, CHART_HEIGHT, NUMBER_AXIS, TOOLTIP_NUMBER } from "../spec-parts.js";

/** Bins at most; their width is a round number. */
const MAX_BINS = 30;

/** How often numbers fall into each of some ranges. */
export const histogram: ChartKind = {
  mark: "histogram",
  summary: "how often numbers fall into ranges",
  takes: "numbers, or records with a number",
  channels: [
    { as: "value", option: "x", types: ["number"], names: ["value"], otherwise: "any", without: "refuse" },
  ],
  suits: (shape) => shape.has("number"),
  mode: () => "update",
  summarise: (rows) => bins(rows.map(({ value }: ChartRow) => Number(value))),
  spec: (channels, title) => ({
    ...base(title),
    height: CHART_HEIGHT,
    mark: "bar",
    encoding: {
      x: {
        field: "from",
        type: "quantitative",
        bin: { binned: true },
        axis: { title: channels.get("value")?.title || null, ...NUMBER_AXIS, ...ACROSS },
      },
      x2: { field: "until" },
      y: { field: "count", type: "quantitative", axis: { title: null, ...NUMBER_AXIS } },
      tooltip: ["from", "until", "count"].map((field) => ({
        field,
        type: "quantitative",
        title: field,
        format: TOOLTIP_NUMBER,
      })),
    },
  }),
};

/** Ranges of equal, round width that hold all values: each with its lower end, without its upper. */
function bins(values: readonly number[]): { from: number; until: number; count: number }[] {
  if (values.length === 0) return [];
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const width = roundWidth((most - least) / (MAX_BINS - 1));
  const first = Math.floor(least / width);
  const counts = new Array<number>(Math.floor(most / width) - first + 1).fill(0);
  for (const value of values) {
    const place = Math.floor(value / width) - first;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts.map((count, i) => ({ from: (first + i) * width, until: (first + i + 1) * width, count }));
}

/** 1, 2 or 5 times a power of ten, at least `width`; 1 for values that are all the same. */
function roundWidth(width: number): number {
  if (width <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(width));
  return power * ([1, 2, 5].find((times) => times * power >= width) ?? 10);
}
