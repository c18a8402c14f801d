/** Vega and Vega-Lite specifications → the MIME types that front ends draw. */

import type { MimeBundle } from "../port/evaluator.js";
import { dataProperty, isPlainObject } from "./data-property.js";
import { isInterrupt } from "./interrupt.js";

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
  const spec = specification(value, `https://vega.github.io/schema/${kind}/v5.json`);
  return spec && { [mime]: spec };
}

/** Undefined when it is circular, holds a bigint, or a getter of it throws: the value is shown as what it is. */
function specification(value: object, $schema: string): object | undefined {
  try {
    const spec = { ...value, $schema };
    return JSON.stringify(spec) === undefined ? undefined : spec;
  } catch (error) {
    if (isInterrupt(error)) throw error;
    return undefined;
  }
}
