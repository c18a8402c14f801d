/** The page's side of a chart that the worker draws: its canvas, the pointer over it, and what is asked of the worker. */

import { chartTitle } from "../../kernel/port/live-title.js";
import type { ChartActions, Drawn } from "./chart-view.js";
import type { ChartWorker } from "./chart-worker-client.js";
import type { Room } from "./fitted-spec.js";
import type { RowChanges } from "./row-changes.js";
import { columnsOf } from "./row-columns.js";
import type { ThemeSignals } from "./theme.js";
import type { ChartTooltip, PointInWindow } from "./tooltip.js";

let charts = 0;

export class WorkerView implements ChartActions {
  readonly #canvas = document.createElement("canvas");
  readonly #chart = ++charts;
  #pointer: PointInWindow = { clientX: 0, clientY: 0 };

  private constructor(private readonly worker: ChartWorker) {}

  /** @throws what Vega-Lite says about a specification that it cannot draw */
  static async draw(
    worker: ChartWorker,
    host: HTMLElement,
    drawn: Drawn,
    tooltip: ChartTooltip,
  ): Promise<WorkerView> {
    const view = new WorkerView(worker);
    await view.#draw(host, drawn, tooltip);
    return view;
  }

  show({ left, came }: RowChanges): Promise<void> {
    return this.worker.ask(this.#chart, { type: "show", left, came: columnsOf(came) });
  }

  repaint(theme: ThemeSignals): Promise<void> {
    return this.worker.ask(this.#chart, { type: "repaint", theme });
  }

  fit(room: Room): Promise<void> {
    return this.worker.ask(this.#chart, { type: "fit", room, pixelRatio: devicePixelRatio });
  }

  finalize(): void {
    this.worker.finalize(this.#chart);
  }

  async #draw(host: HTMLElement, drawn: Drawn, tooltip: ChartTooltip): Promise<void> {
    const chart = this.#chart;
    const canvas = this.#canvas;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", chartTitle(drawn.spec) || "chart");
    canvas.dataset.chart = String(chart); // by which tests and developers find it in the worker
    for (const type of ["pointermove", "pointerout"] as const)
      canvas.addEventListener(type, (event) => {
        this.#pointer = event;
        this.worker.point(chart, { type, x: event.offsetX, y: event.offsetY });
      });
    host.replaceChildren(canvas);
    this.worker.listen(chart, {
      resized: ({ width, height }) =>
        Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` }),
      said: (value) => tooltip.show(value, this.#pointer),
    });
    const offscreen = canvas.transferControlToOffscreen();
    const pixelRatio = devicePixelRatio;
    await this.worker.ask(chart, { type: "draw", canvas: offscreen, drawn, pixelRatio }, [offscreen]);
  }
}
