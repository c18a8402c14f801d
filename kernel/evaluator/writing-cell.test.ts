import { describe, expect, it } from "vitest";
import { WritingCell } from "./writing-cell.js";

describe("the cell that writes", () => {
  const found = (callers: (string | undefined)[], currents: string[] = ["current"]) => {
    let looked = 0;
    const cell = new WritingCell(
      () => currents[0] ?? "",
      () => callers[looked++],
    );
    return { cell, looked: () => looked };
  };

  it("is the one on the stack, else the current one", async () => {
    const { cell } = found(["late", undefined]);
    expect(cell.find()).toBe("late");
    await Promise.resolve();
    expect(cell.find()).toBe("current");
  });

  it("is looked for once in each turn", async () => {
    const { cell, looked } = found(["a", "b"]);
    expect([cell.find(), cell.find(), looked()]).toEqual(["a", "a", 1]);
    await Promise.resolve();
    expect([cell.find(), looked()]).toEqual(["b", 2]);
  });

  it("is looked for again with the next cell, should the turn have been terminated", () => {
    const currents = ["first"];
    const { cell } = found(["first", "second"], currents);
    expect(cell.find()).toBe("first");
    currents[0] = "second";
    expect(cell.find()).toBe("second");
  });
});
