/** Has Vega draw on an OffscreenCanvas of the page's, and hear of the pointer there: it expects an element for both. */

import * as vega from "vega";
import type { Pointer } from "./chart-port.js";
import type { Surface } from "./chart-view.js";

/** What Vega's typings leave out of its classes. */
interface Renderer {
  initialize(
    element: null,
    width: number,
    height: number,
    origin: Origin,
    scale: number,
    options: object,
  ): this;
  resize(width: number, height: number, origin: Origin, scale: number): this;
  clear(x: number, y: number, width: number, height: number): void;
}
interface Handler {
  initialize(element: object | null, origin: Origin, view: unknown): this;
}
type Origin = readonly [number, number];
type Class<T> = new (...args: never[]) => T;
const { CanvasRenderer, CanvasHandler, renderModule } = vega as unknown as {
  CanvasRenderer: Class<Renderer>;
  CanvasHandler: Class<Handler>;
  renderModule(name: string, module: object | undefined): void;
};

let surfaces = 0;

export class OffscreenSurface implements Surface {
  /** The name of a kind of renderer: Vega makes renderers by their kind, and has no other way to give it a canvas. */
  readonly renderer = `offscreen ${++surfaces}`;
  /** Pixels of the canvas for one CSS pixel; heeded when the chart's size changes. */
  pixelRatio: number;

  constructor(
    private readonly canvas: OffscreenCanvas,
    pixelRatio: number,
    readonly tell: Surface["tell"],
    resized: (width: number, height: number) => void,
  ) {
    this.pixelRatio = pixelRatio;
    renderModule(this.renderer, { headless: this.#renderer(resized), handler: this.#handler() });
  }

  point({ type, x, y }: Pointer): void {
    this.canvas.dispatchEvent(Object.assign(new Event(type), { clientX: x, clientY: y }));
  }

  dispose(): void {
    renderModule(this.renderer, undefined);
  }

  #renderer(resized: (width: number, height: number) => void): Class<Renderer> {
    const { canvas } = this;
    const externalContext = canvas.getContext("2d");
    if (externalContext === null) throw new Error("the browser gives no canvas to draw on");
    const ratio = (): number => this.pixelRatio;
    return class extends CanvasRenderer {
      override initialize(_element: null, width: number, height: number, origin: Origin): this {
        return super.initialize(null, width, height, origin, ratio(), { externalContext });
      }

      override resize(width: number, height: number, origin: Origin): this {
        // Sets the canvas back to no scale and no origin, as Vega expects it.
        canvas.width = width * ratio();
        canvas.height = height * ratio();
        Object.assign(externalContext, { pixelRatio: ratio() });
        resized(width, height);
        return super.resize(width, height, origin, ratio());
      }

      override clear(x: number, y: number, width: number, height: number): void {
        externalContext.clearRect(x, y, width, height);
        super.clear(x, y, width, height); // the background
      }
    };
  }

  #handler(): Class<Handler> {
    // Pointers are given from the canvas's own corner.
    const element = Object.assign(this.canvas, {
      tagName: "canvas",
      getBoundingClientRect: () => ({ left: 0, top: 0 }),
    });
    return class extends CanvasHandler {
      override initialize(_element: null, origin: Origin, view: unknown): this {
        return super.initialize({ childNodes: [element] }, origin, view);
      }
    };
  }
}
