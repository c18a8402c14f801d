import type { ChartKind, ChartRow } from "../chart-kind.js";
import { ACROSS, base, coloured, encoded, onAxis, STEP, tooltip } from "../spec-parts.js";

/** Ranked bars: one per key, longest first. */
export const bar: ChartKind = {
  mark: "bar",
  summary: "ranked bars, one per key",
  takes: "pairs [key, number], or records with a text and a number",
  channels: [
    {
      as: "key",
      option: "y",
      types: ["text", "number", "time"],
      names: ["key", "name"],
      otherwise: "any",
      without: "refuse",
    },
    {
      as: "value",
      option: "x",
      types: ["number"],
      names: ["value", "count"],
      otherwise: "any",
      without: "refuse",
    },
    {
      as: "color",
      option: "color",
      types: ["text", "number"],
      names: [],
      otherwise: "none",
      without: "go on",
    },
  ],
  suits: (shape) => shape.has("text") && shape.has("number") && !shape.has("time"),
  mode: () => "update",
  ranks: true,
  /** The last row of each key, and of these the largest. */
  summarise(rows, top) {
    const byKey = new Map(rows.map((row) => [row.key, row]));
    return [...byKey.values()].sort((a, b) => size(b) - size(a) || byName(a, b)).slice(0, top);
  },
  spec: (channels, title) => ({
    ...base(title),
    height: { step: STEP },
    mark: "bar",
    encoding: {
      y: { ...onAxis(channels, "key"), ...encoded(channels, "key"), type: "nominal", sort: "-x" },
      x: onAxis(channels, "value", ACROSS),
      ...coloured(channels, "color"),
      ...tooltip(channels),
    },
  }),
};

/** Keys of the same size keep their places from batch to batch. */
function byName(a: ChartRow, b: ChartRow): number {
  return String(a.key) < String(b.key) ? -1 : 1;
}

function size({ value }: ChartRow): number {
  return Number(value);
}
