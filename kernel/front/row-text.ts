/** How the values of a chart's rows are written as text. What a field is, the chart's specification says. */

import type { LiveBundle, LiveRow, LiveSpec } from "../port/live.js";
import { localAndUtc } from "../port/table-cell.js";

/** Longest text of one value. */
const CHARACTERS = 40;
/** Numbers below this (March 1973 as a time) are no times that nobody has called so. */
const EARLIEST_MS = 1e11;

/** A value of a field on one line. */
export type RowText = (field: string, value: unknown) => string;

/**
 * Numbers with no more digits than a person reads, times as the clock's, with their date where the rows are of more than one
 * day. Numbers that are names on an axis stay as they are.
 */
export function rowText({ spec, rows }: Pick<LiveBundle, "spec" | "rows">): RowText {
  const types = fieldTypes(spec ?? {});
  const isTime = (field: string, value: unknown): value is number =>
    typeof value === "number" &&
    (types.get(field)?.has("temporal") ?? (field === "time" && value >= EARLIEST_MS));
  const dated = new Map<string, boolean>();
  const isDated = (field: string): boolean => {
    const known = dated.get(field) ?? isOfSeveralDays(rows, field);
    dated.set(field, known);
    return known;
  };
  return (field, value) => {
    if (isTime(field, value)) return localAndUtc(value, isDated(field));
    if (typeof value === "number" && !isName(types.get(field))) return numberText(value);
    return shortText(value);
  };
}

/** Asked of thousands of rows: only the first time and the last are made into days. */
function isOfSeveralDays(rows: readonly LiveRow[], field: string): boolean {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { [field]: value } of rows) {
    if (typeof value !== "number") continue;
    first = Math.min(first, value);
    last = Math.max(last, value);
  }
  return first < last && new Date(first).toDateString() !== new Date(last).toDateString();
}

type Types = ReadonlySet<unknown>;

/** What a specification says of each field, wherever it does: an axis may write times as names, and the tooltip as times. */
function fieldTypes(spec: LiveSpec): ReadonlyMap<string, Types> {
  const types = new Map<string, Set<unknown>>();
  const visit = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    if ("field" in part && typeof part.field === "string" && "type" in part)
      types.set(part.field, (types.get(part.field) ?? new Set()).add(part.type));
    for (const inner of Object.values(part)) visit(inner);
  };
  visit({ ...spec, data: undefined, datasets: undefined });
  return types;
}

function isName(types: Types | undefined): boolean {
  return types !== undefined && !types.has("quantitative") && !types.has("temporal");
}

const FEW_PLACES = new Intl.NumberFormat("en-US", { maximumFractionDigits: 4 });
const DIGITS = 4;

/** As the chart of a single number writes it: at most four places behind the point, four digits of what is smaller. */
function numberText(value: number): string {
  return Math.abs(value) < 0.01 ? String(Number(value.toPrecision(DIGITS))) : FEW_PLACES.format(value);
}

function shortText(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const line = text.replace(/\s+/g, " ");
  return line.length > CHARACTERS ? `${line.slice(0, CHARACTERS - 1)}…` : line;
}
