import type { Duration } from "./duration.js";

/** A point in time: milliseconds since the Unix epoch. Batches are named by the time at which they end. */
export class Time {
  constructor(readonly ms: number) {}

  plus(duration: Duration): Time {
    return new Time(this.ms + duration.ms);
  }

  minus(duration: Duration): Time {
    return new Time(this.ms - duration.ms);
  }

  /** The last point at or before this one on the grid of `step` that passes through `zero`. */
  floor(step: Duration, zero: Time = new Time(0)): Time {
    return new Time(Math.floor((this.ms - zero.ms) / step.ms) * step.ms + zero.ms);
  }

  isMultipleOf(step: Duration): boolean {
    return this.ms % step.ms === 0;
  }

  /** This point and each `step` after it, before `end`. Empty when `end` is not later. */
  until(end: Time, step: Duration): Time[] {
    return grid(this.ms, end.ms, step.ms);
  }

  /** This point and each `step` after it, up to and including `end`. */
  to(end: Time, step: Duration): Time[] {
    return grid(this.ms, end.ms + 1, step.ms);
  }

  toString(): string {
    return `${this.ms} ms`;
  }
}

/** Time of day in the machine's own zone: "14:03:21". */
export function clockTime(timeMs: number): string {
  return new Date(timeMs).toLocaleTimeString("en-GB");
}

function grid(fromMs: number, untilMs: number, stepMs: number): Time[] {
  const times: Time[] = [];
  for (let ms = fromMs; ms < untilMs; ms += stepMs) times.push(new Time(ms));
  return times;
}
