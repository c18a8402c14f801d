import type { LiveSpec } from "../../kernel/port/live.js";
import type { DrawMode } from "../plot/chart-kind.js";
import type { NamedFields } from "../plot/find-channels.js";

/** How far back a chart that appends reaches: rows at most, and none that are older than the newest by more than `ms`. */
export interface PlotWindow {
  rows: number;
  ms: number | undefined;
}

/** What a chart shows and how. Decided in the cell, carried out in the engine thread. Plain data. */
export interface PlotPlan {
  /** Display id. */
  display: string;
  /** Name of the stream, for messages. */
  stream: string;
  title: string;
  /** Kind of chart; undefined when the first rows tell it. */
  mark: string | undefined;
  /** Each batch has all there is, as those of windows and states do. */
  isWhole: boolean;
  /** Undefined for the kind's own. */
  mode: DrawMode | undefined;
  /** A specification of the user's own, which reads the records' own fields; then nothing is inferred. */
  spec: LiveSpec | undefined;
  fields: NamedFields;
  window: PlotWindow;
  /** Pairs of a batch at most, the largest; bars at most. */
  top: number;
  /** Most changes a second; between them the latest wins, or rows gather when they are appended. */
  ratePerSecond: number;
}
