/** `progress(items)`: goes through items and shows how far. */

import { escapeHtml } from "../port/escape-html.js";
import { isObject } from "./data-property.js";
import type { DisplayHandle } from "./display-types.js";

export interface ProgressOptions {
  /** How many items there will be, when `items` does not say it by its `length` or `size`. */
  total?: number;
  /** Shown before the bar. */
  label?: string;
}

export interface Progress {
  /** Counts: 0, 1, … up to `count` − 1. */
  (count: number, options?: ProgressOptions): Generator<number, void, undefined>;
  <T>(items: Iterable<T>, options?: ProgressOptions): Generator<T, void, undefined>;
  <T>(items: AsyncIterable<T>, options?: ProgressOptions): AsyncGenerator<T, void, undefined>;
}

type AnyItems = Iterable<unknown> | AsyncIterable<unknown>;

/** The least time between two pictures, in ms: more would only load the front end. */
const PICTURE_INTERVAL_MS = 100;
const BAR_CHARACTERS = 30;

/** @param show shows a MIME bundle in the cell of this `progress` */
export function createProgress(show: (bundle: Record<string, string>) => DisplayHandle): Progress {
  function progress(count: number, options?: ProgressOptions): Generator<number, void, undefined>;
  function progress<T>(items: Iterable<T>, options?: ProgressOptions): Generator<T, void, undefined>;
  function progress<T>(
    items: AsyncIterable<T>,
    options?: ProgressOptions,
  ): AsyncGenerator<T, void, undefined>;
  function progress(of: number | AnyItems, options: ProgressOptions = {}) {
    const bar = new ProgressBar(show, { ...options, total: options.total ?? countOf(of) });
    const items = typeof of === "number" ? upTo(of) : checked(of);
    return isAsync(items) ? eachAsync(items, bar) : each(items, bar);
  }
  return progress;
}

/** A loop that is left early shows how far it came. */
function* each<T>(items: Iterable<T>, bar: ProgressBar): Generator<T, void, undefined> {
  bar.start();
  try {
    for (const item of items) {
      yield item;
      bar.step();
    }
  } finally {
    bar.end();
  }
}

async function* eachAsync<T>(items: AsyncIterable<T>, bar: ProgressBar): AsyncGenerator<T, void, undefined> {
  bar.start();
  try {
    for await (const item of items) {
      yield item;
      bar.step();
    }
  } finally {
    bar.end();
  }
}

function* upTo(count: number): Generator<number, void, undefined> {
  for (let i = 0; i < count; i++) yield i;
}

/** @throws TypeError for what cannot be gone through */
function checked(items: AnyItems): AnyItems {
  if (typeof items === "string") return items;
  if (isObject(items) && (Symbol.iterator in items || Symbol.asyncIterator in items)) return items;
  throw new TypeError(
    `progress() goes through an iterable or counts up to a number, not through ${typeof items}`,
  );
}

function isAsync(items: AnyItems): items is AsyncIterable<unknown> {
  return isObject(items) && Symbol.asyncIterator in items;
}

function countOf(items: unknown): number | undefined {
  if (typeof items === "number") return Math.max(0, Math.ceil(items));
  if (!isObject(items)) return undefined;
  if ("length" in items && typeof items.length === "number") return items.length;
  return "size" in items && typeof items.size === "number" ? items.size : undefined;
}

class ProgressBar {
  readonly #show: (bundle: Record<string, string>) => DisplayHandle;
  readonly #total: number | undefined;
  readonly #label: string;
  readonly #startedMs = performance.now();
  #display: DisplayHandle | undefined;
  #done = 0;
  #shownMs = 0;

  constructor(
    show: (bundle: Record<string, string>) => DisplayHandle,
    { total, label = "" }: { total: number | undefined; label?: string },
  ) {
    this.#show = show;
    this.#total = total;
    this.#label = label;
  }

  start(): void {
    this.#display = this.#show(this.#picture());
  }

  step(): void {
    this.#done++;
    if (performance.now() - this.#shownMs >= PICTURE_INTERVAL_MS) this.#update();
  }

  end(): void {
    this.#update();
  }

  #update(): void {
    this.#shownMs = performance.now();
    this.#display?.update(this.#picture(), { raw: true });
  }

  #picture(): Record<string, string> {
    const seconds = ((performance.now() - this.#startedMs) / 1000).toFixed(1);
    const count = this.#total === undefined ? `${this.#done}` : `${this.#done} of ${this.#total}`;
    const share =
      this.#total === undefined ? undefined : Math.min(1, this.#total === 0 ? 1 : this.#done / this.#total);
    const value = share === undefined ? "" : ` value="${share}"`;
    const label = this.#label === "" ? "" : `${this.#label} `;
    const text = `${count}, ${seconds} s`;
    return {
      "text/html": `${escapeHtml(label)}<progress max="1"${value}></progress> ${escapeHtml(text)}`,
      "text/plain": `${label}${textBar(share)}${text}`,
    };
  }
}

function textBar(share: number | undefined): string {
  if (share === undefined) return "";
  const full = Math.round(share * BAR_CHARACTERS);
  return `${"█".repeat(full)}${"░".repeat(BAR_CHARACTERS - full)} ${Math.floor(share * 100)} % · `;
}
