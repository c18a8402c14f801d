import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "vitest";

/** Functions that hold more than their worker may, by what grows. In a process of their own: one that ended it would end them all. */
const GREEDY: Record<string, string> = {
  "an array of numbers": "(x) => { const held = []; for (;;) held.push(held.length + x / 2); }",
  "an array of objects": "(x) => { const held = []; while (true) held.push({ x }); }",
  "an array that is spread": "(x) => { let held = [x]; for (;;) held = [...held, ...held]; }",
  "a Map": "(x) => { const held = new Map(); for (let i = 0; ; i++) held.set(i, x); }",
  "a Set": "(x) => { const held = new Set(); do held.add(held.size); while (x > 0); }",
  "an object's properties": '(x) => { const held = {}; for (let i = 0; ; i++) held["k" + i] = x; }',
  "long strings":
    '(x) => { const held = []; for (;;) held.push(String(x).repeat(1e6).split("").join("-")); }',
  "typed arrays": "(x) => { const held = []; for (;;) held.push(new Float64Array(1e6).fill(x)); }",
  buffers: "(x) => { const held = []; for (;;) held.push(Buffer.alloc(100_000, x)); }",
  "arrays larger than all it may use":
    "(x) => { const held = []; for (;;) held.push(new Array(2e7).fill(x)); }",
  "what a generator gives":
    "(x) => { const held = []; for (const y of (function* () { for (;;) yield [x]; })()) held.push(y); }",
  "an array of a function that catches what ends it":
    "(x) => { const held = []; for (;;) { try { for (;;) held.push([x]); } catch {} } }",
  "what is parsed":
    '(x) => { const held = []; for (;;) held.push(JSON.parse("[" + "1,".repeat(1e6) + x + "]")); }',
};

/** Garbage is no memory in use: makes ten times as much as its worker may use. */
const WASTEFUL = `(x) => {
  let length = 0;
  for (let i = 0; i < 1e7; i++) length += [i, x, { i }].length;
  return length;
}`;

const PROGRAM = `(async () => {
  const { SparkContext } = await import("./dist/index.js");
  const sc = new SparkContext({ workers: 2, workerMemoryMb: 64 });
  const cached = sc.parallelize(["a", "b", "a"], 2).map((word) => [word, 1]).reduceByKey((a, b) => a + b).cache();
  await cached.count();
  const told = {};
  for (const [name, source] of Object.entries(JSON.parse(process.argv[1]))) {
    const f = eval(source);
    const outcome = await sc.parallelize([1], 1).map(f).collect().catch(({ code, message }) => ({ code, message }));
    told[name] = { outcome, next: (await cached.collect()).sort() };
  }
  console.log(JSON.stringify(told));
  await sc.stop();
})()`;

describe("out of memory in a function fails its job, and the next one reads what was cached: what grows is", () => {
  let told: Record<string, { outcome: { code: string; message: string }; next: unknown }>;

  beforeAll(async () => {
    const cases = JSON.stringify({ ...GREEDY, garbage: WASTEFUL });
    const child = spawn(process.execPath, ["-e", PROGRAM, cases], {
      cwd: new URL("../../", import.meta.url),
    });
    const [stdout, stderr, exit] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit"),
    ]);
    expect({ exit, stderr }).toEqual({ exit: [0, null], stderr: "" });
    told = JSON.parse(stdout);
  });

  test.each(Object.keys(GREEDY))("%s", (name) => {
    expect(told[name]).toEqual({
      outcome: {
        code: "RT_OUT_OF_MEMORY",
        message: expect.stringMatching(
          /^worker thread \d was lost: it needed more than the 64 MB of heap it may use, in the stage parallelize → map \(with `\(x\) => .*`\); use more partitions, hold less in a function, or give each worker more: new SparkContext\(\{ workerMemoryMb \}\)$/,
        ),
      },
      next: [
        ["a", 2],
        ["b", 1],
      ],
    });
  });

  test("but not garbage", () => {
    expect(told.garbage?.outcome).toEqual([30_000_000]);
  });
});
