import { beforeEach, describe, expect, test } from "vitest";
import { reduceByKeyAndWindowStream } from "../operators/reduce-by-key-and-window.js";
import { transformStream } from "../operators/transform.js";
import { windowStream } from "../operators/window.js";
import { type StreamNode, stateKey, streamNode } from "../plan/stream-node.js";
import type { Printed } from "../pool/task.js";
import { outputOf, watchedRun } from "./testing/watched-run.js";
import { NOTHING } from "./testing/watched-runner.js";

const HASHED = { partitions: 2, by: { kind: "hash" } } as const;
const SLIDE = { slideMs: 1000 };

/** What tasks have printed so far, and how much of it was taken: their workers are in this thread. */
const printedByTasks: string[] = [];
let taken = 0;
Object.assign(globalThis, { printedByTasks });
beforeEach(() => {
  printedByTasks.length = 0;
  taken = 0;
});

function takePrinted(): Printed {
  const texts = printedByTasks.slice(taken);
  taken = printedByTasks.length;
  return texts.map((text) => ({ name: "stdout", text }));
}

/** A run whose batch at 3000 ms has the pair ["bad", 3000], and each other the pair ["k", its time]. */
function newRun(options: Parameters<typeof watchedRun>[0] = {}) {
  const watched = watchedRun({
    pairsOf: (timeMs) => [[timeMs === 3000 ? "bad" : "k", timeMs]],
    takePrinted,
    ...options,
  });
  const { portable, input } = watched;
  const map = (f: (...args: never[]) => unknown) => streamNode("map", [input], [portable(f)], null, SLIDE);
  const reduce = portable((a: number, b: number) => a + b);
  const update = portable((values: number[], sum?: number) => values.reduce((a, b) => a + b, sum ?? 0));
  return {
    ...watched,
    /** The pairs, each of which is printed with its time. */
    printing: map(([key, timeMs]: [string, number]) => {
      (globalThis as never as { printedByTasks: string[] }).printedByTasks.push(`${timeMs}`);
      return [key, timeMs];
    }),
    /** The same, but that it fails on the bad one. */
    failing: map(([key, timeMs]: [string, number]) => {
      (globalThis as never as { printedByTasks: string[] }).printedByTasks.push(`${timeMs}`);
      if (key === "bad") throw new RangeError("bad");
      return [key, timeMs];
    }),
    reduceByKey: (of: StreamNode) => streamNode("reduceByKey", [of], [reduce], HASHED, SLIDE),
    updateStateByKey: (of: StreamNode) =>
      streamNode("updateStateByKey", [of], [update], { ...HASHED, form: "values" }, SLIDE),
    reduceByKeyAndWindow: (of: StreamNode) =>
      reduceByKeyAndWindowStream(of, { reduce }, { windowMs: 5000, slideMs: 1000 }, HASHED),
  };
}

type Run = ReturnType<typeof newRun>;

/** Starts a run of which the first batch waits for a body of the program, while so many more fall due. */
async function start({ run, clock, bodies, input }: Run, shown: StreamNode, waiting: number) {
  run.start([outputOf("observe", shown, "the cell"), outputOf("foreachRDD", input)]);
  clock.advance(1000);
  await expect.poll(() => bodies.length).toBe(1);
  await allOver();
  for (let batch = 0; batch < waiting; batch++) clock.advance(1000);
  await allOver();
}

/** Workers are in this thread: when it is idle, all is over that was begun. */
async function allOver(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Lets the bodies of so many batches end, one after the other, and waits for the end of all batches. */
async function goOn({ run, bodies }: Run, batches: number) {
  for (let ended = 0; ended < batches; ended++) {
    await expect.poll(() => bodies.length).toBeGreaterThan(0);
    bodies.shift()?.();
  }
  await run.idle();
}

/** How many shuffles there is something of in a worker. */
const shufflesOf = ({ holds }: Run) => Math.max(...holds().map(({ shuffles }) => shuffles));

describe("while a batch is being run, of the next one", () => {
  const BEGUN: [what: string, of: (run: Run) => StreamNode, shuffles: number][] = [
    ["a shuffle is written", (r) => r.reduceByKey(r.input), 1],
    ["one is made from the other", (r) => r.reduceByKey(r.reduceByKey(r.input)), 2],
    ["what moves a state is sent", (r) => r.updateStateByKey(r.input), 1],
    ["what moves a window is sent", (r) => r.reduceByKeyAndWindow(r.input), 1],
    ["what a window looks back to is made", (r) => windowStream(r.reduceByKey(r.input), 3000, 1000), 1],
    ["what a transform is given is made", (r) => transformStream([r.reduceByKey(r.input)]), 1],
    ["nothing is made from a transform", (r) => r.reduceByKey(transformStream([r.input])), 0],
    ["nothing is made from a state", (r) => r.reduceByKey(r.updateStateByKey(r.input)), 1],
    ["nothing is made from a longer window", (r) => r.reduceByKey(windowStream(r.input, 3000, 1000)), 0],
    ["what an output reads at last is left to it", (r) => r.printing, 0],
  ];
  test.each(BEGUN)("%s", async (_what, of, shuffles) => {
    const r = newRun();
    await start(r, of(r), 0);
    const before = shufflesOf(r);
    r.clock.advance(1000);
    await allOver();
    expect(shufflesOf(r) - before).toBe(shuffles);
    r.clock.advance(1000);
    await allOver();
    expect(shufflesOf(r) - before, "of no later one").toBe(shuffles);
    await r.run.stop("now");
    await expect.poll(r.holds).toEqual([NOTHING, NOTHING]);
  });

  test("nothing is seen: no rows, no move of a state, no call of the program, and nothing that functions print", async () => {
    const r = newRun();
    const state = r.updateStateByKey(r.printing);
    await start(r, transformStream([state]), 1);
    expect(printedByTasks, "it is computed").toEqual(["1000", "2000"]);
    const seen = () => ({
      rows: r.rows.map(([, timeMs]) => timeMs),
      state: r.runner.states.version(stateKey(state)),
      transforms: r.transforms,
      printed: r.printed,
    });
    expect(seen()).toEqual({
      rows: [1000],
      state: 1000,
      transforms: [1000],
      printed: [["the cell", "1000"]],
    });
    await goOn(r, 2);
    expect(seen()).toEqual({
      rows: [1000, 2000],
      state: 2000,
      transforms: [1000, 2000],
      printed: [
        ["the cell", "1000"],
        ["the cell", "2000"],
      ],
    });
  });
});

describe("in its turn", () => {
  test("a batch has what it would have had, and nothing is computed twice", async () => {
    const r = newRun();
    await start(r, r.updateStateByKey(r.reduceByKey(r.printing)), 3);
    await goOn(r, 4);
    expect(r.rows.map(([, timeMs, rows]) => [timeMs, rows])).toEqual([
      [1000, [["k", 1000]]],
      [2000, [["k", 3000]]],
      [
        3000,
        expect.arrayContaining([
          ["k", 3000],
          ["bad", 3000],
        ]),
      ],
      [
        4000,
        expect.arrayContaining([
          ["k", 7000],
          ["bad", 3000],
        ]),
      ],
    ]);
    expect(r.printed.map(([, text]) => text)).toEqual(["1000", "2000", "3000", "4000"]);
  });

  test("one that failed fails as if it had begun then, and its functions are not called again", async () => {
    const r = newRun();
    await start(r, r.reduceByKey(r.failing), 1);
    r.bodies.shift()?.();
    await expect.poll(() => r.bodies.length).toBe(1);
    r.clock.advance(2000);
    await allOver();
    expect(printedByTasks, "it has failed").toEqual(["1000", "2000", "3000"]);
    expect([r.warnings, r.printed.map(([, text]) => text)]).toEqual([[], ["1000", "2000"]]);
    await goOn(r, 2);
    expect(r.warnings).toEqual([
      expect.stringMatching(/\(3000 ms\) failed.*`observe`.*bad; it is left out$/),
    ]);
    expect(r.rows.map(([, timeMs]) => timeMs)).toEqual([1000, 2000, 4000]);
    expect(r.printed.map(([, text]) => text)).toEqual(["1000", "2000", "3000", "4000"]);
  });

  test.each(["updateStateByKey", "reduceByKey"] as const)(
    "one behind a batch that is left out goes on with what was begun: %s",
    async (operator) => {
      const r = newRun();
      await start(r, r[operator](r.failing), 3);
      await goOn(r, 3);
      const sum = operator === "reduceByKey" ? [1000, 2000, 4000] : [1000, 3000, 7000];
      expect(r.rows.map(([, , rows]) => rows)).toEqual(sum.map((n) => [["k", n]]));
      expect(r.printed.map(([, text]) => text)).toEqual(["1000", "2000", "3000", "4000"]);
    },
  );

  test.each(["updateStateByKey", "reduceByKey", "reduceByKeyAndWindow"] as const)(
    "one whose part went with a worker is computed again: %s",
    async (operator) => {
      const r = newRun();
      await start(r, r[operator](r.printing), 1);
      r.lose(0);
      r.lose(1);
      await goOn(r, 2);
      const sum = operator === "reduceByKey" ? [1000, 2000] : [1000, 3000];
      expect(r.rows.map(([, , rows]) => rows)).toEqual(sum.map((n) => [["k", n]]));
    },
  );
});

test("an output that is removed has nothing begun", async () => {
  const r = newRun();
  const removed = outputOf("observe", r.reduceByKey(r.printing));
  r.run.start([removed, outputOf("foreachRDD", r.input)]);
  r.clock.advance(1000);
  await expect.poll(() => r.bodies.length).toBe(1);
  r.run.outputs.remove([removed.id]);
  r.clock.advance(1000);
  await goOn(r, 2);
  expect(r.printed.map(([, text]) => text)).toEqual(["1000"]);
});

test.each([
  ["before", 0],
  ["in", 1],
])(
  "a task that does not end when the run does has its worker replaced, %s its turn",
  async (_when, turns) => {
    const r = newRun();
    await start(r, r.reduceByKey(r.printing), 0);
    r.holdAnswers();
    r.clock.advance(1000);
    await allOver();
    for (let turn = 0; turn < turns; turn++) r.bodies.shift()?.();
    await allOver();
    expect([r.spawned(), r.rows.length]).toEqual([2, 1]);
    await r.run.stop("now");
    await expect.poll(r.spawned).toBe(3);
    r.answer();
    await expect.poll(r.holds).toEqual([NOTHING, NOTHING]);
  },
);

test("nothing is left of what was begun and is over", async () => {
  const r = newRun();
  await start(r, r.updateStateByKey(r.reduceByKey(r.printing)), 0);
  r.holdAnswers();
  r.clock.advance(1000);
  await allOver();
  await r.run.stop("now");
  r.answer();
  await expect.poll(r.holds).toEqual([NOTHING, NOTHING]);
  expect(r.printed.map(([, text]) => text)).toEqual(["1000"]);
});

test("a batch that has not to wait has nothing begun: it has the jobs of its outputs only", async () => {
  const r = newRun({ waitForBodies: false });
  const job = () => r.runner.newJob(null);
  r.run.start([outputOf("observe", r.reduceByKey(r.input))]);
  const first = job();
  for (let batch = 0; batch < 3; batch++) {
    r.clock.advance(1000);
    await r.run.idle();
  }
  expect(job() - first - 1).toBe(3);
});
