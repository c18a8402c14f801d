import { MagicUsageError } from "../../kernel/magic/parse.js";

/**
 * A time as a person writes it: "14:03:21" today, or yesterday if that is yet to come; "-10s", a duration before now;
 * an ISO time; ms since the epoch.
 * @param nowMs of the clock that is meant
 * @throws MagicUsageError when it is none of these
 */
export function timeOf(written: string, nowMs: number): number {
  const [, hours, minutes, seconds, fraction = ""] =
    /^([01]?\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,3}))?$/.exec(written) ?? [];
  if (hours !== undefined) {
    const date = new Date(nowMs);
    date.setHours(Number(hours), Number(minutes), Number(seconds), Number(fraction.padEnd(3, "0")));
    if (date.getTime() > nowMs) date.setDate(date.getDate() - 1);
    return date.getTime();
  }
  const [, back, unit = ""] = /^-(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(written) ?? [];
  if (back !== undefined) return nowMs - Number(back) * (UNIT_MS[unit] ?? 1);
  if (/^\d+$/.test(written)) return Number(written);
  // Alone, JavaScript takes -5 and "banana 5" for days of May 2001.
  const iso = ISO.test(written) ? Date.parse(written) : Number.NaN;
  if (!Number.isNaN(iso)) return iso;
  throw new MagicUsageError(
    `"${written}" is no time: write 14:03:21, -10s for ten seconds ago, an ISO time such as 2026-01-31T14:03:21Z, or ms since the epoch`,
  );
}

const ISO = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d|$)/;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
