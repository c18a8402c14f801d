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

test("a duration is shown in its largest exact unit", () => {
  expect(
    [new Duration(30_000), new Duration(1500), new Duration(120_000), new Duration(0)].map(String),
  ).toEqual(["30 s", "1500 ms", "2 min", "0 ms"]);
});
