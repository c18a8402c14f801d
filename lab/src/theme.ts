/** A chart's colours from JupyterLab's theme. They are Vega signals, so a new theme repaints the one view there is. */

import { GRID_OPACITY } from "./fitted-spec.js";

/** Signal name → value. */
export type ThemeSignals = Record<string, string>;

const SIGNALS: Record<string, { variable: string; fallback: string }> = {
  jupyterInk: { variable: "--jp-ui-font-color1", fallback: "#333333" },
  jupyterFaint: { variable: "--jp-border-color2", fallback: "#cccccc" },
  jupyterFont: { variable: "--jp-ui-font-family", fallback: "sans-serif" },
};

/** Vega's colours of numbers, by what they fill: the greatest stands out from the page, the least is nearest to it. */
const SCHEMES: Record<"light" | "dark", ThemeSignals> = {
  light: { jupyterRamp: "blues", jupyterHeatmap: "yellowgreenblue" },
  dark: { jupyterRamp: "darkblue", jupyterHeatmap: "viridis" },
};
/** Nor is the least too near to it: small marks in the first of a scheme's colours would be lost on the page. */
const SEEN = [0.2, 1];

/** The theme's values where `element` stands; it must be in the document. */
export function themeSignals(element: Element): ThemeSignals {
  const style = getComputedStyle(element);
  const values = Object.entries(SIGNALS).map(([name, { variable, fallback }]) => [
    name,
    style.getPropertyValue(variable).trim() || fallback,
  ]);
  // Written by JupyterLab and by Notebook 7.
  const isDark = element.ownerDocument.body.dataset.jpThemeLight === "false";
  return { ...Object.fromEntries(values), ...SCHEMES[isDark ? "dark" : "light"] };
}

const ink = { expr: "jupyterInk" };
const faint = { expr: "jupyterFaint" };
const font = { expr: "jupyterFont" };
/** Vega's config has signals where Vega-Lite's has expressions; Vega-Lite hands ranges on as they are. */
const ramp = { scheme: { signal: "jupyterRamp" }, extent: SEEN };
const heatmap = { scheme: { signal: "jupyterHeatmap" } };

/** Vega-Lite config that paints with the signals; what a specification sets itself wins. */
export function themedConfig(signals: ThemeSignals): Record<string, unknown> {
  return {
    // What a mark says of itself to be read aloud is for SVG; on a canvas each row's would be written at each change, for nobody.
    aria: false,
    params: Object.entries(signals).map(([name, value]) => ({ name, value })),
    background: "transparent",
    view: { stroke: "transparent" },
    // Labels that have no room are left out, and not written over each other.
    axisBand: { labelOverlap: true, grid: false },
    axis: {
      ticks: false,
      labelPadding: 6,
      labelColor: ink,
      titleColor: ink,
      domainColor: faint,
      tickColor: faint,
      gridColor: faint,
      gridOpacity: GRID_OPACITY,
      labelFont: font,
      titleFont: font,
      titleFontWeight: "normal",
    },
    legend: { labelColor: ink, titleColor: ink, labelFont: font, titleFont: font, titleFontWeight: "normal" },
    title: { color: ink, subtitleColor: ink, font, subtitleFont: font },
    header: { labelColor: ink, titleColor: ink, labelFont: font, titleFont: font },
    text: { color: ink, font },
    range: { ramp, ordinal: ramp, heatmap },
  };
}
