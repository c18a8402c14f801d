import { expect, test } from "vitest";
import type { FromEngine } from "../../kernel/port/live.js";
import type { OutputNode } from "../../runtime/plan/stream-node.js";
import { streamNode } from "../../runtime/plan/stream-node.js";
import { ManualClock } from "../../runtime/time/clock.js";
import { notebookPresenter } from "./notebook-presenter.js";

const stream = streamNode("input", [], [], null, { slideMs: 1000 });
const printing: OutputNode = {
  id: "1",
  kind: "print",
  stream,
  name: "lines.print()",
  take: { limit: 2, largest: false },
  tag: { cell: "cell-a", key: "a" },
};

test("what a stream prints goes to the cell that declared it, under Spark's banner", () => {
  const sent: FromEngine[] = [];
  const rows = ["one", ["two", 2], "three"];
  notebookPresenter(new ManualClock(), (message) => sent.push(message)).rows(printing, 1000, rows, 3);
  expect(sent).toEqual([
    {
      type: "stream",
      cell: "cell-a",
      name: "stdout",
      text: `${"-".repeat(43)}\nTime: 1000 ms\n${"-".repeat(43)}\none\n[ 'two', 2 ]\n...\n\n`,
    },
  ]);
});

test("a cell's output is cleared before it grows beyond a thousand lines", () => {
  const sent: FromEngine[] = [];
  const presenter = notebookPresenter(new ManualClock(), (message) => sent.push(message));
  for (let i = 0; i < 400; i++) presenter.rows(printing, i, ["x"], 1);
  let lines = 0;
  let longest = 0;
  for (const message of sent) {
    if (message.type === "clear") lines = 0;
    if (message.type === "stream") lines += message.text.split("\n").length - 1;
    longest = Math.max(longest, lines);
  }
  expect(longest).toBeLessThanOrEqual(1000);
  expect(sent.filter((message) => message.type === "clear").length).toBeGreaterThan(0);
  expect(sent.every((message) => "cell" in message && message.cell === "cell-a")).toBe(true);
});
