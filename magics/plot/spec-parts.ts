/** Parts that the charts' specifications have in common. Texts of data are titles and values only: nothing here becomes an expression. */

import type { LiveSpec } from "../../kernel/port/live.js";
import type { FoundChannel, FoundChannels } from "./chart-kind.js";

export const SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";

export const CHART_HEIGHT = 260;
/** Height of a bar, or of a row of a heat map. */
export const STEP = 18;
const LABEL_PIXELS = 240;

/** Clock time on axes, and the date too in tooltips. */
export const AXIS_TIME = "%H:%M:%S";
const TOOLTIP_TIME = "%Y-%m-%d %H:%M:%S";
/** Thousands, and no more digits than the number has. */
const TOOLTIP_NUMBER = ",";

/** What all charts begin with. */
export function base(title: string): LiveSpec {
  return { $schema: SCHEMA, title, width: "container", data: { name: "rows" } };
}

/** One side of a chart, or a colour, as what its field is. `as` is a field of the chart's rows. */
export function encoded(channels: FoundChannels, as: string): LiveSpec {
  const found = channels.get(as);
  if (found === undefined) throw new Error(`the chart has no channel ${as}`);
  return { field: as, ...ENCODED[found.type], title: found.title || null };
}

const ENCODED: Record<FoundChannel["type"], LiveSpec> = {
  number: { type: "quantitative" },
  time: { type: "temporal" },
  text: { type: "nominal" },
};

/** The same with an axis. */
export function onAxis(channels: FoundChannels, as: string): LiveSpec {
  const found = channels.get(as);
  return { ...encoded(channels, as), axis: { title: found?.title || null, ...AXES[found?.type ?? "text"] } };
}

/**
 * Axes of numbers are bare while there are no rows. `format` alone writes NaN on the single tick of an axis that goes
 * from 0 to 0. Round thousands are 1k, others 1,003; a tenth is 0.1, not the 100m that the same format would write.
 */
export const NUMBER_AXIS: LiveSpec = {
  labelExpr:
    "length(data('rows')) ? format(datum.value, abs(datum.value) < 1e-3 || abs(datum.value) >= 1000 && datum.value % 100 == 0 ? '~s' : ',.12~g') : ''",
};
const AXES: Record<FoundChannel["type"], LiveSpec> = {
  number: NUMBER_AXIS,
  time: { format: AXIS_TIME, labelOverlap: true },
  text: { labelLimit: LABEL_PIXELS },
};

/** For what has no length from zero: values far from it would shrink to a dot, or to a flat line. */
export const NOT_FROM_ZERO: LiveSpec = { scale: { zero: false, nice: true } };

/** Colours by a field, with a legend; no encoding at all where there is none. */
export function coloured(channels: FoundChannels, as: string): LiveSpec {
  if (!channels.has(as)) return {};
  return { color: { ...encoded(channels, as), legend: legend(channels, as) } };
}

/** A legend of numbers is bare while there are no rows, as axes are. */
export function legend(channels: FoundChannels, as: string): LiveSpec {
  const { type = "text", title = "" } = channels.get(as) ?? {};
  return { title: title || null, labelLimit: LABEL_PIXELS, ...(type === "number" ? NUMBER_AXIS : {}) };
}

/** A line of the tooltip for each channel, in their order. */
export function tooltip(channels: FoundChannels): LiveSpec {
  const lines = [...channels].map(([as, { type, title }]) => ({
    field: as,
    ...ENCODED[type],
    title: tooltipTitle(title || as),
    ...TOOLTIPS[type],
  }));
  return { tooltip: lines };
}

/**
 * Vega-Lite writes the titles of a tooltip into an expression, and escapes their quotes but not their backslashes: a field's
 * name could end its string there.
 */
function tooltipTitle(title: string): string {
  return title.replace(
    /[\\\p{Cc}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const TOOLTIPS: Record<FoundChannel["type"], LiveSpec> = {
  number: { format: TOOLTIP_NUMBER },
  time: { format: TOOLTIP_TIME },
  text: {},
};
