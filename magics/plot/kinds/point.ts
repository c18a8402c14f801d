import type { ChartKind } from "../chart-kind.js";
import { ACROSS, base, CHART_HEIGHT, coloured, NOT_FROM_ZERO, onAxis, tooltip } from "../spec-parts.js";

/** A point per record. */
export const point: ChartKind = {
  mark: "point",
  summary: "a point per record",
  takes: "records with two numbers",
  channels: [
    {
      as: "x",
      option: "x",
      types: ["number", "time", "text"],
      names: ["x"],
      otherwise: "any",
      without: "refuse",
    },
    {
      as: "y",
      option: "y",
      types: ["number", "time", "text"],
      names: ["y"],
      otherwise: "any",
      without: "refuse",
    },
    {
      as: "color",
      option: "color",
      types: ["text", "number"],
      names: ["series", "color"],
      otherwise: "any",
      without: "go on",
    },
  ],
  suits: (shape) =>
    (shape.isNamed("x") && shape.isNamed("y") && shape.count("number") >= 2) ||
    (shape.count("number") >= 2 && !shape.has("text") && !shape.has("time")),
  mode: (_channels, isWhole) => (isWhole ? "update" : "append"),
  spec: (channels, title) => ({
    ...base(title),
    height: CHART_HEIGHT,
    mark: { type: "point", filled: true, opacity: 0.7 },
    encoding: {
      x: { ...onAxis(channels, "x", ACROSS), ...notFromZero(channels.get("x")?.type) },
      y: { ...onAxis(channels, "y"), ...notFromZero(channels.get("y")?.type) },
      ...coloured(channels, "color"),
      ...tooltip(channels),
    },
  }),
};

function notFromZero(type: string | undefined): object {
  return type === "number" ? NOT_FROM_ZERO : {};
}
