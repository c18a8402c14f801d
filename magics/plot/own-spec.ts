/** A specification that a cell gave, in place of one that is inferred. */

import { ChartView } from "../../kernel/display/chart-view.js";
import type { LiveSpec } from "../../kernel/port/live.js";
import { StreamError } from "../../runtime/stream-error.js";
import { SCHEMA } from "./spec-parts.js";

/**
 * What a cell gave as a specification, completed: it reads the data named `rows` unless it has data of its own.
 * @throws StreamError RT_PLOT_SPEC when it is none, or Vega-Lite cannot compile it
 */
export async function ownSpec(given: unknown, title: string): Promise<LiveSpec> {
  const spec = { $schema: SCHEMA, title, ...sized(given), data: { name: "rows" }, ...asObject(given) };
  try {
    (await ChartView.compile(spec)).close();
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new StreamError("RT_PLOT_SPEC", `this specification cannot be drawn: ${reason}`);
  }
  return spec;
}

/** @throws StreamError RT_PLOT_SPEC */
function asObject(given: unknown): LiveSpec {
  if (typeof given === "object" && given !== null && !Array.isArray(given))
    return JSON.parse(JSON.stringify(given));
  throw new StreamError(
    "RT_PLOT_SPEC",
    `%%plot takes a Vega-Lite specification: an object, or an expression or a function that gives one, not ${given === null ? "null" : typeof given}`,
  );
}

/** A single chart is as wide as its cell, unless it says how wide it is. */
function sized(given: unknown): LiveSpec {
  const isSingle = typeof given === "object" && given !== null && ("mark" in given || "layer" in given);
  return isSingle ? { width: "container" } : {};
}
