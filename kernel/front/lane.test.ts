import { describe, expect, it } from "vitest";
import { settled } from "../testing/manual-clock.js";
import { Lane } from "./lane.js";

describe("lane", () => {
  it("runs a task at once when nothing before it is unfinished", () => {
    const done: number[] = [];
    const lane = new Lane(() => undefined);
    lane.push(() => void done.push(1));
    expect(done).toEqual([1]);
  });

  it("keeps the order when a task takes its time", async () => {
    const done: string[] = [];
    let finish: () => void = () => undefined;
    const lane = new Lane(
      () => undefined,
      () => done.push("idle"),
    );
    lane.push(() => new Promise<void>((resolve) => (finish = resolve)).then(() => void done.push("slow")));
    lane.push(() => void done.push("quick"));
    expect([done, lane.waiting]).toEqual([[], 1]);
    finish();
    await settled();
    expect(done).toEqual(["slow", "quick", "idle"]);
  });

  it.each([
    ["throws", () => JSON.parse("{")],
    ["rejects", () => Promise.reject(new Error("no"))],
  ])("logs a task that %s, and runs the next", async (_, task) => {
    const logged: string[] = [];
    const done: number[] = [];
    const lane = new Lane((__, text) => logged.push(text));
    lane.push(task);
    lane.push(() => void done.push(1));
    await settled();
    expect([logged.length, done]).toEqual([1, [1]]);
  });
});
