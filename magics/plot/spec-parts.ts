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
/** An axis that goes across has no more ticks than their labels have room. */
export const ACROSS: LiveSpec = { tickCount: { expr: "max(2, width / 90)" } };

/** On an axis of times, which go across: the day where one begins, and parts of a second where there are some. */
export const TIME_AXIS: LiveSpec = {
  labelExpr:
    "timeFormat(datum.value, milliseconds(datum.value) ? '%H:%M:%S.%L' : hours(datum.value) || minutes(datum.value) || seconds(datum.value) ? '%H:%M:%S' : '%b %d')",
  ...ACROSS,
  labelOverlap: true,
  labelSeparation: 12,
  labelFlush: false,
};
const TOOLTIP_TIME = "%Y-%m-%d %H:%M:%S";
/** Thousands, and no more digits than the number has: 0.3, not 0.30000000000000004. */
export const TOOLTIP_NUMBER = ",.15~g";

/**
 * Colours of series: those of Okabe and Ito (Color Universal Design, 2008), which people who see red or green less tell apart,
 * but their yellow and black, which a light or a dark page would swallow.
 */
export const PALETTE = [
  "#0072b2",
  "#e69f00",
  "#009e73",
  "#cc79a7",
  "#56b4e9",
  "#d55e00",
  "#9a8700",
  "#8a8a8a",
] as const;

/** How all charts look, whatever draws them. */
const LOOKS: LiveSpec = {
  range: { category: PALETTE },
  mark: { color: PALETTE[0] },
  title: { anchor: "start", fontSize: 13, offset: 8 },
};

/** What all charts begin with. */
export function base(title: string): LiveSpec {
  return { $schema: SCHEMA, title, width: "container", data: { name: "rows" }, config: LOOKS };
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

/** The same with an axis; `own` says more of it. */
export function onAxis(channels: FoundChannels, as: string, own: LiveSpec = {}): LiveSpec {
  const found = channels.get(as);
  const axis = { title: found?.title || null, ...AXES[found?.type ?? "text"], ...own };
  return { ...encoded(channels, as), axis };
}

/**
 * Axes of numbers are bare while there are no rows. `format` alone writes NaN on the single tick of an axis that goes
 * from 0 to 0. Round thousands are 1k, others 1,003; a tenth is 0.1, not the 100m that the same format would write.
 */
export const NUMBER_AXIS: LiveSpec = {
  labelExpr:
    "length(data('rows')) ? format(datum.value, abs(datum.value) < 1e-3 || abs(datum.value) >= 1000 && datum.value % 100 == 0 ? '~s' : ',.12~g') : ''",
  labelSeparation: 8,
};
const AXES: Record<FoundChannel["type"], LiveSpec> = {
  number: NUMBER_AXIS,
  time: TIME_AXIS,
  text: { labelLimit: LABEL_PIXELS, labelAngle: 0, labelOverlap: true },
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
