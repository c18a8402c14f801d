import type { ChartOptions, Mark } from "../plot/chart-spec.js";

/** What a chart is fed with. Decided in the cell, carried out in the engine thread. */
export interface PlotPlan {
  /** Display id. */
  display: string;
  /** Name of the stream, for messages. */
  stream: string;
  /** Undefined when only the first rows tell it. */
  mark: Mark | undefined;
  titles: Omit<ChartOptions, "mark">;
  /** Most changes a second; between them the latest wins, or rows gather when they are appended. */
  ratePerSecond: number;
}
