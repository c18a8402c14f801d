/** A value → what front ends are given to show it: the first of the table's entries that knows the value. */

import { clearTimeout, setTimeout } from "node:timers"; // cells may replace the global ones, with fake timers for one
import { types } from "node:util";
import type { MimeBundle } from "../port/evaluator.js";
import { TooSlow, withinTime } from "./bounded-time.js";
import { dataProperty, isObject } from "./data-property.js";
import { htmlTable, isTable, NO_LIMITS } from "./html-table.js";
import { imageBundle } from "./image.js";
import { isInterrupt } from "./interrupt.js";
import { checkedBundle } from "./json-bundle.js";
import { plainText } from "./plain-text.js";
import { vegaBundle } from "./vega-spec.js";

export interface Rendered {
  data: MimeBundle;
  metadata: Record<string, unknown>;
}

/** The method by which a value gives its own MIME bundle, the same in Deno. */
export const DISPLAY_SYMBOL = Symbol.for("Jupyter.display");

/** How long a table may take, with the custom inspection of what is in it. */
const RENDER_LIMIT_MS = 2_000;
/** How long a value's own method may take: it may draw, or load. */
const METHOD_LIMIT_MS = 10_000;

export interface RenderOptions {
  /** Nothing is left out of long values, as far as that takes no longer than showing a part may. */
  whole?: boolean;
}

type Renderer = (value: unknown, options: RenderOptions) => MimeBundle | undefined;

/** For values that have no method of their own. */
const RENDERERS: readonly Renderer[] = [
  vegaBundle,
  (value, { whole }) =>
    isTable(value) ? { "text/html": whole ? htmlTable(value, NO_LIMITS) : htmlTable(value) } : undefined,
  imageBundle,
];

/**
 * What a value is shown as; `text/plain` is always there. A promise only when the value's own method returns one.
 * Never throws but for an interrupt: a value's method that fails is reported in the text.
 */
export function renderValue(value: unknown, options: RenderOptions = {}): Rendered | Promise<Rendered> {
  const own = ownBundle(value);
  if (own !== undefined) return own;
  const text = { "text/plain": plainText(value, options.whole) };
  return firstRendering(value, options, text) ?? { data: text, metadata: {} };
}

function firstRendering(value: unknown, options: RenderOptions, text: MimeBundle): Rendered | undefined {
  for (const render of RENDERERS) {
    const data = limited(value, () => render(value, options));
    if (data !== undefined) return { data: { ...text, ...checkedBundle(data) }, metadata: {} };
  }
  return undefined;
}

/** What runs code of the value has a limit of time; a primitive has no code. */
function limited(value: unknown, render: () => MimeBundle | undefined): MimeBundle | undefined {
  if (!isObject(value)) return undefined;
  try {
    return withinTime(RENDER_LIMIT_MS, render);
  } catch (error) {
    if (error instanceof TooSlow) return undefined; // it is shown as text, which says so
    throw error;
  }
}

interface Method {
  key: PropertyKey;
  read(result: unknown): Rendered;
}

/** The methods by which a value gives its own picture, the first one it has is taken: those of Deno, of Python and of Vega. */
const METHODS: readonly Method[] = [
  { key: DISPLAY_SYMBOL, read: asBundle },
  { key: "_repr_mimebundle_", read: asBundle },
  {
    key: "toSpec",
    read: (spec) => ({ data: vegaBundle(spec) ?? { "application/json": spec }, metadata: {} }),
  },
];

/** Python's methods for one MIME type each: all that a value has are shown. */
const TYPED_METHODS: Readonly<Record<string, string>> = {
  _repr_html_: "text/html",
  _repr_markdown_: "text/markdown",
  _repr_latex_: "text/latex",
  _repr_svg_: "image/svg+xml",
  _repr_png_: "image/png",
  _repr_jpeg_: "image/jpeg",
  _repr_json_: "application/json",
};

function ownBundle(value: unknown): Rendered | Promise<Rendered> | undefined {
  if (!isObject(value) || isPrototype(value)) return undefined;
  for (const { key, read } of METHODS) {
    const method = dataProperty(value, key);
    if (typeof method === "function") return called(value, key, method, read);
  }
  return typedBundle(value);
}

function called(
  value: object,
  key: PropertyKey,
  // biome-ignore lint/complexity/noBannedTypes: whatever a value has under that name
  method: Function,
  read: Method["read"],
): Rendered | Promise<Rendered> {
  try {
    const result: unknown = withinTime(METHOD_LIMIT_MS, () => Reflect.apply(method, value, []));
    if (!types.isPromise(result)) return complete(read(result), value);
    return inTime(result)
      .then((bundle) => complete(read(bundle), value))
      .catch((error) => failed(error, key, value));
  } catch (error) {
    return failed(error, key, value);
  }
}

function typedBundle(value: object): Rendered | undefined {
  const entries = Object.entries(TYPED_METHODS).flatMap(([key, mime]) => {
    const method = dataProperty(value, key);
    return typeof method === "function" ? [{ key, mime, method }] : [];
  });
  const [first] = entries;
  if (first === undefined) return undefined;
  try {
    const data = withinTime(METHOD_LIMIT_MS, () =>
      Object.fromEntries(entries.map(({ mime, method }) => [mime, Reflect.apply(method, value, [])])),
    );
    return complete({ data, metadata: {} }, value);
  } catch (error) {
    return failed(error, first.key, value);
  }
}

/** A method that never answers must not keep its cell for ever. */
function inTime(result: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new TooSlow(`no answer after ${METHOD_LIMIT_MS / 1000} s`)),
      METHOD_LIMIT_MS,
    );
  });
  return Promise.race([result, late]).finally(() => clearTimeout(timer));
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
  if (isInterrupt(error)) throw error;
  const message = dataProperty(error, "message");
  const reason = typeof message === "string" ? message : plainText(error);
  return {
    data: { "text/plain": `${plainText(value)}\n[its method ${String(key)} failed: ${reason}]` },
    metadata: {},
  };
}
