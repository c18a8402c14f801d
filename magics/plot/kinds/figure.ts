import type { ChartKind } from "../chart-kind.js";
import { base, encoded } from "../spec-parts.js";

/** The newest number alone, large. */
export const figure: ChartKind = {
  mark: "figure",
  summary: "the newest number alone, large",
  takes: "numbers, or records with a number",
  channels: [
    {
      as: "value",
      option: "y",
      types: ["number", "text", "time"],
      names: ["value", "count"],
      otherwise: "any",
      without: "refuse",
    },
    { as: "key", option: "color", types: ["text"], names: ["key"], otherwise: "none", without: "go on" },
  ],
  suits: () => false,
  mode: () => "update",
  ranks: true,
  summarise: (rows) => rows.slice(-1),
  spec: (channels, title) => ({
    ...base(title),
    height: 90,
    mark: { type: "text", fontSize: 48 },
    encoding: { text: { ...encoded(channels, "value"), ...FORMATS[channels.get("value")?.type ?? "text"] } },
  }),
};

/** At most four places behind the point, four digits of what is smaller. */
const NUMBER = {
  format: ",.4~f",
  condition: { test: "abs(datum.value) < 0.01", field: "value", type: "quantitative", format: ",.4~g" },
};

const FORMATS = { number: NUMBER, time: { format: "%Y-%m-%d %H:%M:%S" }, text: {} };
