import { expect, test } from "vitest";
import { timeOf } from "./time-of-day.js";

const now = new Date(2026, 0, 31, 14, 0, 0);

test.each<[string, number]>([
  ["13:59:50", new Date(2026, 0, 31, 13, 59, 50).getTime()],
  ["9:05:00.25", new Date(2026, 0, 31, 9, 5, 0, 250).getTime()],
  ["23:00:00", new Date(2026, 0, 30, 23, 0, 0).getTime()],
  ["-10s", now.getTime() - 10_000],
  ["-1.5m", now.getTime() - 90_000],
  ["3000", 3000],
  ["2026-01-31T12:00:00Z", Date.UTC(2026, 0, 31, 12)],
])("%s is a time", (written, ms) => {
  expect(timeOf(written, now.getTime())).toBe(ms);
});

test.each(["soon", "14:3", "-10 parsecs", "", "25:10:00", "14:75:00", "-5", "banana 5", "2026-02-31x"])(
  "%j is none, and says what is",
  (written) => {
    expect(() => timeOf(written, now.getTime())).toThrow(`"${written}" is no time: write 14:03:21`);
  },
);
