/** A chart's colours from JupyterLab's theme. They are Vega signals, so a new theme repaints the one view there is. */

/** Signal name → value. */
export type ThemeSignals = Record<string, string>;

const SIGNALS: Record<string, { variable: string; fallback: string }> = {
  jupyterInk: { variable: "--jp-ui-font-color1", fallback: "#333333" },
  jupyterFaint: { variable: "--jp-border-color2", fallback: "#cccccc" },
  jupyterFont: { variable: "--jp-ui-font-family", fallback: "sans-serif" },
};

/** The theme's values where `element` stands; it must be in the document. */
export function themeSignals(element: Element): ThemeSignals {
  const style = getComputedStyle(element);
  return Object.fromEntries(
    Object.entries(SIGNALS).map(([name, { variable, fallback }]) => [
      name,
      style.getPropertyValue(variable).trim() || fallback,
    ]),
  );
}

const ink = { expr: "jupyterInk" };
const faint = { expr: "jupyterFaint" };
const font = { expr: "jupyterFont" };

/** Vega-Lite config that paints with the signals; what a specification sets itself wins. */
export function themedConfig(signals: ThemeSignals): Record<string, unknown> {
  return {
    // What a mark says of itself to be read aloud is for SVG; on a canvas each row's would be written at each change, for nobody.
    aria: false,
    params: Object.entries(signals).map(([name, value]) => ({ name, value })),
    background: "transparent",
    view: { stroke: "transparent" },
    axis: {
      labelColor: ink,
      titleColor: ink,
      domainColor: faint,
      tickColor: faint,
      gridColor: faint,
      labelFont: font,
      titleFont: font,
      titleFontWeight: "normal",
    },
    legend: { labelColor: ink, titleColor: ink, labelFont: font, titleFont: font, titleFontWeight: "normal" },
    title: { color: ink, subtitleColor: ink, font, subtitleFont: font },
    header: { labelColor: ink, titleColor: ink, labelFont: font, titleFont: font },
    text: { color: ink, font },
  };
}
