import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { Duration } from "./duration.js";
import { Interval } from "./interval.js";
import { Time } from "./time.js";

const time = (ms: number) => new Time(ms);
const duration = (ms: number) => new Duration(ms);

/** Spark's TimeSuite and DurationSuite. */
describe.each([
  ["times", time],
  ["durations", duration],
] as const)("%s compare", (_name, of) => {
  type Both = Time & Duration;
  const [shorter, longer, same] = [of(999), of(1000), of(1000)] as [Both, Both, Both];

  test.each([
    ["less", shorter.less(longer), longer.less(shorter), longer.less(same)],
    ["greater", longer.greater(shorter), shorter.greater(longer), longer.greater(same)],
    ["<", shorter < longer, longer < shorter, longer < same],
    [">", longer > shorter, shorter > longer, longer > same],
  ])("by %s, and not with what is equal", (_name, right, wrong, equal) => {
    expect([right, wrong, equal]).toEqual([true, false, false]);
  });

  test.each([
    ["lessEq", shorter.lessEq(longer), longer.lessEq(shorter), longer.lessEq(same)],
    ["greaterEq", longer.greaterEq(shorter), shorter.greaterEq(longer), longer.greaterEq(same)],
    ["<=", shorter <= longer, longer <= shorter, longer <= same],
    [">=", longer >= shorter, shorter >= longer, longer >= same],
  ])("by %s, and with what is equal", (_name, right, wrong, equal) => {
    expect([right, wrong, equal]).toEqual([true, false, true]);
  });

  test("the least and the greatest of two", () => {
    expect([shorter.min(longer), longer.min(shorter)]).toEqual([shorter, shorter]);
    expect([shorter.max(longer), longer.max(shorter)]).toEqual([longer, longer]);
  });

  test("are equal by their value", () => {
    expect([longer.equals(same), longer.equals(shorter), longer.equals(1000)]).toEqual([true, false, false]);
    expect(longer.milliseconds).toBe(1000);
  });
});

test("a time is not equal to a duration", () => {
  expect([time(1).equals(duration(1)), duration(1).equals(time(1))]).toEqual([false, false]);
});

test("a time less a duration is a time, less a time a duration", () => {
  expect(time(1000).minus(duration(900))).toEqual(time(100));
  expect(time(1000).minus(time(900))).toEqual(duration(100));
});

test("a duration goes into another one so often", () => {
  expect([duration(200).div(duration(100)), duration(100).div(duration(200))]).toEqual([2, 0.5]);
  expect([duration(0).isZero, duration(1).isZero]).toEqual([true, false]);
});

test("an interval has two ends, and moves as a whole", () => {
  const interval = new Interval(1000, time(3000));
  expect(interval.duration()).toEqual(duration(2000));
  expect(`${interval} ${interval.plus(duration(500))} ${interval.minus(duration(500))}`).toBe(
    "[1000 ms, 3000 ms] [1500 ms, 3500 ms] [500 ms, 2500 ms]",
  );
});

describe("what is no time is refused where it is made", () => {
  test.each<[string, () => unknown, string]>([
    ["NaN", () => time(Number.NaN), "a time is a whole number of milliseconds since 1970, not NaN"],
    ["a fraction", () => time(1.5), "a whole number of milliseconds since 1970, not 1.5"],
    ["text", () => time("1000" as never), 'a whole number of milliseconds since 1970, not "1000"'],
    ["a date", () => time(new Date(0) as never), "not an object"],
    ["an end that is text", () => new Interval(0, "now" as never), 'of numbers of ms since 1970, not "now"'],
    ["no end", () => new (Interval as never as new (begin: number) => Interval)(0), "not undefined"],
    ["a begin that is NaN", () => new Interval(Number.NaN, 0), "since 1970, not NaN"],
  ])("%s", (_what, make, sentence) => {
    expect(make).toThrow(
      expect.objectContaining({ code: "RT_TIME", message: expect.stringContaining(sentence) }),
    );
  });

  test("a time before 1970 is one", () => {
    expect(time(-5).ms).toBe(-5);
  });

  test.each([
    ["a number", () => time(1).plus(5 as never), "a Duration is needed here, such as Seconds(1), not 5"],
    ["a step of 0", () => time(0).until(time(9), duration(0)), "longer than 0 ms, not 0 ms"],
    ["a step back", () => time(0).to(time(9), duration(-3)), "longer than 0 ms, not -3 ms"],
    ["a grid without a step", () => time(5).floor(duration(0)), "longer than 0 ms, not 0 ms"],
  ])("what is no span from one to another: %s", (_what, make, sentence) => {
    expect(make).toThrow(
      expect.objectContaining({ code: "RT_DURATION", message: expect.stringContaining(sentence) }),
    );
  });
});

test("they are shown as what they are", () => {
  expect([time(5), duration(2000), new Interval(1, 2)].map((it) => inspect(it))).toEqual([
    "Time(5 ms)",
    "Duration(2 s)",
    "Interval([1 ms, 2 ms])",
  ]);
});
