import type { LiveSpec } from "./live.js";

/** The title of a Vega-Lite specification in one line; empty for one without. */
export function chartTitle({ title }: LiveSpec): string {
  const text = typeof title === "object" && title !== null && "text" in title ? title.text : title;
  const line = Array.isArray(text) ? text.join(" ") : text;
  return typeof line === "string" ? line : "";
}
