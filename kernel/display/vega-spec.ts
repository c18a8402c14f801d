/** Vega and Vega-Lite specifications → the MIME types that front ends draw. */

import type { MimeBundle } from "../port/evaluator.js";
import { dataProperty, isPlainObject } from "./data-property.js";

const VEGA_SCHEMA = /^https?:\/\/vega\.github\.io\/schema\/(vega|vega-lite)\/v\d/;

/**
 * No front end draws the v6 types, all draw v5, and specifications of the two are alike: v5 is what is emitted.
 * Undefined when the value is no specification, or one that is not JSON.
 */
export function vegaBundle(value: unknown): MimeBundle | undefined {
  const schema = isPlainObject(value) ? dataProperty(value, "$schema") : undefined;
  const kind = typeof schema === "string" ? VEGA_SCHEMA.exec(schema)?.[1] : undefined;
  if (kind === undefined || !isPlainObject(value)) return undefined;
  const mime = kind === "vega" ? "application/vnd.vega.v5+json" : "application/vnd.vegalite.v5+json";
  const spec = { ...value, $schema: `https://vega.github.io/schema/${kind}/v5.json` };
  return isJson(spec) ? { [mime]: spec } : undefined;
}

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false; // circular, or a bigint: the value is shown as what it is
  }
}
