import { queryObjects } from "node:v8";
import { describe, expect, test } from "vitest";
import { reduceByKeyAndWindowStream } from "../operators/reduce-by-key-and-window.js";
import { newNodeId } from "../plan/rdd-node.js";
import { outputOf as output, watchedRun } from "./testing/watched-run.js";
import { NOTHING } from "./testing/watched-runner.js";

const HASHED = { partitions: 2, by: { kind: "hash" } } as const;

/** With a window of five batches. */
function newRun(options: Parameters<typeof watchedRun>[0] = {}) {
  const watched = watchedRun(options);
  const reduce = watched.portable((a: number, b: number) => a + b);
  const times = { windowMs: 5000, slideMs: 1000 };
  const window = reduceByKeyAndWindowStream(watched.input, { reduce }, times, HASHED);
  return { ...watched, window, reduce };
}

describe("an output that is removed while batches wait", () => {
  test("gives nothing more, and its window is let go when the batch that moves it is done", async () => {
    const { run, clock, rows, bodies, holds, input, window } = newRun();
    const shown = output("observe", window);
    run.start([shown, output("foreachRDD", input)]);
    clock.advance(3000);
    await expect.poll(() => bodies.length).toBe(1);
    run.outputs.remove([shown.id]);
    for (let batch = 1; batch <= 3; batch++) {
      await expect.poll(() => bodies.length).toBe(batch);
      bodies.at(-1)?.();
    }
    await run.idle();
    expect(rows).toEqual([["observe", 1000, [["k", 1]]]]);
    await expect.poll(holds).toEqual([NOTHING, NOTHING]);
  });

  test("and added again, begins with an empty window: it has missed batches", async () => {
    const { run, clock, rows, bodies, input, window } = newRun();
    const shown = output("observe", window);
    run.start([shown, output("foreachRDD", input)]);
    clock.advance(3000);
    await expect.poll(() => bodies.length).toBe(1);
    run.outputs.remove([shown.id]);
    void run.outputs.add([{ ...shown, id: newNodeId() }]);
    clock.advance(1000);
    for (let batch = 1; batch <= 4; batch++) {
      await expect.poll(() => bodies.length).toBe(batch);
      bodies.at(-1)?.();
    }
    await run.idle();
    expect(rows).toEqual([
      ["observe", 1000, [["k", 1]]],
      ["observe", 4000, [["k", 1]]],
    ]);
  });
});

test("batches leave nothing behind that waits for the end of the run", async () => {
  const { run, clock, input } = newRun({ waitForBodies: false });
  run.start([output("foreachRDD", input)]);
  const batches = async (n: number) => {
    for (let batch = 0; batch < n; batch++) {
      clock.advance(1000);
      await run.idle();
    }
  };
  await batches(10);
  const before = queryObjects(Promise, { format: "count" });
  await batches(200);
  expect(queryObjects(Promise, { format: "count" }) - before).toBeLessThan(200);
});

test("a body that never ends does not keep a stopped run from ending", async () => {
  const { run, clock, bodies, input } = newRun();
  run.start([output("foreachRDD", input)]);
  clock.advance(1000);
  await expect.poll(() => bodies.length).toBe(1);
  await run.stop("now");
  expect(run.status().state).toBe("STOPPED");
});

test("a window that is no multiple of its slide leaves none of its inner panes behind", async () => {
  const { run, clock, holds, input, reduce } = newRun();
  const times = { windowMs: 3000, slideMs: 2000 };
  run.start([output("observe", reduceByKeyAndWindowStream(input, { reduce }, times, HASHED))]);
  const slides = async (n: number) => {
    for (let slide = 0; slide < n; slide++) {
      clock.advance(2000);
      await run.idle();
    }
    return holds().map(({ shuffles }) => shuffles);
  };
  const before = await slides(5);
  expect(await slides(5)).toEqual(before);
});

describe("while the program is busy with bodies", () => {
  test("other outputs go on, until 16 batches are ahead of it; bodies come in order, and nothing is lost", async () => {
    const { run, clock, rows, bodies, input, window } = newRun({ onFailure: "stop" });
    run.start([output("observe", window), output("foreachRDD", input)]);
    clock.advance(20_000);
    await expect.poll(() => run.status()).toMatchObject({ lag: 16, waiting: 4, completed: 0 });
    expect(rows).toHaveLength(16);
    expect(bodies).toHaveLength(1);
    for (let batch = 1; batch <= 20; batch++) {
      await expect.poll(() => bodies.length).toBe(batch);
      bodies.at(-1)?.();
      await expect.poll(() => run.status().completed).toBe(batch);
    }
    await run.idle();
    expect(run.status()).toMatchObject({ lag: 0, waiting: 0, completed: 20 });
    expect(rows.map(([, timeMs]) => timeMs)).toEqual(Array.from({ length: 20 }, (_, i) => (i + 1) * 1000));
    expect(run.batches(100).map(({ batchTimeMs }) => batchTimeMs)).toEqual(rows.map(([, timeMs]) => timeMs));
  });

  test("a stop does not wait for them", async () => {
    const { run, clock, bodies, input } = newRun({ onFailure: "stop" });
    run.start([output("foreachRDD", input)]);
    clock.advance(3000);
    await expect.poll(() => bodies.length).toBe(1);
    await run.stop("now");
    expect(run.status()).toMatchObject({ state: "STOPPED", completed: 0 });
    await run.idle();
    expect(bodies).toHaveLength(1);
  });
});
