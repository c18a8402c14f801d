import { describe, expect, test } from "vitest";
import { Duration, Milliseconds, Minutes, Seconds, toDuration } from "./duration.js";

describe("a duration may be written in many ways", () => {
  test.each([
    [Seconds(1), 1000],
    [Seconds(0.25), 250],
    [Seconds(0.1 + 0.2), 300],
    [Minutes(2), 120_000],
    [Milliseconds(7), 7],
    [1500, 1500],
    ["10 seconds", 10_000],
    ["1 second", 1000],
    ["500ms", 500],
    ["500 ms", 500],
    ["5m", 300_000],
    ["1.5 min", 90_000],
    ["2 hours", 7_200_000],
    ["1 day", 86_400_000],
  ])("%s is %d ms", (written, ms) => {
    expect(toDuration(written).ms).toBe(ms);
  });
});

test("each number of seconds with up to three decimals is a duration", () => {
  const refused = Array.from({ length: 100_000 }, (_, ms) => ms).filter((ms) => Seconds(ms / 1000).ms !== ms);
  expect(refused).toEqual([]);
});

describe("what is no duration is refused with its value", () => {
  test.each([
    [0, "longer than 0 ms, not 0 ms"],
    [-5, "longer than 0 ms, not -5 ms"],
    [1.5, "whole number of milliseconds, not 1.5"],
    [1.0001, "whole number of milliseconds, not 1.0001"],
    [Number.NaN, "not NaN"],
    [Number.POSITIVE_INFINITY, "not Infinity"],
    ["soon", '"soon" is not a duration; write for example'],
    ["10 parsecs", '"10 parsecs" is not a duration'],
    ["", '"" is not a duration'],
  ])("%s", (written, sentence) => {
    expect(() => toDuration(written)).toThrow(sentence);
    expect(() => toDuration(written)).toThrow(expect.objectContaining({ code: "RT_DURATION" }));
  });
});

describe("what is no number of a unit is refused where it is written", () => {
  test.each<[string, () => unknown, string]>([
    ["seconds as text", () => Seconds("2" as never), 'a number of seconds is needed here, not "2"'],
    ["NaN seconds", () => Seconds(Number.NaN), "a number of seconds is needed here, not NaN"],
    [
      "endless minutes",
      () => Minutes(Number.POSITIVE_INFINITY),
      "a number of minutes is needed here, not Infinity",
    ],
    ["nothing", () => Minutes(undefined as never), "a number of minutes is needed here, not undefined"],
    ["half a millisecond", () => Seconds(0.0005), "a duration is a whole number of milliseconds, not 0.5"],
    ["milliseconds as text", () => Milliseconds("7" as never), 'a whole number of milliseconds, not "7"'],
    ["a span as text", () => new Duration("1 s" as never), 'a whole number of milliseconds, not "1 s"'],
    [
      "a number added to one",
      () => Seconds(1).plus(5 as never),
      "a Duration is needed here, such as Seconds(1), not 5",
    ],
    ["text compared with one", () => Seconds(1).less("2 s" as never), 'such as Seconds(1), not "2 s"'],
    [
      "nothing as a part of one",
      () => Seconds(1).isMultipleOf(null as never),
      "such as Seconds(1), not null",
    ],
  ])("%s", (_what, make, sentence) => {
    expect(make).toThrow(
      expect.objectContaining({ code: "RT_DURATION", message: expect.stringContaining(sentence) }),
    );
  });

  test("a span may be negative, as in Spark, where it is what lies between two others", () => {
    expect(Seconds(1).minus(Seconds(3))).toEqual(Seconds(-2));
    expect(() => toDuration(Seconds(-2))).toThrow("a duration must be longer than 0 ms, not -2000 ms");
  });
});

test.each([
  [30_000, "30000 ms", "30 s"],
  [1500, "1500 ms", "1500 ms"],
  [120_000, "120000 ms", "2 min"],
  [0, "0 ms", "0 ms"],
])("a duration of %s ms is %s as text, as in Spark, and %s where it is shown", (ms, text, brief) => {
  expect(String(new Duration(ms))).toBe(text);
  expect(new Duration(ms).brief).toBe(brief);
});
