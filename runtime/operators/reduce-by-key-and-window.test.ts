import { describe, expect, test } from "vitest";
import { runBatches } from "../testing/index.js";

const add = (a: number, b: number) => a + b;

describe("a window that is no multiple of its slide", () => {
  const input = Array.from({ length: 12 }, (_, i) => [["k", 2 ** i] as [string, number]]);
  test("sees the batches of its last 3 seconds every 2 seconds", async () => {
    const out = await runBatches(input, (s) => s.reduceByKeyAndWindow(add, "3 s", "2 s"));
    const expected = [2, 4, 6, 8, 10, 12].map((end) => {
      const batches = [end - 2, end - 1, end].filter((batch) => batch >= 1);
      return [["k", batches.reduce((sum, batch) => sum + 2 ** (batch - 1), 0)]];
    });
    expect(out).toEqual(expected);
  });

  test("is the same with an inverse function", async () => {
    const plain = await runBatches(input, (s) => s.reduceByKeyAndWindow(add, "3 s", "2 s"));
    const inverse = await runBatches(input, (s) =>
      s.reduceByKeyAndWindow(add, (a, b) => a - b, "3 s", "2 s"),
    );
    expect(inverse).toEqual(plain);
  });
});

test("a window over a window sees what the inner one gave at each of its slides", async () => {
  const input = [1, 2, 3, 4].map((n) => [["k", n] as [string, number]]);
  const out = await runBatches(input, (s) => s.reduceByKeyAndWindow(add, "2 s", "1 s").window("2 s", "2 s"));
  expect(out).toEqual([
    [
      ["k", 1],
      ["k", 3],
    ],
    [
      ["k", 5],
      ["k", 7],
    ],
  ]);
});

test("an inner window that is read only now and then moves in order of time", async () => {
  const input = Array.from({ length: 12 }, (_, i) => [["k", `${i};`] as [string, string]]);
  const concat = (a: string, b: string) => a + b;
  const out = await runBatches(
    input,
    (s) => s.reduceByKeyAndWindow(concat, "3 s", "1 s").window("6 s", "6 s"),
    { conf: { workers: 3, threads: false } },
  );
  const expected = Array.from({ length: 12 }, (_, i) =>
    [i - 2, i - 1, i]
      .filter((n) => n >= 0)
      .map((n) => `${n};`)
      .join(""),
  );
  expect(out.map((batch) => batch.map(([, text]) => text))).toEqual([
    expected.slice(0, 6),
    expected.slice(6),
  ]);
});

test("two outputs of one window see the same, and move it once", async () => {
  const seen: [string, number][][] = [];
  const input = [["a"], ["a", "b"], ["b"]];
  const out = await runBatches(input, (s) => {
    const counts = s.map((w) => [w, 1]).reduceByKeyAndWindow(add, "2 s");
    counts.foreachRDD(async (rdd) => {
      seen.push(await rdd.collect());
    });
    return counts;
  });
  expect(out).toEqual(seen);
  expect(out.map((batch) => new Map(batch))).toEqual([
    new Map([["a", 1]]),
    new Map([
      ["a", 2],
      ["b", 1],
    ]),
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
  ]);
});

describe("windows are checked where they are declared", () => {
  test.each([
    [
      2500,
      1000,
      "RT_WINDOW_NOT_MULTIPLE",
      "The window duration of windowed DStream (2500 ms) must be a multiple of the slide duration of parent DStream (1000 ms); use 2000 or 3000",
    ],
    [
      3000,
      1500,
      "RT_SLIDE_NOT_MULTIPLE",
      "The slide duration of windowed DStream (1500 ms) must be a multiple of the slide duration of parent DStream (1000 ms); use 1000 or 2000",
    ],
    [500, 1000, "RT_WINDOW_NOT_MULTIPLE", "use 1000"],
  ])("window %d, slide %d", async (window, slide, code, message) => {
    const run = runBatches([[["a", 1] as [string, number]]], (s) =>
      s.reduceByKeyAndWindow(add, window, slide),
    );
    await expect(run).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });
});

describe("a window with a partitioner", () => {
  const input = ["b", "a", "c", "a"].map((key, i) => [[key, 2 ** i] as [string, number]]);
  const byLetter = { numPartitions: 3, getPartition: (key: string) => key.charCodeAt(0) % 3 };
  const expected = [
    [[], [], [["b", 1]]],
    [[], [["a", 2]], [["b", 1]]],
    [[["c", 4]], [["a", 2]], []],
    [[["c", 4]], [["a", 8]], []],
  ];
  test("has each key where the partitioner says", async () => {
    const out = await runBatches(input, (s) => s.reduceByKeyAndWindow(add, "2 s", "1 s", byLetter).glom());
    expect(out).toEqual(expected);
  });

  test("and with inverse and filter", async () => {
    const out = await runBatches(input, (s) =>
      s
        .reduceByKeyAndWindow(
          add,
          (a, b) => a - b,
          "2 s",
          "1 s",
          byLetter,
          ([, value]) => value !== 0,
        )
        .glom(),
    );
    expect(out).toEqual(expected);
  });

  test("and with inverse alone keeps its keys", async () => {
    const out = await runBatches(input, (s) =>
      s.reduceByKeyAndWindow(add, (a, b) => a - b, "2 s", "1 s", byLetter).glom(),
    );
    expect(out.at(-1)).toEqual([[["c", 4]], [["a", 8]], [["b", 0]]]);
  });
});
