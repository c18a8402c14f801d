import { describe, expect, it } from "vitest";
import type { LiveChange, LiveStatus } from "../port/live.js";
import { ManualClock } from "../testing/manual-clock.js";
import { EARLY_DISPLAYS, EARLY_MS, EARLY_ROWS, EarlyChanges } from "./early-changes.js";

const status = (text: string): LiveStatus => ({ state: "streaming", reason: "", text });

function early() {
  const clock = new ManualClock();
  const changes = new EarlyChanges(clock);
  const add = (mode: LiveChange["mode"], numbers: number[], display = "d", more: Partial<LiveChange> = {}) =>
    changes.add({
      type: "liveChange",
      display,
      mode,
      rows: numbers.map((n) => ({ n })),
      status: status(String(numbers)),
      ...more,
    });
  const rows = (display = "d") =>
    changes.take(display).flatMap((change) => (change.type === "liveChange" ? change.rows : []));
  return { clock, changes, add, rows };
}

describe("changes that came before their display", () => {
  it("are one: rows follow each other, the last status and specification hold", () => {
    const { changes, add } = early();
    add("append", [1], "d", { spec: { mark: "bar" } });
    add("append", [2, 3]);
    expect(changes.take("d")).toEqual([
      {
        type: "liveChange",
        display: "d",
        mode: "append",
        rows: [{ n: 1 }, { n: 2 }, { n: 3 }],
        status: status("2,3"),
        spec: { mark: "bar" },
      },
    ]);
    expect(changes.take("d")).toEqual([]);
  });

  it("that replace all before them do so for the display too", () => {
    const { changes, add } = early();
    add("append", [1]);
    add("replace", [2]);
    add("append", [3]);
    expect(changes.take("d")).toMatchObject([{ mode: "replace", rows: [{ n: 2 }, { n: 3 }] }]);
  });

  it("end with its end", () => {
    const { changes, add } = early();
    add("append", [1]);
    changes.add({ type: "liveClose", display: "d", status: status("end") });
    add("append", [2]);
    expect(changes.take("d")).toMatchObject([
      { type: "liveChange", rows: [{ n: 1 }] },
      { type: "liveClose", status: status("end") },
    ]);
  });

  it("keep the last rows only, however many come for a display that never does", () => {
    const { add, rows } = early();
    for (let i = 0; i < 4; i++) add("append", Array<number>(EARLY_ROWS / 2).fill(i));
    const kept = rows();
    expect([kept.length, kept[0]?.n, kept.at(-1)?.n]).toEqual([EARLY_ROWS, 2, 3]);
  });

  it("are of the latest displays only", () => {
    const { add, rows } = early();
    for (let i = 0; i <= EARLY_DISPLAYS + 1; i++) add("append", [i], `d${i}`);
    expect([rows("d0"), rows("d1"), rows("d2")]).toEqual([[], [{ n: 1 }], [{ n: 2 }]]);
  });

  it("are dropped when the display does not come", async () => {
    const { clock, add, rows } = early();
    add("append", [1]);
    await clock.advance(EARLY_MS + 1);
    add("append", [2]);
    expect(rows()).toEqual([{ n: 2 }]);
  });
});
