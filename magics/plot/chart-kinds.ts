/** All kinds of charts. To add one: a file in kinds/ and a line here. */

import type { ChartKind, Shape } from "./chart-kind.js";
import { bar } from "./kinds/bar.js";
import { figure } from "./kinds/figure.js";
import { heat } from "./kinds/heat.js";
import { histogram } from "./kinds/histogram.js";
import { line } from "./kinds/line.js";
import { map } from "./kinds/map.js";
import { point } from "./kinds/point.js";
import { type Fields, type FieldType, fieldTypes } from "./record-fields.js";

/** In the order in which they are asked whether records are theirs. */
const CHART_KINDS = [map, heat, point, bar, line, histogram, figure] as const;

/** Names that `--mark` takes. */
export const MARKS: readonly string[] = CHART_KINDS.map(({ mark }) => mark);

/** What each draws, for the help of %plot. */
export const MARKS_HELP: string = CHART_KINDS.map(({ mark, summary }) => `${mark}: ${summary}`).join("; ");

/** The kind of this name; undefined when there is none. */
export function kindOf(mark: string): ChartKind | undefined {
  return CHART_KINDS.find((kind) => kind.mark === mark);
}

/** The usual kind for such records; undefined when nothing in them can be drawn. */
export function usualKind(shape: Shape): ChartKind | undefined {
  return CHART_KINDS.find((kind) => kind.suits(shape));
}

/** What is told by some records of a batch, which has `records` in all. */
export function shapeOf(sample: readonly Fields[], records: number): Shape {
  const types = fieldTypes(sample);
  const count = (type: FieldType) => [...types.values()].filter((one) => one === type).length;
  const names = new Set([...types.keys()].map((name) => name.toLowerCase()));
  return {
    types,
    count,
    has: (type) => count(type) > 0,
    isNamed: (...wanted) => wanted.some((name) => names.has(name)),
    records,
  };
}
