import { describe, expect, test } from "vitest";
import { isLiveBundle, isLiveToClient } from "./live-shape.js";

const status = { state: "streaming", reason: "", text: "" };
const bundle = { display: "d", spec: {}, rows: [{ n: 1 }], status, keepRows: 10 };

describe("a bundle is drawn", () => {
  test("when all its fields are there", () => {
    expect(isLiveBundle(bundle)).toBe(true);
  });

  test("without a chart, with how much is done", () => {
    const running = { state: "running", reason: "", text: "", progress: 0.5 };
    expect(isLiveBundle({ ...bundle, spec: null, status: running })).toBe(true);
  });

  test("with tables in its place", () => {
    const columns = [{ name: "n", title: "count", kind: "number" }];
    expect(isLiveBundle({ ...bundle, spec: null, tables: [{ name: "t", title: "", columns }] })).toBe(true);
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["tables that are no list", { ...bundle, tables: {} }],
    ["a table without columns", { ...bundle, tables: [{ name: "t", title: "" }] }],
    [
      "a column without its kind",
      { ...bundle, tables: [{ name: "t", title: "", columns: [{ name: "n" }] }] },
    ],
    ["more done than there is", { ...bundle, status: { ...status, progress: 1.5 } }],
    ["a text", "rows"],
    ["no display", { ...bundle, display: undefined }],
    ["a list for its specification", { ...bundle, spec: [] }],
    ["rows that are not objects", { ...bundle, rows: [1] }],
    ["an unknown state", { ...bundle, status: { ...status, state: "toString" } }],
    ["no status", { ...bundle, status: null }],
    ["a limit of no rows", { ...bundle, keepRows: 0 }],
  ])("not with %s", (_what, value) => {
    expect(isLiveBundle(value)).toBe(false);
  });
});

describe("a message is understood", () => {
  test.each<[string, unknown]>([
    ["snapshot", { type: "snapshot", spec: {}, rows: [], status }],
    ["snapshot of tables", { type: "snapshot", spec: null, tables: [], rows: [], status }],
    ["change", { type: "change", mode: "append", rows: [], status }],
    ["gone", { type: "gone", status }],
  ])("%s", (_type, value) => {
    expect(isLiveToClient(value)).toBe(true);
  });

  test.each<[string, unknown]>([
    ["of a type that is not known", { type: "later", status }],
    ["of a type that every object has", { type: "constructor", status }],
    ["with an unknown mode", { type: "change", mode: "merge", rows: [], status }],
    ["without its status", { type: "gone" }],
    ["that is no object", 7],
  ])("not one %s", (_what, value) => {
    expect(isLiveToClient(value)).toBe(false);
  });
});
