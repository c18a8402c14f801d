/** Charts as svg and png, for front ends that draw neither Vega-Lite nor our live displays. */

import { Resvg } from "@resvg/resvg-js";
import type { LiveRow } from "../port/live.js";
import { ChartView, type Drawing } from "./chart-view.js";

/** Compiled charts kept: those of the displays that are updated. */
const MAX_VIEWS = 16;

export interface Picture extends Drawing {
  /** With `pixelRatio` times the pixels that `width` and `height` say. */
  png: Uint8Array;
}

/** Draws charts one after the other, in the order asked. */
export class ChartPictures {
  readonly #views = new Map<string, ChartView>();
  #last: Promise<unknown> = Promise.resolve();

  /** Number of compiled charts held. */
  get size(): number {
    return this.#views.size;
  }

  /**
   * @param spec Vega-Lite; its data named `rows` is replaced by `rows`.
   * @throws Error of one sentence when the chart cannot be drawn.
   */
  draw(spec: Record<string, unknown>, rows: readonly LiveRow[], pixelRatio = 1): Promise<Picture> {
    const picture = this.#last.then(() => this.#draw(spec, rows, pixelRatio));
    this.#last = picture.catch(() => undefined);
    return picture;
  }

  async #draw(spec: Record<string, unknown>, rows: readonly LiveRow[], pixelRatio: number): Promise<Picture> {
    const key = JSON.stringify(spec);
    try {
      const view = await this.#view(key, spec);
      const drawing = await view.draw(rows);
      return { ...drawing, png: rasterise(drawing.svg, pixelRatio) };
    } catch (error) {
      // A view that failed once may hold half of a change.
      this.#forget(key);
      throw new Error(`the chart cannot be drawn: ${sentence(error)}`, { cause: error });
    }
  }

  async #view(key: string, spec: Record<string, unknown>): Promise<ChartView> {
    const view = this.#views.get(key) ?? (await ChartView.compile(spec));
    this.#views.delete(key);
    this.#views.set(key, view);
    const [oldest] = this.#views.keys();
    if (this.#views.size > MAX_VIEWS && oldest !== undefined) this.#forget(oldest);
    return view;
  }

  #forget(key: string): void {
    this.#views.get(key)?.close();
    this.#views.delete(key);
  }
}

/**
 * Text is drawn with the fonts of the system, in the first sans-serif found; without any font it is left out of the
 * png (the svg keeps it), which {@link hasFonts} tells.
 */
function rasterise(svg: string, pixelRatio: number): Uint8Array {
  return new Resvg(svg, { ...FONTS, fitTo: { mode: "zoom", value: pixelRatio } }).render().asPng();
}

const FONTS = { font: { loadSystemFonts: true }, logLevel: "off" } as const;

/** False when the machine has no font that a png could be lettered with. */
export function hasFonts(): boolean {
  const letter = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9">M</text></svg>';
  return new Resvg(letter, FONTS).getBBox() !== undefined;
}

/** The first line of a message: Vega-Lite appends whole specifications. */
function sentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [first = ""] = message.split("\n");
  return first.length > 300 ? `${first.slice(0, 300)}…` : first;
}
