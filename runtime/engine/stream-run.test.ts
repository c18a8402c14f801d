import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { queryObjects } from "node:v8";
import { describe, expect, test } from "vitest";
import type { Source } from "../connect/source.js";
import { inputStream } from "../operators/input.js";
import { parallelizeNode } from "../operators/parallelize.js";
import { reduceByKeyAndWindowStream } from "../operators/reduce-by-key-and-window.js";
import { newNodeId } from "../plan/rdd-node.js";
import type { OutputNode, StreamNode } from "../plan/stream-node.js";
import { ManualClock } from "../time/clock.js";
import { RunLog } from "./recovery/run-log.js";
import { StreamRun } from "./stream-run.js";
import { NOTHING, watchedRunner } from "./testing/watched-runner.js";

const HASHED = { partitions: 2, by: { kind: "hash" } } as const;

/** A source that gives one pair to each batch. */
const ONE_PAIR: Source = {
  open: () => undefined,
  take: () => ({ rdd: parallelizeNode([["k", 1]], 1), records: 1 }),
  status: () => ({ what: "pairs", state: "connected", reason: "", records: 0, refused: 0, pending: 0 }),
  close: () => undefined,
};

/** A run whose batches wait for bodies, unless `onFailure` is "stop"; with batches of a second, the rows of its outputs, and the bodies it waits for. */
function newRun({ waitForBodies = true, onFailure = "skip" as "skip" | "stop" } = {}) {
  const { runner, holds, portable } = watchedRunner();
  const clock = new ManualClock();
  const rows: [output: string, timeMs: number, rows: unknown[]][] = [];
  const bodies: (() => void)[] = [];
  const folder = mkdtempSync(join(tmpdir(), "stream-run-test-"));
  const run = new StreamRun({
    batchMs: 1000,
    onFailure,
    log: new RunLog(folder, false, runner.states),
    past: undefined,
    onChange: "refuse",
    warn: () => undefined,
    workers: 2,
    clock,
    runner,
    presenter: {
      rows: (output, timeMs, given) => rows.push([output.name, timeMs, given]),
      printed: () => undefined,
      jobProgress: () => undefined,
      batchCompleted: () => undefined,
      stopped: () => undefined,
      removed: () => undefined,
    },
    forget: (rdds) => runner.forget(rdds),
    openSource: () => ONE_PAIR,
    programRdd: (id) => {
      throw new Error(`the program made no RDD ${id}`);
    },
    rememberMs: 0,
    rates: { maxRate: undefined, backpressure: undefined },
    onEvent: () => undefined,
    commitSink: async () => undefined,
    callTransform: async (_stream, [rdd]) => rdd as never,
    callBody: async () => {
      if (waitForBodies) await new Promise<void>((resolve) => bodies.push(resolve));
    },
    onBatch: () => undefined,
    onStopped: () => undefined,
  });
  const input = inputStream({ kind: "queue", oneAtATime: true, otherwise: "empty" }, 1000);
  const reduce = portable((a: number, b: number) => a + b);
  const times = { windowMs: 5000, slideMs: 1000 };
  const window = reduceByKeyAndWindowStream(input, { reduce }, times, HASHED);
  return { run, clock, rows, bodies, holds, input, window, reduce };
}

function output(kind: OutputNode["kind"], stream: StreamNode): OutputNode {
  return { id: newNodeId(), kind, stream, name: kind, take: { limit: 10, largest: false }, tag: null };
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
