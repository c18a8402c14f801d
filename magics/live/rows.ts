import { inspect } from "node:util";
import type { LiveRow } from "../../kernel/port/live.js";
import type { Mark } from "../plot/chart-spec.js";

/** Field names of chart rows: what the specifications in plot/ refer to. */
export interface ChartRow extends LiveRow {
  /** Time of the batch, ms since the epoch; only in charts over time. */
  time?: number;
  /** Key of a pair as text; the name of the series when there is none. */
  key: string;
  value: number;
}

/** A batch's records as rows of a chart. Records that have no number to draw are left out. */
export function chartRows(mark: Mark, timeMs: number, records: readonly unknown[]): ChartRow[] {
  const time = mark === "line" ? { time: timeMs } : {};
  return records.flatMap((record) => {
    const [key, value] = isPair(record) ? record : ["", record];
    return isFiniteNumber(value) ? [{ ...time, key: keyText(key), value: Number(value) }] : [];
  });
}

/** What a chart can draw: a number, or a pair of a key and a number. */
export function isDrawable(record: unknown): boolean {
  return isFiniteNumber(isPair(record) ? record[1] : record);
}

/** Bars for pairs, a line for numbers. @param record one that {@link isDrawable} */
export function usualMark(record: unknown): Mark {
  return isPair(record) ? "bar" : "line";
}

/** Why a stream with such a record is not drawn, and what to do. */
export function notDrawable(stream: string, record: unknown): string {
  const shown = inspect(record, { breakLength: Number.POSITIVE_INFINITY, depth: 2, maxStringLength: 100 });
  return `%plot draws numbers and pairs [key, number], but ${stream} has records such as ${shown}; map them first`;
}

function isPair(record: unknown): record is [unknown, unknown] {
  return Array.isArray(record) && record.length === 2;
}

function isFiniteNumber(value: unknown): value is number | bigint {
  return (typeof value === "number" && Number.isFinite(value)) || typeof value === "bigint";
}

const KEY_CHARACTERS = 80;

function keyText(key: unknown): string {
  const text =
    typeof key === "string" ? key : inspect(key, { breakLength: Number.POSITIVE_INFINITY, depth: 2 });
  return text.length > KEY_CHARACTERS ? `${text.slice(0, KEY_CHARACTERS - 1)}…` : text;
}
