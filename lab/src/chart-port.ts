/** What the page and the worker of charts tell each other. Charts are known by numbers that the page gives. */

import type { Drawn } from "./chart-view.js";
import type { Room } from "./fitted-spec.js";
import type { RowColumns } from "./row-columns.js";
import type { ThemeSignals } from "./theme.js";

/** What is asked for a chart; each is answered by one {@link Answer}, in any order. */
export type Request =
  | { type: "draw"; canvas: OffscreenCanvas; drawn: Drawn; pixelRatio: number }
  /** As in row-changes.ts. */
  | { type: "show"; left: number[]; came: RowColumns }
  | { type: "repaint"; theme: ThemeSignals }
  | { type: "fit"; room: Room; pixelRatio: number };

/** Where the pointer is, in CSS pixels from the canvas's corner. */
export interface Pointer {
  type: "pointermove" | "pointerout";
  x: number;
  y: number;
}

export type ToChartWorker =
  | { chart: number; request: number; asked: Request }
  | { chart: number; pointer: Pointer }
  | { chart: number; finalize: true };

export type FromChartWorker =
  /** The worker has loaded what it draws with. */
  | { ready: true }
  /** What was asked is done; `failed` says why not. */
  | { request: number; failed?: string }
  /** A chart's new size, in CSS pixels. */
  | { chart: number; size: { width: number; height: number } }
  /** What is to be said at the pointer; null for nothing. */
  | { chart: number; said: unknown };
