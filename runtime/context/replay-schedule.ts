import { inspect } from "node:util";
import { Random } from "../rows/random.js";
import { StreamError } from "../stream-error.js";
import { type DurationLike, toDuration } from "../time/duration.js";

/** How a data set comes again. */
export interface ReplayOptions<T> {
  /** The field that holds a record's time (ms, a Date, or text that `Date.parse` reads), or a function that gives it. */
  timeField: (keyof T & string) | ((record: T) => number | Date | string);
  /** So many times as fast as its own times; default 1. Infinity: all of it in the first batch. */
  speed?: number;
  /** Each record comes by chance up to so much later; default: not at all. */
  jitter?: DurationLike;
  /** A part of the records, from 0 to 1, comes so much later: late data, to see what becomes of it. */
  late?: Late;
  /** Of jitter and lateness: the same seed gives the same order. Default 1. */
  seed?: number;
}

/** A part of the records, from 0 to 1, and how much later it comes. */
export interface Late {
  fraction: number;
  by: DurationLike;
}

/**
 * The records in the order in which they come, and when, in ms after the start.
 * @throws StreamError RT_REPLAY for what is no time, no speed or no fraction; RT_DURATION
 */
export function replaySchedule<T>(
  records: Iterable<T>,
  options: ReplayOptions<T>,
): { rows: T[]; atMs: Float64Array } {
  const { timeField, speed = 1, jitter, late, seed = 1 } = options;
  if (!(speed > 0)) throw new StreamError("RT_REPLAY", `a speed is greater than 0, not ${speed}`);
  if (late !== undefined && !(late.fraction >= 0 && late.fraction <= 1))
    throw new StreamError("RT_REPLAY", `a part of the records is from 0 to 1, not ${late.fraction}`);
  const timeOf = typeof timeField === "function" ? timeField : (record: T) => record[timeField] as unknown;
  const timed = Array.from(records, (record) => ({ record, timeMs: toMs(timeOf(record), record) }));
  const startMs = timed.reduce((least, { timeMs }) => Math.min(least, timeMs), Number.POSITIVE_INFINITY);
  const jitterMs = jitter === undefined ? 0 : toDuration(jitter).ms;
  const lateMs = late === undefined ? 0 : toDuration(late.by).ms;
  const random = new Random(seed);
  const arriving = timed.map(({ record, timeMs }) => {
    const delayMs = jitterMs * random.next() + (random.next() < (late?.fraction ?? 0) ? lateMs : 0);
    return { record, atMs: (timeMs - startMs) / speed + delayMs };
  });
  arriving.sort((a, b) => a.atMs - b.atMs);
  return {
    rows: arriving.map(({ record }) => record),
    atMs: Float64Array.from(arriving, ({ atMs }) => atMs),
  };
}

function toMs(time: unknown, record: unknown): number {
  const ms = typeof time === "string" ? Date.parse(time) : Number(time);
  if (time != null && Number.isFinite(ms)) return ms;
  throw new StreamError(
    "RT_REPLAY",
    `the time of a record is a number of ms, a Date or a text of one, not ${inspect(time)} of ${inspect(record, { depth: 1 })}`,
  );
}
