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
    const lane = new Lane(() => undefined, { long: () => undefined, idle: () => done.push("idle") });
    lane.push(() => new Promise<void>((resolve) => (finish = resolve)).then(() => void done.push("slow")));
    lane.push(() => void done.push("quick"));
    expect(done).toEqual([]);
    finish();
    await settled();
    expect(done).toEqual(["slow", "quick", "idle"]);
  });

  it("says while it is longer than 500, whatever it is made of, and when it is empty again", async () => {
    const told: string[] = [];
    let finish: () => void = () => undefined;
    const lane = new Lane(() => undefined, { long: () => told.push("long"), idle: () => told.push("idle") });
    lane.push(() => new Promise<void>((resolve) => (finish = resolve)));
    for (let i = 0; i < 500; i++) lane.push(() => undefined);
    expect(told).toEqual([]);
    for (let i = 0; i < 2; i++) lane.push(() => undefined);
    expect(told).toEqual(["long", "long"]);
    finish();
    await settled();
    expect(told).toEqual(["long", "long", "idle"]);
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
