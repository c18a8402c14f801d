import type { LiveSpec } from "../../../kernel/port/live.js";
import type { ChartKind, FoundChannels } from "../chart-kind.js";
import { AXIS_TIME, base, encoded, legend, onAxis, STEP, tooltip } from "../spec-parts.js";

/** Values by key and time as colours, or those of pairs of keys. */
export const heat: ChartKind = {
  mark: "heat",
  summary: "colours by key and batch, or by pairs of keys",
  takes: "pairs [key, number] or [[key, key], number], or records with a text and a number",
  channels: [
    {
      as: "x",
      option: "x",
      types: ["text", "time", "number"],
      names: ["across"],
      otherwise: "none",
      without: "batch time",
    },
    {
      as: "y",
      option: "y",
      types: ["text", "number", "time"],
      names: ["key"],
      otherwise: "any",
      without: "refuse",
    },
    {
      as: "value",
      option: "color",
      types: ["number"],
      names: ["value", "count"],
      otherwise: "any",
      without: "refuse",
    },
  ],
  suits: (shape) => shape.isNamed("across") && shape.has("number"),
  mode: (channels) => (isTime(channels) ? "append" : "update"),
  spec: (channels, title) => ({
    ...base(title),
    height: { step: STEP },
    mark: "rect",
    encoding: {
      x: across(channels),
      y: { ...onAxis(channels, "y"), type: "ordinal" },
      color: { ...encoded(channels, "value"), legend: legend(channels, "value") },
      ...tooltip(channels),
    },
  }),
};

function isTime(channels: FoundChannels): boolean {
  return channels.get("x")?.type === "time";
}

/** Times are columns of one batch each. */
function across(channels: FoundChannels): LiveSpec {
  if (!isTime(channels)) return { ...onAxis(channels, "x"), type: "ordinal" };
  const axis = {
    title: null,
    labelExpr: `length(data('rows')) ? timeFormat(datum.value, '${AXIS_TIME}') : ''`,
    labelAngle: 0,
    labelOverlap: true,
    labelSeparation: 12,
  };
  return { field: "x", type: "ordinal", axis };
}
