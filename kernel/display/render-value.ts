/** A value → what front ends are given to show it: the first of the table's entries that knows the value. */

import { types } from "node:util";
import type { MimeBundle } from "../port/evaluator.js";
import { dataProperty } from "./data-property.js";
import { htmlTable, isTable } from "./html-table.js";
import { imageBundle } from "./image.js";
import { checkedBundle } from "./json-bundle.js";
import { plainText } from "./plain-text.js";
import { vegaBundle } from "./vega-spec.js";

export interface Rendered {
  data: MimeBundle;
  metadata: Record<string, unknown>;
}

/** The method by which a value gives its own MIME bundle, the same in Deno. */
export const DISPLAY_SYMBOL = Symbol.for("Jupyter.display");

type Renderer = (value: unknown) => MimeBundle | undefined;

/** For values that have no method of their own. */
const RENDERERS: readonly Renderer[] = [
  vegaBundle,
  (value) => (isTable(value) ? { "text/html": htmlTable(value) } : undefined),
  imageBundle,
];

/**
 * What a value is shown as; `text/plain` is always there. A promise only when the value's own method returns one.
 * Never throws but for an interrupt: a value's method that fails is reported in the text.
 */
export function renderValue(value: unknown): Rendered | Promise<Rendered> {
  const own = ownBundle(value);
  if (own !== undefined) return own;
  return firstRendering(value) ?? { data: { "text/plain": plainText(value) }, metadata: {} };
}

function firstRendering(value: unknown): Rendered | undefined {
  for (const render of RENDERERS) {
    const data = render(value);
    if (data !== undefined) return complete({ data, metadata: {} }, value);
  }
  return undefined;
}

/** `[Symbol.for("Jupyter.display")]()`, `_repr_mimebundle_()` (data, or data and metadata), `toSpec()`. */
const METHODS: readonly { key: PropertyKey; read: (result: unknown) => Rendered }[] = [
  { key: DISPLAY_SYMBOL, read: asBundle },
  { key: "_repr_mimebundle_", read: asBundle },
  {
    key: "toSpec",
    read: (spec) => ({ data: vegaBundle(spec) ?? { "application/json": spec }, metadata: {} }),
  },
];

function ownBundle(value: unknown): Rendered | Promise<Rendered> | undefined {
  for (const { key, read } of METHODS) {
    const method = dataProperty(value, key);
    if (typeof method !== "function" || isPrototype(value)) continue;
    try {
      const result: unknown = Reflect.apply(method, value, []);
      if (!types.isPromise(result)) return complete(read(result), value);
      return result
        .then((bundle) => complete(read(bundle), value))
        .catch((error) => failed(error, key, value));
    } catch (error) {
      return failed(error, key, value);
    }
  }
  return undefined;
}

/** A class's prototype has the methods of its instances, but not what they need. */
function isPrototype(value: unknown): boolean {
  const maker = dataProperty(value, "constructor");
  return typeof maker === "function" && dataProperty(maker, "prototype") === value;
}

function asBundle(result: unknown): Rendered {
  if (Array.isArray(result))
    return { data: checkedBundle(result[0]), metadata: checkedBundle(result[1] ?? {}) };
  return { data: checkedBundle(result), metadata: {} };
}

function complete({ data, metadata }: Rendered, value: unknown): Rendered {
  const checked = checkedBundle(data);
  return {
    data: "text/plain" in checked ? checked : { ...checked, "text/plain": plainText(value) },
    metadata,
  };
}

function failed(error: unknown, key: PropertyKey, value: unknown): Rendered {
  if (error instanceof Error && error.name === "KeyboardInterrupt") throw error;
  const reason = error instanceof Error ? error.message : plainText(error);
  return {
    data: { "text/plain": `${plainText(value)}\n[its method ${String(key)} failed: ${reason}]` },
    metadata: {},
  };
}
