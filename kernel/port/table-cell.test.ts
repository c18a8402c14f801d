import { describe, expect, test } from "vitest";
import type { ColumnKind } from "./table.js";
import { cellText, sortKey } from "./table-cell.js";

describe("a value is written as what its column is", () => {
  test.each<[ColumnKind, unknown, string]>([
    ["text", "a\nb\u001b[31m", "a b [31m"],
    ["text", { a: [1] }, '{"a":[1]}'],
    ["text", undefined, ""],
    ["number", 1234567, "1,234,567"],
    ["number", 0.00012, "0.00012"],
    ["number", "many", "many"],
    ["number", null, ""],
    ["duration", 0.42, "0.4 ms"],
    ["duration", 38.4, "38 ms"],
    ["duration", 2400, "2.4 s"],
    ["duration", 185_000, "3 min 5 s"],
    ["duration", 7_500_000, "2 h 5 min"],
    ["duration", -250, "-250 ms"],
    ["rate", 2000, "2,000/s"],
    ["bytes", 512, "512 B"],
    ["bytes", 1536, "1.5 KiB"],
    ["bytes", 20 * 2 ** 20, "20 MiB"],
    ["load", [38, 1000], "38 of 1,000 ms"],
    ["sparkline", [0, 1, 2, 4], "▁▃▅█"],
    ["sparkline", [], ""],
    ["sparkline", [0, 0], "▁▁"],
    ["status", "streaming", "● streaming"],
    ["status", "failed: no such word", "▲ failed: no such word"],
    ["status", "constructor", "constructor"],
    ["button", { label: "Stop", command: "stop" }, ""],
  ])("%s %j: %s", (kind, value, text) => {
    expect(cellText({ kind }, value)).toBe(text);
  });

  test("a time in local time and in UTC", () => {
    const ms = Date.UTC(2026, 0, 2, 13, 3, 21, 50);
    const text = cellText({ kind: "time" }, ms);
    expect(text).toContain("13:03:21.050Z");
    expect(text).toMatch(/^\d\d:\d\d:\d\d\.050(Z| \(.*Z\))$/);
  });

  test("a kind that is not known is text", () => {
    expect(cellText({ kind: "hologram" as ColumnKind }, 7)).toBe("7");
  });
});

describe("rows are sorted", () => {
  test.each<[ColumnKind, unknown, number | string | undefined]>([
    ["number", 7, 7],
    ["text", "seven", "seven"],
    ["load", [500, 1000], 0.5],
    ["sparkline", [1, 2], 2],
    ["status", "stopped", "◼ stopped"],
    ["time", 5, 5],
    ["text", null, undefined],
  ])("by %s %j: %s", (kind, value, key) => {
    expect(sortKey({ kind }, value)).toBe(key);
  });
});
