import type { ChartKind } from "../chart-kind.js";
import { TIME_NAMES } from "../record-fields.js";
import { base, CHART_HEIGHT, coloured, NOT_FROM_ZERO, onAxis, tooltip } from "../spec-parts.js";

/** Values over their own time, or that of their batch; a line per series. */
export const line: ChartKind = {
  mark: "line",
  summary: "lines over time, one per series",
  takes: "numbers, or records with a number",
  channels: [
    {
      as: "time",
      option: "x",
      types: ["time", "number"],
      names: TIME_NAMES,
      otherwise: "any",
      without: "batch time",
    },
    { as: "value", option: "y", types: ["number"], names: ["value"], otherwise: "any", without: "refuse" },
    {
      as: "key",
      option: "color",
      types: ["text"],
      names: ["series", "key"],
      otherwise: "any",
      without: "go on",
    },
  ],
  suits: (shape) => shape.has("number") && (shape.has("time") || (shape.records <= 1 && !shape.has("text"))),
  mode: () => "append",
  isJoined: true,
  spec: (channels, title) => ({
    ...base(title),
    height: CHART_HEIGHT,
    encoding: {
      x: onAxis(channels, "time"),
      y: { ...onAxis(channels, "value"), ...NOT_FROM_ZERO },
      ...coloured(channels, "key"),
      ...tooltip(channels),
    },
    layer: [
      { mark: "line" },
      { transform: [{ filter: FEW }], mark: { type: "point", filled: true, size: 16 } },
    ],
  }),
};

/** A dot per row, since one row alone is no line; of many there would be a thicker line, at twice the cost of drawing it. */
const FEW = "length(data('rows')) <= 60";
