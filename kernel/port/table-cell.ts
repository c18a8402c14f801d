/** One value of a table as text, the same in a console, in HTML and in the plugin; and what it is sorted by. */

import type { ColumnKind, TableColumn } from "./table.js";

/** The value as text, without line breaks and control characters; empty when it is missing. */
export function cellText({ kind }: Pick<TableColumn, "kind">, value: unknown): string {
  if (value === null || value === undefined) return "";
  // A table of a later version may have kinds that are not known here.
  return Object.hasOwn(FORMATS, kind) ? FORMATS[kind](value) : plain(value);
}

/** What rows are sorted by in this column: numbers among numbers, text among text; missing values come last. */
export function sortKey({ kind }: Pick<TableColumn, "kind">, value: unknown): number | string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "number") return value;
  if (kind === "load" && isNumbers(value)) return (value[0] ?? 0) / Math.max(value[1] ?? 1, 1);
  if (kind === "sparkline" && isNumbers(value)) return value.at(-1) ?? 0;
  return cellText({ kind }, value);
}

const FORMATS: { [K in ColumnKind]: (value: unknown) => string } = {
  text: plain,
  number: (value) => (typeof value === "number" ? numberText(value) : plain(value)),
  duration: (value) => (typeof value === "number" ? durationText(value) : plain(value)),
  rate: (value) => (typeof value === "number" ? `${rounded.format(value)}/s` : plain(value)),
  bytes: (value) => (typeof value === "number" ? bytesText(value) : plain(value)),
  time: (value) => (typeof value === "number" ? localAndUtc(value) : plain(value)),
  load: (value) => (isNumbers(value) ? loadText(value) : plain(value)),
  sparkline: (value) => (isNumbers(value) ? sparklineText(value) : plain(value)),
  status: (value) => statusText(plain(value)),
  button: () => "",
};

const whole = new Intl.NumberFormat("en-US");
const rounded = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });

/** Thousands are marked; of fractions no digit is lost. */
function numberText(value: number): string {
  return Number.isInteger(value) ? whole.format(value) : String(value);
}

/** "0.4 ms", "38 ms", "2.4 s", "3 min 5 s", "2 h 5 min". */
export function durationText(ms: number): string {
  if (!Number.isFinite(ms)) return String(ms);
  if (ms < 0) return `-${durationText(-ms)}`;
  if (ms < 1000) return `${ms < 10 ? rounded.format(ms) : Math.round(ms)} ms`;
  if (ms < 60_000) return `${rounded.format(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return parts(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const minutes = Math.round(seconds / 60);
  return parts(Math.floor(minutes / 60), "h", minutes % 60, "min");
}

function parts(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return `${whole.format(large)} ${largeUnit}${small === 0 ? "" : ` ${small} ${smallUnit}`}`;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** "512 B", "1.5 KiB", "20 MiB". */
export function bytesText(bytes: number): string {
  let size = bytes;
  let unit = 0;
  for (; size >= 1024 && unit < UNITS.length - 1; unit++) size /= 1024;
  return `${rounded.format(size)} ${UNITS[unit]}`;
}

/**
 * "14:03:21 (13:03:21Z)", one of them where they are the same; milliseconds only where there are any.
 * @param dated with the day here: "2026-01-31 14:03:21 (13:03:21Z)"
 */
export function localAndUtc(ms: number, dated = false): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return String(ms);
  const day = dated ? `${dayOf(date)} ` : "";
  const local = clock(date.getHours(), date.getMinutes(), date.getSeconds(), date.getMilliseconds());
  const utc = clock(
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    date.getUTCMilliseconds(),
  );
  return day + (local === utc ? `${local}Z` : `${local} (${utc}Z)`);
}

function dayOf(date: Date): string {
  const [month, day] = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0"));
  return `${date.getFullYear()}-${month}-${day}`;
}

function clock(hours: number, minutes: number, seconds: number, ms: number): string {
  const text = [hours, minutes, seconds].map((part) => String(part).padStart(2, "0")).join(":");
  return ms === 0 ? text : `${text}.${String(ms).padStart(3, "0")}`;
}

/** "38 of 1,000 ms". */
function loadText([spentMs = 0, allowedMs = 0]: readonly number[]): string {
  return `${rounded.format(spentMs)} of ${rounded.format(allowedMs)} ms`;
}

const BARS = "▁▂▃▄▅▆▇█";

/** A bar for each number, from 0 to the largest. */
export function sparklineText(values: readonly number[]): string {
  const most = Math.max(...values, 0);
  return values
    .map((value) => BARS[most <= 0 ? 0 : Math.round((Math.max(value, 0) / most) * (BARS.length - 1))] ?? "")
    .join("");
}

const SIGNS: ReadonlyMap<string, string> = new Map([
  ["waiting", "◌"],
  ["streaming", "●"],
  ["running", "●"],
  ["connected", "●"],
  ["retrying", "↻"],
  ["stopped", "◼"],
  ["ended", "◼"],
  ["failed", "▲"],
  ["done", "✔"],
]);

function statusText(status: string): string {
  const sign = SIGNS.get(statusWord(status));
  return sign === undefined ? status : `${sign} ${status}`;
}

/** "failed" of "failed: the reason". */
export function statusWord(status: string): string {
  return status.split(":", 1)[0] ?? "";
}

/** Control characters could move a terminal's cursor, or colour what follows. */
function plain(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be found
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}
