/** A batch's records as rows of a chart, and what is said of those that lack something. */

import { arePairs } from "../../runtime/rows/largest.js";
import type { ChartRow, FoundChannels } from "./chart-kind.js";
import { drawn, type Fields, fieldAt, fieldsOf, shortText } from "./record-fields.js";

/** Records without a value that the chart needs, by the name of the field that has none. */
export type Lacking = ReadonlyMap<string, number>;

export interface DrawnRecords {
  rows: ChartRow[];
  /** These are left out, as Vega-Lite does with marks that have no value; of a line they are where it breaks. */
  lacking: Lacking;
  /** No record has any of the fields that the chart shows: they are others than it was made for. */
  isForeign: boolean;
}

/** @param isJoined rows are joined by a line: one that lacks nothing but its `value`, of a known line, is where that breaks */
export function drawnRecords(
  channels: FoundChannels,
  isJoined: boolean,
  timeMs: number,
  records: readonly unknown[],
): DrawnRecords {
  const rows: ChartRow[] = [];
  const lacking = new Map<string, number>();
  let isForeign = records.length > 0;
  for (const record of records) {
    const fields = fieldsOf(record) ?? {};
    const { row, without } = rowOf(channels, timeMs, fields);
    const [first] = without;
    if (first !== undefined) lacking.set(first, (lacking.get(first) ?? 0) + 1);
    const isBreak = isJoined && without.length === 1 && row.value === null && row.key !== null;
    if (first === undefined || isBreak) rows.push(row);
    if (isForeign) isForeign = first !== undefined && !hasAny(channels, fields);
  }
  return { rows, lacking, isForeign };
}

/** Why records are not drawn, in a few words that follow "3 records", and how many. */
export type Undrawn = ReadonlyMap<string, number>;

/**
 * What is not drawn of a batch.
 * @param records that the chart was given, of `count` in all
 * @param ranks nobody looks for pairs that are not among the largest
 */
export function undrawn(
  lacking: Lacking,
  records: readonly unknown[],
  count: number,
  ranks: boolean,
): Undrawn {
  const reasons = new Map([...lacking].map(([field, count]) => [`without ${shortText(field)}`, count]));
  const isRanked = arePairs(records);
  if (count <= records.length || (isRanked && ranks)) return reasons;
  const drawn = records.length.toLocaleString("en-US");
  const beyond = isRanked ? `beyond the largest ${drawn} (--top)` : `beyond the first ${drawn} (--window)`;
  return reasons.set(beyond, count - records.length);
}

/** How many records are not drawn, and why; empty where there are none. `soFar`: since the chart began. */
export function undrawnText(undrawn: Undrawn, soFar: boolean): string {
  if (undrawn.size === 0) return "";
  const parts = [...undrawn].map(([why, count], i) => {
    const what = i > 0 ? "" : count === 1 ? " record" : " records";
    return `${count.toLocaleString("en-US")}${what} ${why}`;
  });
  return `not drawn${soFar ? " so far" : ""}: ${parts.join(", ")}`;
}

export function sumUndrawn(one: Undrawn, other: Undrawn): Undrawn {
  const sum = new Map(one);
  for (const [why, count] of other) sum.set(why, (sum.get(why) ?? 0) + count);
  return sum;
}

/** A row, and the names of the fields that have no value for it. */
function rowOf(
  channels: FoundChannels,
  timeMs: number,
  fields: Fields,
): { row: ChartRow; without: readonly string[] } {
  const row: ChartRow = {};
  const without: string[] = [];
  for (const [as, { field, type, isOptional }] of channels) {
    const value = field === undefined ? timeMs : drawn(type, fieldAt(fields, field));
    row[as] = value ?? null;
    // Vega-Lite draws a mark without a text, and none without a number for its size or its colour.
    if (value === undefined && !(isOptional && type === "text")) without.push(field ?? as);
  }
  return { row, without };
}

function hasAny(channels: FoundChannels, fields: Fields): boolean {
  return [...channels.values()].some(
    ({ field }) => field !== undefined && fieldAt(fields, field) !== undefined,
  );
}
