/** What a chart is fed with. Decided in the cell, carried out in the engine thread. */
export interface PlotPlan {
  /** Display id. */
  display: string;
  mode: "replace" | "append";
  /** Most changes a second; between them the latest wins, or rows gather when they are appended. */
  ratePerSecond: number;
}
