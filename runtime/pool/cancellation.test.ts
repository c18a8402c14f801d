import { expect, test } from "vitest";
import { Cancellation, TaskCancelled } from "./cancellation.js";

/** Both ends of the same memory. */
function ends(): { engine: Cancellation; worker: Cancellation } {
  const engine = new Cancellation();
  return { engine, worker: new Cancellation(engine.memory) };
}

test("a running task sees the flag, and ends however often it looks", () => {
  const { engine, worker } = ends();
  worker.begin(0);
  expect(worker.flag[0]).toBe(0);
  engine.cancel(0);
  for (const _ of [1, 2]) {
    expect(worker.flag[0]).toBe(1);
    expect(worker.stop).toThrow(TaskCancelled);
  }
});

test("two tasks cancelled one after the other both end: the one that runs, and the one that has not begun", () => {
  const { engine, worker } = ends();
  worker.begin(0);
  engine.cancel(0);
  engine.cancel(1);
  expect(worker.stop).toThrow(TaskCancelled);
  expect(() => worker.begin(1)).toThrow(TaskCancelled);
});

test("a flag that was meant for another task is taken down, and the task goes on", () => {
  const { engine, worker } = ends();
  worker.begin(0);
  engine.cancel(1);
  worker.stop();
  expect(worker.flag[0]).toBe(0);
  expect(() => worker.begin(1)).toThrow(TaskCancelled);
});

test("a seat that is given again is free of what its last task was told", () => {
  const { engine, worker } = ends();
  engine.cancel(0);
  engine.seat(0);
  worker.begin(0);
  expect(worker.flag[0]).toBe(0);
});
