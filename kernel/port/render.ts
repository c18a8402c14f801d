/** What the front and the render worker say to each other: a Vega-Lite specification in, pictures out. */

import type { LiveRow } from "./live.js";

export interface ToRender {
  id: number;
  /** Vega-Lite, v5 compatible; its data named `rows` is taken from `rows`. */
  spec: Record<string, unknown>;
  rows: LiveRow[];
  /** Pixels of the png for each of the picture's own. */
  pixelRatio: number;
}

export type FromRender =
  | {
      id: number;
      /** base64 */
      png: string;
      /** Only where the machine has no font that the png could be lettered with. */
      svg?: string;
      width: number;
      height: number;
    }
  | { id: number; error: string };
