import { StreamError } from "../stream-error.js";
import { Duration, spanMs } from "./duration.js";
import { given } from "./given.js";

/**
 * A point in time: a whole number of milliseconds since the Unix epoch. Batches are named by the time at which they end. Times compare
 * as numbers do (`a < b`), and are equal by {@link Time.equals}.
 */
export class Time {
  /** @throws StreamError RT_TIME when it is no whole number */
  constructor(readonly ms: number) {
    if (Number.isSafeInteger(ms)) return;
    throw new StreamError("RT_TIME", `a time is a whole number of milliseconds since 1970, not ${given(ms)}`);
  }

  /** The same as `ms`, by Spark's name. */
  get milliseconds(): number {
    return this.ms;
  }

  plus(duration: Duration): Time {
    return new Time(this.ms + spanMs(duration));
  }

  /** The time so long before. */
  minus(duration: Duration): Time;
  /** How long it is since another time. */
  minus(time: Time): Duration;
  minus(other: Duration | Time): Time | Duration {
    return other instanceof Time ? new Duration(this.ms - other.ms) : new Time(this.ms - spanMs(other));
  }

  /** The last point at or before this one on the grid of `step` that passes through `zero`. */
  floor(step: Duration, zero: Time = new Time(0)): Time {
    const ms = stepMs(step);
    return new Time(Math.floor((this.ms - zero.ms) / ms) * ms + zero.ms);
  }

  isMultipleOf(step: Duration): boolean {
    return this.ms % step.ms === 0;
  }

  /** This point and each `step` after it, before `end`. Empty when `end` is not later. */
  until(end: Time, step: Duration): Time[] {
    return grid(this.ms, end.ms, stepMs(step));
  }

  /** This point and each `step` after it, up to and including `end`. */
  to(end: Time, step: Duration): Time[] {
    return grid(this.ms, end.ms + 1, stepMs(step));
  }

  less(other: Time): boolean {
    return this.ms < other.ms;
  }

  lessEq(other: Time): boolean {
    return this.ms <= other.ms;
  }

  greater(other: Time): boolean {
    return this.ms > other.ms;
  }

  greaterEq(other: Time): boolean {
    return this.ms >= other.ms;
  }

  /** The earlier of both. */
  min(other: Time): Time {
    return this.less(other) ? this : other;
  }

  /** The later of both. */
  max(other: Time): Time {
    return this.greater(other) ? this : other;
  }

  equals(other: unknown): boolean {
    return other instanceof Time && other.ms === this.ms;
  }

  /** What `<` and `>` compare. */
  valueOf(): number {
    return this.ms;
  }

  toString(): string {
    return `${this.ms} ms`;
  }

  /** Shown as its text. By the symbol's own name: functions of tasks that capture it need no import. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Time(${this})`;
  }
}

/** Time of day in the machine's own zone: "14:03:21". */
export function clockTime(timeMs: number): string {
  return new Date(timeMs).toLocaleTimeString("en-GB");
}

/** @throws StreamError RT_DURATION for a step that leads nowhere */
function stepMs(step: Duration): number {
  const ms = spanMs(step);
  if (ms > 0) return ms;
  throw new StreamError(
    "RT_DURATION",
    `the step from one time to the next is longer than 0 ms, not ${ms} ms`,
  );
}

function grid(fromMs: number, untilMs: number, stepMs: number): Time[] {
  const times: Time[] = [];
  for (let ms = fromMs; ms < untilMs; ms += stepMs) times.push(new Time(ms));
  return times;
}
