/** Makes the `display` of one cell. */

import { types } from "node:util";
import type { MimeBundle } from "../port/evaluator.js";
import type { Display, DisplayHandle, DisplayOptions } from "./display-types.js";
import { checkedBundle } from "./json-bundle.js";
import { plainText } from "./plain-text.js";
import { type Rendered, renderValue } from "./render-value.js";

/** Where displays go. */
export interface DisplaySink {
  show(rendered: Rendered, display: { displayId: string; update: boolean }): void;
  /** A display that is still being made; the cell waits for it. */
  pending(shown: Promise<void>): void;
  /** What is shown in place of a value. */
  view(value: unknown): unknown;
  /** Whether nothing is to be left out of long values; absent: it is. */
  showsWhole?(): boolean;
}

let count = 0;

/** Unique in this process and, by the start time of the process, beyond. */
function newDisplayId(): string {
  return `display-${process.pid}-${Math.round(performance.timeOrigin).toString(36)}-${++count}`;
}

export function createDisplay(sink: DisplaySink): Display {
  const display = (value: unknown, options: DisplayOptions = {}): DisplayHandle => {
    const displayId = options.display_id ?? newDisplayId();
    if (options.update === true && options.display_id === undefined) {
      throw new TypeError("display(…, {update: true}) needs the display_id of what it is to replace");
    }
    const whole = sink.showsWhole?.() ?? false;
    put(sink, options.raw ? raw(value) : renderValue(sink.view(value), { whole }), displayId, options);
    return new ShownDisplay(displayId, (next, more) => {
      display(next, { ...more, display_id: displayId, update: true });
    });
  };
  const as =
    <V>(bundleOf: (value: V) => MimeBundle) =>
    (value: V, options: DisplayOptions = {}) =>
      display(bundleOf(value), { ...options, raw: true });
  const asText = (name: string, bundleOf: (text: string) => MimeBundle) =>
    as((text: string) => bundleOf(checkedText(name, text)));
  return Object.assign(display, {
    html: asText("html", (text) => ({ "text/html": text, "text/plain": text })),
    svg: asText("svg", (text) => ({ "image/svg+xml": text, "text/plain": "[an SVG image]" })),
    markdown: asText("markdown", (text) => ({ "text/markdown": text, "text/plain": text })),
    latex: asText("latex", (text) => ({
      "text/latex": text.includes("$") ? text : `$$${text}$$`,
      "text/plain": text,
    })),
    png: as((image: Uint8Array | string) => ({ "image/png": image, "text/plain": "[a PNG image]" })),
    jpeg: as((image: Uint8Array | string) => ({ "image/jpeg": image, "text/plain": "[a JPEG image]" })),
    json: as((value: unknown) => ({ "application/json": value, "text/plain": plainText(value) })),
  });
}

/** @throws TypeError for what is no text: front ends would show nothing, and not say why */
function checkedText(name: string, text: unknown): string {
  if (typeof text === "string") return text;
  throw new TypeError(`display.${name}() shows text, not ${text === null ? "null" : typeof text}`);
}

class ShownDisplay implements DisplayHandle {
  readonly display_id: string;
  readonly update: DisplayHandle["update"];

  constructor(displayId: string, update: DisplayHandle["update"]) {
    this.display_id = displayId;
    this.update = update;
  }
}

/** True for what `display` returns: as the value of a cell it is not shown, since what it stands for is already. */
export function isDisplayHandle(value: unknown): boolean {
  return !types.isProxy(value) && value instanceof ShownDisplay;
}

function raw(bundle: unknown): Rendered {
  return { data: checkedBundle(bundle), metadata: {} };
}

function put(
  sink: DisplaySink,
  rendered: Rendered | Promise<Rendered>,
  displayId: string,
  options: DisplayOptions,
): void {
  const show = ({ data, metadata }: Rendered): void => {
    sink.show(
      { data, metadata: { ...metadata, ...options.metadata } },
      { displayId, update: options.update === true },
    );
  };
  if (rendered instanceof Promise) sink.pending(rendered.then(show));
  else show(rendered);
}
