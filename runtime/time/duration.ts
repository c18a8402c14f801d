import { StreamError } from "../stream-error.js";
import { given } from "./given.js";

/** 1.001 s is 1000.9999999999999 ms in binary fractions. */
const ROUNDING_MS = 1e-6;

/**
 * A span of time. Immutable; `ms` is a whole number of milliseconds, possibly 0. Durations compare as numbers do (`a < b`), and are
 * equal by {@link Duration.equals}.
 */
export class Duration {
  readonly ms: number;

  /** @throws StreamError RT_DURATION when it is no whole number, but for what arithmetic on fractions leaves over */
  constructor(ms: number) {
    const whole = typeof ms === "number" ? Math.round(ms) : Number.NaN;
    if (!(Number.isSafeInteger(whole) && Math.abs(ms - whole) < ROUNDING_MS)) {
      throw new StreamError("RT_DURATION", `a duration is a whole number of milliseconds, not ${given(ms)}`);
    }
    this.ms = whole;
  }

  /** The same as `ms`, by Spark's name. */
  get milliseconds(): number {
    return this.ms;
  }

  plus(other: Duration): Duration {
    return new Duration(this.ms + spanMs(other));
  }

  minus(other: Duration): Duration {
    return new Duration(this.ms - spanMs(other));
  }

  times(factor: number): Duration {
    return new Duration(this.ms * factor);
  }

  /** How often another one goes into it; a fraction where it leaves a rest. */
  div(other: Duration): number {
    return this.ms / spanMs(other);
  }

  isMultipleOf(other: Duration): boolean {
    return this.ms % spanMs(other) === 0;
  }

  less(other: Duration): boolean {
    return this.ms < spanMs(other);
  }

  lessEq(other: Duration): boolean {
    return this.ms <= spanMs(other);
  }

  greater(other: Duration): boolean {
    return this.ms > spanMs(other);
  }

  greaterEq(other: Duration): boolean {
    return this.ms >= spanMs(other);
  }

  /** The shorter of both. */
  min(other: Duration): Duration {
    return this.less(other) ? this : other;
  }

  /** The longer of both. */
  max(other: Duration): Duration {
    return this.greater(other) ? this : other;
  }

  get isZero(): boolean {
    return this.ms === 0;
  }

  equals(other: unknown): boolean {
    return other instanceof Duration && other.ms === this.ms;
  }

  /** What `<` and `>` compare. */
  valueOf(): number {
    return this.ms;
  }

  /** As in Spark: "30000 ms". */
  toString(): string {
    return `${this.ms} ms`;
  }

  /** For people: "30 s", "1500 ms", "2 min", the shortest exact form. */
  get brief(): string {
    if (this.ms % 60_000 === 0 && this.ms !== 0) return `${this.ms / 60_000} min`;
    if (this.ms % 1000 === 0 && this.ms !== 0) return `${this.ms / 1000} s`;
    return `${this.ms} ms`;
  }

  /** Shown in its brief form. By the symbol's own name: functions of tasks that capture it need no import. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Duration(${this.brief})`;
  }
}

/** Wherever a duration is wanted: a {@link Duration}, a number of milliseconds, or text such as "10 seconds". */
export type DurationLike = Duration | number | string;

/** `n` milliseconds. @throws StreamError RT_DURATION when it is no whole number */
export const Milliseconds = (n: number): Duration => new Duration(n);
/** `n` seconds; fractions down to a millisecond are allowed. @throws StreamError RT_DURATION for finer ones, and what is no number */
export const Seconds = (n: number): Duration => ofUnit("seconds", n, 1000);
/** `n` minutes; fractions down to a millisecond are allowed. @throws StreamError RT_DURATION likewise */
export const Minutes = (n: number): Duration => ofUnit("minutes", n, 60_000);

function ofUnit(unit: string, n: number, unitMs: number): Duration {
  if (typeof n === "number" && Number.isFinite(n)) return new Duration(n * unitMs);
  throw new StreamError("RT_DURATION", `a number of ${unit} is needed here, not ${given(n)}`);
}

/** The ms of what is to be a {@link Duration}. @throws StreamError RT_DURATION when it is none */
export function spanMs(duration: Duration): number {
  // Not by its class: one that a task's function has captured is of a class of its own.
  const { ms } = Object(duration) as { ms?: unknown };
  if (typeof ms === "number") return ms;
  throw new StreamError(
    "RT_DURATION",
    `a Duration is needed here, such as Seconds(1), not ${given(duration)}`,
  );
}

/** Milliseconds of each unit, by every name it may be written with. */
const UNIT_MS = new Map(
  Object.entries({
    1: "ms millisecond milliseconds",
    1000: "s sec second seconds",
    60000: "m min minute minutes",
    3600000: "h hour hours",
    86400000: "d day days",
  }).flatMap(([ms, names]) => names.split(" ").map((name) => [name, Number(ms)] as const)),
);

/**
 * Reads a {@link DurationLike}.
 * @throws StreamError RT_DURATION when it is not a positive duration; the message holds the value.
 */
export function toDuration(value: DurationLike): Duration {
  const duration = read(value);
  if (duration.ms <= 0) {
    throw new StreamError("RT_DURATION", `a duration must be longer than 0 ms, not ${duration.ms} ms`);
  }
  return duration;
}

function read(value: unknown): Duration {
  if (value instanceof Duration) return value;
  if (typeof value === "string") return parse(value);
  if (typeof value === "number") return new Duration(value);
  throw new StreamError(
    "RT_DURATION",
    `a duration is a number of milliseconds, a Duration such as Seconds(1), or a text such as "10 seconds", not ${given(value)}`,
  );
}

function parse(text: string): Duration {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(text);
  const unitMs = UNIT_MS.get(match?.[2]?.toLowerCase() ?? "");
  if (!match || unitMs === undefined) {
    throw new StreamError(
      "RT_DURATION",
      `"${text}" is not a duration; write for example "500 ms", "10 seconds" or "5 minutes"`,
    );
  }
  return new Duration(Number(match[1]) * unitMs);
}
