import { describe, expect, test } from "vitest";
import { SizeGauge } from "./size-gauge.js";

/** Adds rows until the gauge says that they are too many. @returns how many there were, and how often it looked */
function fill(limitBytes: number, value: (row: number) => unknown) {
  const gauge = new SizeGauge(limitBytes);
  const [keys, values]: [unknown[], unknown[]] = [[], []];
  let looks = 0;
  for (let room = gauge.room; keys.length < 1e6; ) {
    keys.push(keys.length);
    values.push(value(keys.length));
    room -= 1;
    if (room > 0) continue;
    looks += 1;
    if (gauge.look({ keys, values })) return { rows: keys.length, looks };
    room = gauge.room;
  }
  return { rows: keys.length, looks };
}

describe("a gauge says that growing columns have outgrown a limit", () => {
  test.each<[string, number, (row: number) => unknown, number]>([
    ["numbers of 8 bytes, each in a slot", 3_200_000, (row) => row, 100_000],
    ["strings of 100 characters", 1_480_000, () => "x".repeat(100), 10_000],
    ["few large values", 10_000_000, () => "x".repeat(1_000_000), 10],
    ["values that become larger", 1_000_000, (row) => "x".repeat(row), 1_370],
  ])("%s", (_name, limitBytes, value, rows) => {
    const filled = fill(limitBytes, value);
    expect(filled.rows).toBeGreaterThan(rows * 0.9);
    expect(filled.rows).toBeLessThan(rows * 1.7);
    expect(filled.looks).toBeLessThan(100);
  });

  test("the same rows give the same answer every time", () => {
    const once = fill(500_000, (row) => [row, `${row}`]);
    expect(fill(500_000, (row) => [row, `${row}`])).toEqual(once);
  });
});
