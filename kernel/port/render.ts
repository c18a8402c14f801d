/** What the front and the render worker say to each other: a Vega-Lite specification in, pictures out. */

import type { LiveRow } from "./live.js";

export interface ToRender {
  id: number;
  /** Vega-Lite, v5 compatible; its data named `rows` is taken from `rows`. */
  spec: Record<string, unknown>;
  rows: LiveRow[];
}

export type FromRender =
  | {
      id: number;
      svg: string;
      /** base64 */
      png: string;
      width: number;
      height: number;
    }
  | { id: number; error: string };
