import { describe, expect, test } from "vitest";
import type { LiveStatus, LiveToClient } from "../../kernel/port/live.js";
import { nextPicture, type Picture, stoppedPicture, storedPicture, tablesOf } from "./picture.js";

const streaming: LiveStatus = { state: "streaming", reason: "", text: "5 records/s" };
const stopped: LiveStatus = { state: "stopped", reason: "by hand", text: "" };
const row = (n: number) => ({ n });
const picture: Picture = {
  spec: { mark: "bar" },
  tables: [],
  rows: [row(1), row(2)],
  status: streaming,
  keep: { keepRows: 3 },
};

describe("a picture that nothing feeds any more", () => {
  test.each<[LiveStatus["state"], LiveStatus]>([
    ["streaming", { state: "stopped", reason: "the kernel died", text: "1" }],
    ["running", { state: "stopped", reason: "the kernel died", text: "1" }],
    ["failed", { state: "failed", reason: "the kernel died", text: "1" }],
    ["done", { state: "done", reason: "", text: "1" }],
  ])("was %s before", (state, after) => {
    const before = { ...picture, status: { state, reason: "", text: "1" } };
    expect(stoppedPicture(before, "the kernel died").status).toEqual(after);
  });
});

describe("a picture after a message", () => {
  test.each<{ title: string; message: LiveToClient; rows: object[]; status: LiveStatus }>([
    {
      title: "replace: the new rows are all there is",
      message: { type: "change", mode: "replace", rows: [row(9)], status: stopped },
      rows: [row(9)],
      status: stopped,
    },
    {
      title: "append: the new rows follow, and the oldest beyond keepRows are dropped",
      message: { type: "change", mode: "append", rows: [row(3), row(4)], status: streaming },
      rows: [row(2), row(3), row(4)],
      status: streaming,
    },
    {
      title: "snapshot: the kernel's rows are all there is",
      message: { type: "snapshot", spec: { mark: "bar" }, rows: [row(7)], status: streaming },
      rows: [row(7)],
      status: streaming,
    },
    {
      title: "final: it is for the notebook, and shown already",
      message: { type: "final", data: {}, metadata: {} },
      rows: [row(1), row(2)],
      status: streaming,
    },
    {
      title: "gone: the last rows stay, with the reason",
      message: { type: "gone", status: stopped },
      rows: [row(1), row(2)],
      status: stopped,
    },
  ])("$title", ({ message, rows, status }) => {
    const next = nextPicture(picture, message);
    expect(next.rows).toEqual(rows);
    expect(next.status).toEqual(status);
  });

  test("rows that stay keep their identity, so that the chart need not draw them again", () => {
    const next = nextPicture(picture, { type: "change", mode: "append", rows: [row(3)], status: streaming });
    expect(next.rows[0]).toBe(picture.rows[0]);
  });

  test("an equal specification is the same object, another one is not", () => {
    const snapshot = (spec: Record<string, unknown>): Picture =>
      nextPicture(picture, { type: "snapshot", spec, rows: [], status: streaming });
    expect(snapshot({ mark: "bar" }).spec).toBe(picture.spec);
    expect(snapshot({ mark: "line" }).spec).toEqual({ mark: "line" });
  });
});

test("a stored picture leaves the notebook's own rows alone", () => {
  const rows = [row(1)];
  const stored = storedPicture({ display: "d", spec: {}, rows, status: streaming, keepRows: 1 });
  expect(stored.rows).toEqual(rows);
  expect(stored.rows[0]).not.toBe(rows[0]);
});

test("a picture stored anew keeps an equal specification, and with it the view", () => {
  const bundle = { display: "d", spec: { mark: "bar" }, rows: [], status: stopped, keepRows: 1 };
  expect(storedPicture(bundle, picture).spec).toBe(picture.spec);
});

test.each<[LiveStatus["state"], LiveStatus["state"]]>([
  ["streaming", "stopped"],
  ["waiting", "stopped"],
  ["failed", "failed"],
])("a %s picture that nothing feeds any more is %s", (state, expected) => {
  const { status, rows } = stoppedPicture({ ...picture, status: { ...streaming, state } }, "the kernel died");
  expect(status).toEqual({ state: expected, reason: "the kernel died", text: "5 records/s" });
  expect(rows).toBe(picture.rows);
});

test("each table of a picture has the rows that name it", () => {
  const columns = [{ name: "n", title: "n", kind: "number" as const }];
  const tables = ["a", "b"].map((name) => ({ name, title: "", columns }));
  const rows = [{ table: "b", n: 1 }, { table: "b", n: 2 }, { table: "c", n: 3 }, { n: 4 }];
  expect(tablesOf({ ...picture, tables, rows }).map((table) => table.rows.map(({ n }) => n))).toEqual([
    [],
    [1, 2],
  ]);
});
