import { describe, expect, it } from "vitest";
import { ManualClock } from "../testing/manual-clock.js";
import { BUDGET_BYTES, BUDGET_WINDOW_MS, OutputBudget } from "./output-budget.js";

const line = `${"x".repeat(999)}\n`;
const linesInBudget = BUDGET_BYTES / line.length;

function account() {
  const clock = new ManualClock();
  const notices: string[] = [];
  const budget = new OutputBudget(clock, (notice) => notices.push(notice));
  const admit = (lines: number) => {
    let admitted = 0;
    for (let i = 0; i < lines; i++) admitted += budget.admit(line).length / line.length;
    return admitted;
  };
  return { clock, notices, budget, admit };
}

describe("output budget", () => {
  it("admits everything of a cell that stays below it, however long the cell runs", async () => {
    const { clock, notices, admit } = account();
    for (let second = 0; second < 20; second++) {
      expect(admit(600)).toBe(600);
      await clock.advance(1000);
    }
    expect(notices).toEqual([]);
  });

  it("drops what exceeds it, and says once how many bytes and lines", () => {
    const { notices, budget, admit } = account();
    expect(admit(linesInBudget + 500)).toBe(linesInBudget);
    expect(notices).toEqual([]);
    budget.settle();
    expect(notices).toEqual([expect.stringContaining("500,000 bytes (500 lines) of output were dropped")]);
    expect(notices[0]).toContain("2 MB per 3 s");
    budget.settle();
    expect(notices).toHaveLength(1);
  });

  it("says it before the text that comes after the gap", async () => {
    const { clock, notices, budget, admit } = account();
    admit(linesInBudget + 1);
    await clock.advance(BUDGET_WINDOW_MS - 1);
    expect(budget.admit("x")).toBe("");
    await clock.advance(1);
    expect(notices).toHaveLength(1);
    expect(budget.admit("back")).toBe("back");
  });

  it("says it also when nothing more comes", async () => {
    const { clock, notices, admit } = account();
    admit(linesInBudget + 1);
    await clock.advance(BUDGET_WINDOW_MS);
    expect(notices).toHaveLength(1);
  });

  it("never lets more than the budget through in any window of an endless flood, and few notices", async () => {
    const { clock, notices, admit } = account();
    const perTick: number[] = [];
    for (let tick = 0; tick < 300; tick++) {
      perTick.push(admit(200));
      await clock.advance(100);
    }
    const window = BUDGET_WINDOW_MS / 100;
    const sums = perTick.map((_, i) => perTick.slice(i, i + window).reduce((a, b) => a + b, 0));
    expect(Math.max(...sums)).toBeLessThanOrEqual(linesInBudget * 1.1);
    expect(notices.length).toBeLessThanOrEqual(30);
  });

  it("cuts one text that is too large after its last whole line that fits", () => {
    const { budget } = account();
    const admitted = budget.admit(line.repeat(linesInBudget + 10));
    expect(admitted).toBe(line.repeat(linesInBudget));
  });

  it("never cuts inside a surrogate pair", () => {
    const { budget } = account();
    const admitted = budget.admit("😀".repeat(BUDGET_BYTES));
    expect(admitted.length % 2).toBe(0);
    expect(Buffer.byteLength(admitted)).toBeLessThanOrEqual(BUDGET_BYTES);
  });

  it("counts bytes, not characters", () => {
    const { budget } = account();
    expect(budget.admit("é".repeat(BUDGET_BYTES)).length).toBeLessThanOrEqual(BUDGET_BYTES / 2);
  });
});
