import { describe, expect, test } from "vitest";
import type { DStream } from "../context/dstream.js";
import { runBatches } from "../testing/index.js";

type Words = DStream<string>;

describe("operators on one record at a time", () => {
  const input = [["a b", ""], [], ["c"]];
  test.each<[string, (s: Words) => DStream<unknown>, unknown[][]]>([
    ["map", (s) => s.map((l) => l.length), [[3, 0], [], [1]]],
    ["flatMap flattens arrays", (s) => s.flatMap((l) => l.split(" ")), [["a", "b", ""], [], ["c"]]],
    ["flatMap flattens any iterable", (s) => s.flatMap((l) => new Set(l)), [["a", " ", "b"], [], ["c"]]],
    ["flatMap of nothing", (s) => s.flatMap(() => []), [[], [], []]],
    ["filter", (s) => s.filter((l) => l.length > 1), [["a b"], [], []]],
    [
      "filter inside a flatMap goes on with the next element",
      (s) => s.flatMap((l) => l.split(" ")).filter((w) => w !== "a"),
      [["b", ""], [], ["c"]],
    ],
    [
      "mapValues keeps the key",
      (s) => s.map((l) => [l, 1]).mapValues((n) => n + 1),
      [
        [
          ["a b", 2],
          ["", 2],
        ],
        [],
        [["c", 2]],
      ],
    ],
    [
      "mapValues of mapValues",
      (s) =>
        s
          .map((l) => [l, 1])
          .mapValues((n) => [n, n])
          .mapValues(([n]) => n),
      [
        [
          ["a b", 1],
          ["", 1],
        ],
        [],
        [["c", 1]],
      ],
    ],
    [
      "undefined and null are records",
      (s) => s.map((l) => (l === "" ? null : undefined)),
      [[undefined, null], [], [undefined]],
    ],
  ])("%s", async (_name, operate, expected) => {
    expect(await runBatches(input, operate)).toEqual(expected);
  });
});

test("a lineage of a thousand maps neither overflows nor loses a record", async () => {
  const out = await runBatches([[1, 2]], (s) => {
    let stream = s;
    for (let i = 0; i < 1000; i++) stream = stream.map((x) => x + 1);
    return stream;
  });
  expect(out).toEqual([[1001, 1002]]);
});

test("keys are equal by value across partitions and workers", async () => {
  const input = [Array.from({ length: 40 }, (_, i) => i)];
  const out = await runBatches(input, (s) => s.map((i) => [["key", i % 3], 1]).reduceByKey((a, b) => a + b), {
    partitions: 8,
  });
  expect(out[0]?.sort()).toEqual([
    [["key", 0], 14],
    [["key", 1], 13],
    [["key", 2], 13],
  ]);
});

describe("a function that throws fails its batch, and says where and on what", () => {
  test("the operator, the record and the user's own error", async () => {
    const run = runBatches([["ok"], ["bad"]], (s) =>
      s.map((w) => {
        if (w === "bad") throw new RangeError("no such word");
        return w;
      }),
    );
    await expect(run).rejects.toMatchObject({
      code: "RT_BATCH_FAILED",
      message: expect.stringMatching(
        /^the batch at [\d:]+ \(2000 ms\) failed in the output `map.foreachRDD\(\)`: the function of `map` failed on the record 'bad': RangeError: no such word$/,
      ),
    });
  });

  test("in a reduce function, with the pair at hand", async () => {
    const run = runBatches(
      [
        [
          ["k", 1],
          ["k", 2],
        ] as [string, number][],
      ],
      (s) =>
        s.reduceByKey((a, b) => {
          throw new Error(`${a}+${b}`);
        }),
      { partitions: 1 },
    );
    await expect(run).rejects.toThrow(
      /the function of `reduceByKey` failed on the record \[ 'k', 2 \]: Error: 1\+2/,
    );
  });

  test.each([undefined, 5, { length: 1 }])("%s, where an iterable is to be given", async (given) => {
    const run = runBatches([["word"]], (s) => s.flatMap(() => given as never));
    await expect(run).rejects.toThrow(
      "the function of `flatMap` failed on the record 'word': TypeError: it gave what is not iterable; give an array",
    );
  });

  test("a record that is no pair, where a pair is needed", async () => {
    const run = runBatches([["word"]], (s) =>
      (s as unknown as DStream<[string, number]>).reduceByKey((a, b) => a + b),
    );
    await expect(run).rejects.toThrow(/a pair \[key, value\] is needed here, not 'word'/);
  });

  test.each<[string, () => never, RegExp]>([
    [
      "an error whose message cannot be read",
      () => {
        throw Object.defineProperty(new Error(), "message", {
          get() {
            throw new Error("not that either");
          },
        });
      },
      /an error was thrown whose name, message or stack cannot be read/,
    ],
    [
      "an error whose name is a symbol",
      () => {
        throw Object.assign(new Error("odd"), { name: Symbol("mine"), stack: 5 });
      },
      /Symbol\(mine\): odd$/,
    ],
    [
      "what cannot be shown",
      () => {
        throw {
          [Symbol.for("nodejs.util.inspect.custom")]() {
            throw new Error("not shown");
          },
        };
      },
      /\(a value that cannot be shown\) was thrown, which is not an Error/,
    ],
  ])("%s fails its batch all the same", async (_what, thrower, sentence) => {
    await expect(runBatches([["word"]], (s) => s.map(thrower))).rejects.toThrow(sentence);
  });

  test("a record that cannot be shown is said to be one", async () => {
    const run = runBatches([["word"]], (s) =>
      s
        .map(() => ({
          [Symbol.for("nodejs.util.inspect.custom")]() {
            throw new Error("not shown");
          },
        }))
        .filter(() => {
          throw new Error("boom");
        }),
    );
    await expect(run).rejects.toThrow("on the record (a value that cannot be shown): Error: boom");
  });

  test("a thrown non-error is told as what it is", async () => {
    const run = runBatches([["word"]], (s) =>
      s.map(() => {
        throw "just text";
      }),
    );
    await expect(run).rejects.toThrow(/'just text' was thrown, which is not an Error/);
  });
});
