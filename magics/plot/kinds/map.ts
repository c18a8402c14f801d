import type { LiveSpec } from "../../../kernel/port/live.js";
import type { ChartKind } from "../chart-kind.js";
import { base, coloured, encoded, legend, tooltip } from "../spec-parts.js";

const HEIGHT = 340;
/** Visible on a light and on a dark page. */
const OUTLINE = "#8888";
const GRID = "#8884";

/** Points on the globe, with its parallels and meridians. */
export const map: ChartKind = {
  mark: "map",
  summary: "points by latitude and longitude",
  takes: "records with latitude and longitude (lat, lon)",
  channels: [
    {
      as: "lat",
      option: "y",
      types: ["number"],
      names: ["lat", "latitude"],
      otherwise: "none",
      without: "refuse",
    },
    {
      as: "lon",
      option: "x",
      types: ["number"],
      names: ["lon", "lng", "long", "longitude"],
      otherwise: "none",
      without: "refuse",
    },
    {
      as: "color",
      option: "color",
      types: ["text", "number"],
      names: ["series"],
      otherwise: "none",
      without: "go on",
    },
    {
      as: "size",
      types: ["number"],
      names: ["magnitude", "mag", "value", "count"],
      otherwise: "none",
      without: "go on",
    },
  ],
  suits: (shape) => shape.isNamed("lat", "latitude") && shape.isNamed("lon", "lng", "long", "longitude"),
  mode: (_channels, isWhole) => (isWhole ? "update" : "append"),
  spec: (channels, title) => {
    const { data, ...chart } = base(title);
    const size = channels.has("size")
      ? { size: { ...encoded(channels, "size"), scale: SIZES, legend: legend(channels, "size") } }
      : {};
    return {
      ...chart,
      height: HEIGHT,
      projection: { type: "equalEarth" },
      layer: [
        globe({ sphere: true }, OUTLINE),
        globe({ graticule: { step: [30, 30] } }, GRID),
        {
          data,
          mark: { type: "circle", opacity: 0.7 },
          encoding: {
            longitude: { field: "lon", type: "quantitative" },
            latitude: { field: "lat", type: "quantitative" },
            ...coloured(channels, "color"),
            ...size,
            ...tooltip(channels),
          },
        },
      ],
    };
  },
};

const SIZES = { range: [8, 400] };

function globe(data: LiveSpec, stroke: string): LiveSpec {
  return { data, mark: { type: "geoshape", filled: false, stroke, strokeWidth: 1 } };
}
