import { StreamError } from "../stream-error.js";
import type { Duration } from "./duration.js";
import { given } from "./given.js";
import { Time } from "./time.js";

/** The time from one point to another, both with, after Apache Spark's class of the same name. */
export class Interval {
  readonly beginTime: Time;
  readonly endTime: Time;

  /** @param begin a time, or ms since the Unix epoch; the same of `end`. @throws StreamError RT_TIME for what is neither */
  constructor(begin: Time | number, end: Time | number) {
    this.beginTime = toTime(begin);
    this.endTime = toTime(end);
  }

  duration(): Duration {
    return this.endTime.minus(this.beginTime);
  }

  /** The same so much later. */
  plus(duration: Duration): Interval {
    return new Interval(this.beginTime.plus(duration), this.endTime.plus(duration));
  }

  /** The same so much earlier. */
  minus(duration: Duration): Interval {
    return new Interval(this.beginTime.minus(duration), this.endTime.minus(duration));
  }

  toString(): string {
    return `[${this.beginTime}, ${this.endTime}]`;
  }

  /** Shown as its text. By the symbol's own name: functions of tasks that capture it need no import. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Interval(${this})`;
  }
}

function toTime(time: unknown): Time {
  if (time instanceof Time) return time;
  if (typeof time === "number") return new Time(time);
  throw new StreamError(
    "RT_TIME",
    `an interval is from a Time to another, or of numbers of ms since 1970, not ${given(time)}`,
  );
}
