import { describe, expect, test } from "vitest";
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

describe("a look at the heap", () => {
  const over = new Error("over");
  const ask = (isOver: boolean) => {
    const engine = new Cancellation();
    let looks = 0;
    const worker = new Cancellation(engine.memory, () => {
      looks += 1;
      if (isOver) throw over;
    });
    worker.begin(0);
    engine.askForLook();
    return { worker, looks: () => looks };
  };

  test("is taken once each time it is asked for", () => {
    const { worker, looks } = ask(false);
    expect(worker.flag[0]).toBe(1);
    worker.stop();
    worker.stop();
    expect([worker.flag[0], looks()]).toEqual([0, 1]);
  });

  test("that ends the task ends it however often it looks", () => {
    const { worker } = ask(true);
    for (const _ of [1, 2]) {
      expect(worker.flag[0]).toBe(1);
      expect(worker.stop).toThrow(over);
    }
  });
});
