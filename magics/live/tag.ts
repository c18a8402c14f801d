import type { PlotPlan } from "./plot-plan.js";

/** Attached to each output that a notebook declares: whose it is, and what it draws. Travels to the engine thread. */
export interface CellTag {
  /** The execution that declared it: what it prints goes there. */
  cell: string;
  /** The notebook cell: running it again replaces its outputs. */
  key: string;
  /** Set for an output that feeds a chart. */
  plot?: PlotPlan;
}

export function plotOf(tag: unknown): PlotPlan | undefined {
  return (tag as CellTag | null)?.plot;
}
