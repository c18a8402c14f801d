import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DStream } from "../../context/dstream.js";
import { PLAIN_HOST } from "../../context/program-host.js";
import { SparkContext } from "../../context/spark-context.js";
import { StreamingContext } from "../../context/streaming-context.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stream-names-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

type Pairs = DStream<[string, number]>;
type Outputs = Readonly<Record<string, DStream<unknown>>>;
/** What a program makes of a stream of pairs, by the names of its outputs. */
type Program = (pairs: Pairs, ssc: StreamingContext) => Outputs;

const add = (a: number, b: number) => a + b;
const subtract = (a: number, b: number) => a - b;

/** States that are told apart by their functions. */
const sums = (pairs: Pairs) =>
  pairs.updateStateByKey((values: number[], sum?: number) => values.reduce((a, b) => a + b, sum ?? 0));
const counts = (pairs: Pairs) =>
  pairs.updateStateByKey((values: number[], count?: number) => (count ?? 0) + values.length);
const lasts = (pairs: Pairs) =>
  pairs.updateStateByKey((values: number[], last?: number) => values.at(-1) ?? last ?? 0);
const doubled = (pairs: Pairs) => pairs.mapValues((n) => 2 * n);

interface Life {
  program: Program;
  input?: [string, number][][];
  batches?: number;
  onChange?: "keep" | "reset";
}

/** A process that goes on with what the one before left. @returns the rows of its batches, of the last one, by output, and what it was told */
async function live({ program, input = [], batches = 1, onChange }: Life) {
  const warnings: string[] = [];
  const host = { ...PLAIN_HOST, warn: (text: string) => warnings.push(text) };
  const sc = new SparkContext({ workers: 2, threads: false }, host);
  const all: Record<string, string[]> = {};
  try {
    const make = () => {
      const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
      ssc.checkpoint(join(folder, "checkpoint"));
      const pairs = ssc.queueStream<[string, number]>([...input]);
      for (const [name, stream] of Object.entries(program(pairs, ssc)))
        stream.foreachRDD(async (rdd) => {
          all[name] = [...(all[name] ?? []), JSON.stringify((await rdd.collect()).sort())];
        });
      return ssc;
    };
    const options = onChange === undefined ? {} : { onChange };
    const ssc = await StreamingContext.getOrCreate(join(folder, "checkpoint"), make, options);
    await ssc.start();
    await ssc.advance(1000 * batches);
    await ssc.stop();
    const rows = Object.fromEntries(Object.entries(all).map(([name, batches]) => [name, batches.at(-1)]));
    return { all, rows, warnings };
  } finally {
    await sc.stop();
  }
}

/** Of each of these batches the last number is another than their number and their sum. */
const INPUT: [string, number][][] = [[["a", 5]], [["a", 7]]];

const both: Program = (pairs) => ({ sums: sums(pairs), counts: counts(pairs) });

describe("states without names go on with what they were, though the program has other streams around them", () => {
  test.each<[string, Program, Program, Record<string, string>]>([
    ["nothing has changed", both, both, { sums: '[["a",12]]', counts: '[["a",2]]' }],
    [
      "another one comes before them",
      both,
      (pairs) => ({ lasts: lasts(pairs), ...both(pairs, pairs.context) }),
      { sums: '[["a",12]]', counts: '[["a",2]]', lasts: "[]" },
    ],
    [
      "another one comes between them",
      both,
      (pairs) => ({ sums: sums(pairs), lasts: lasts(pairs), counts: counts(pairs) }),
      { sums: '[["a",12]]', counts: '[["a",2]]', lasts: "[]" },
    ],
    [
      "they have changed places",
      both,
      (pairs) => ({ counts: counts(pairs), sums: sums(pairs) }),
      { sums: '[["a",12]]', counts: '[["a",2]]' },
    ],
    [
      "another one has the same function, and is made from another stream",
      (pairs) => ({ sums: sums(pairs) }),
      (pairs) => ({ others: sums(doubled(pairs)), sums: sums(pairs) }),
      { sums: '[["a",12]]', others: "[]" },
    ],
    [
      "two have the same function, and have changed places",
      (pairs) => ({ sums: sums(pairs), others: sums(doubled(pairs)) }),
      (pairs) => ({ others: sums(doubled(pairs)), sums: sums(pairs) }),
      { sums: '[["a",12]]', others: '[["a",24]]' },
    ],
    [
      "windows, one of which is new",
      (pairs) => ({ window: pairs.reduceByKeyAndWindow(add, "9 s") }),
      (pairs) => ({
        short: pairs.reduceByKeyAndWindow(add, "2 s"),
        window: pairs.reduceByKeyAndWindow(add, "9 s"),
      }),
      { window: '[["a",12]]', short: "[]" },
    ],
  ])("%s", async (_what, before, after, rows) => {
    await live({ program: before, input: INPUT, batches: 2 });
    // Twice: what goes on under which name must hold for the process after it too.
    for (let life = 0; life < 2; life++)
      expect(await live({ program: after })).toMatchObject({ rows, warnings: [] });
  });

  test("one of two has another function now: that is told", async () => {
    await live({ program: both, input: INPUT, batches: 2 });
    const edited: Program = (pairs) => ({ sums: sums(pairs), counts: lasts(pairs) });
    expect(await live({ program: edited })).toMatchObject({
      rows: { sums: '[["a",12]]', counts: '[["a",2]]' },
      warnings: [
        expect.stringMatching(/^the functions of `updateStateByKey 2` are others .*; the state is kept$/),
      ],
    });
  });

  test("the only one is made from another stream now: that is told", async () => {
    await live({ program: (pairs) => ({ sums: sums(pairs) }), input: INPUT, batches: 2 });
    expect(await live({ program: (pairs) => ({ sums: sums(doubled(pairs)) }) })).toMatchObject({
      rows: { sums: '[["a",12]]' },
      warnings: [
        "`updateStateByKey 1` is made in another way than when its state was written; the state is kept",
      ],
    });
  });
});

describe("no state is taken for that of another stream", () => {
  const alike: Program = (pairs) => ({ one: sums(pairs), two: sums(pairs) });
  const three: Program = (pairs) => ({ one: sums(pairs), two: sums(pairs), three: sums(pairs) });
  const cannotBeTold =
    /`updateStateByKey 1` may be any of 3: of those without a name there are more or fewer now; say which it is by setName\("updateStateByKey 1"\); `updateStateByKey 2` may be .*"keep".*"reset"/;

  test("where one comes beside two that nothing tells apart, the start is refused, with the ways out", async () => {
    await live({ program: alike, input: INPUT, batches: 2 });
    await expect(live({ program: three })).rejects.toMatchObject({
      code: "RT_CHECKPOINT_CHANGED",
      message: expect.stringMatching(cannotBeTold),
    });
  });

  test("and they begin empty where those that fit are to be kept", async () => {
    await live({ program: alike, input: INPUT, batches: 2 });
    const { rows, warnings } = await live({ program: three, onChange: "keep" });
    expect(rows).toEqual({ one: "[]", two: "[]", three: "[]" });
    expect(warnings).toEqual([
      expect.stringMatching(
        /^streams of the checkpoint are not gone on with: `updateStateByKey 1` may be any of 3/,
      ),
      expect.stringMatching(/^states of the checkpoint are dropped: `updateStateByKey 1` .* is not in it/),
    ]);
  });

  test("and go on where the program says which is which", async () => {
    await live({ program: alike, input: INPUT, batches: 2 });
    const said: Program = (pairs) => ({
      three: sums(pairs),
      one: sums(pairs).setName("updateStateByKey 1"),
      two: sums(pairs).setName("updateStateByKey 2"),
    });
    expect(await live({ program: said })).toMatchObject({
      rows: { one: '[["a",12]]', two: '[["a",12]]', three: "[]" },
      warnings: [],
    });
  });

  test("where one is gone, the start is refused, and the other one is kept where that is wanted", async () => {
    await live({ program: both, input: INPUT, batches: 2 });
    const fewer: Program = (pairs) => ({ counts: counts(pairs) });
    await expect(live({ program: fewer })).rejects.toThrow(
      /another than the one whose checkpoint this is: `updateStateByKey 1` \(updateStateByKey\) is not in it/,
    );
    expect((await live({ program: fewer, onChange: "keep" })).rows).toEqual({ counts: '[["a",2]]' });
  });
});

describe("a state of another form than it was is not gone on with", () => {
  const withInverse: Program = (pairs) => ({
    window: pairs.reduceByKeyAndWindow(add, subtract, "4 s", "1 s", 2, ([, n]) => n !== 0),
  });
  const withoutInverse: Program = (pairs) => ({ window: pairs.reduceByKeyAndWindow(add, "4 s", "1 s", 2) });
  const widerPanes: Program = (pairs) => ({ window: pairs.reduceByKeyAndWindow(add, "4 s", "2 s", 2) });

  test.each([
    [
      "with another slide",
      withoutInverse,
      widerPanes,
      "was a window of panes of 1 s, and is a window of panes of 2 s now",
    ],
    [
      "with another rolling function",
      (pairs: Pairs) => ({ rolled: pairs.rollingByKey(3).sum() }),
      (pairs: Pairs) => ({ rolled: pairs.rollingByKey(3).ema() }),
      "was a rolling window of the last records, with sum, and is a rolling window of the last records, with ema now",
    ],
  ])("%s", async (_what, before, after, difference) => {
    await live({ program: before, input: INPUT, batches: 2 });
    await expect(live({ program: after })).rejects.toThrow(difference);
    const again = await live({ program: after, batches: 4, onChange: "keep" });
    expect(again.rows).toEqual({ [Object.keys(again.rows)[0] as string]: "[]" });
  });

  test.each([
    ["without its inverse", withInverse, withoutInverse],
    ["with an inverse", withoutInverse, withInverse],
  ])("a window %s is, and that is told", async (_what, before, after) => {
    await live({ program: before, input: INPUT, batches: 2 });
    expect(await live({ program: after })).toMatchObject({
      rows: { window: '[["a",12]]' },
      warnings: [expect.stringMatching(/the functions of `reduceByKeyAndWindow 1` are others/)],
    });
    expect((await live({ program: after, batches: 3 })).all).toEqual({
      window: ['[["a",12]]', '[["a",7]]', "[]"],
    });
  });

  test("a window of another length is, and that is told", async () => {
    await live({
      program: (pairs) => ({ window: pairs.reduceByKeyAndWindow(add, "9 s") }),
      input: INPUT,
      batches: 2,
    });
    const shorter: Program = (pairs) => ({ window: pairs.reduceByKeyAndWindow(add, "2 s") });
    expect(await live({ program: shorter })).toMatchObject({
      rows: { window: '[["a",7]]' },
      warnings: [
        "`reduceByKeyAndWindow 1` has another window than when its state was written; the state is kept",
      ],
    });
  });
});

describe("inputs without names go on where they were, though there are others before them", () => {
  /** A file that came at this time of the context's clock. */
  const put = (name: string, text: string, atMs: number) => {
    const path = join(folder, name, "lines.txt");
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(path, text);
    utimesSync(path, atMs / 1000, atMs / 1000);
  };
  const lines = (name: string, ssc: StreamingContext) => ssc.fileStream(join(folder, name), undefined, false);

  test("files: a batch that was not done is run again on the files of its own folder", async () => {
    put("a", "of a\n", 500);
    mkdirSync(join(folder, "b"));
    const dies: Program = (_pairs, ssc) => ({
      a: lines("a", ssc).transform(() => {
        throw new Error("the process ends here");
      }),
    });
    await live({ program: dies });
    put("b", "of b\n", 1500);
    const more: Program = (_pairs, ssc) => ({ b: lines("b", ssc), a: lines("a", ssc) });
    const { all, warnings } = await live({ program: more, batches: 1 });
    expect([all, warnings]).toEqual([{ a: ['["of a"]', "[]"], b: ['["of b"]'] }, []]);
  });

  test("queues, which nothing tells apart: the start is refused", async () => {
    await live({ program: (pairs) => ({ pairs }), input: INPUT, batches: 1 });
    const two: Program = (pairs, ssc) => ({ other: ssc.queueStream([["x"]]), pairs });
    await expect(live({ program: two })).rejects.toThrow(
      '`queue 1` may be any of 2: of those without a name there are more or fewer now; say which it is by setName("queue 1")',
    );
  });
});
