import { afterEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../connect/files/testing/temporary-folder.js";
import type { DStream } from "../context/dstream.js";
import { PLAIN_HOST } from "../context/program-host.js";
import { SparkContext } from "../context/spark-context.js";
import { StreamingContext } from "../context/streaming-context.js";

/*
 * A cell that is run again: its outputs take the place of those it declared before, while the context runs.
 */

const warnings: string[] = [];
let sc: SparkContext;
afterEach(() => sc.stop());

/** A running context on a manual clock, whose input is the same word in each batch. */
async function running(workers = 2) {
  warnings.length = 0;
  const host = { ...PLAIN_HOST, warn: (text: string) => warnings.push(text) };
  sc = new SparkContext({ workers, threads: false }, host);
  const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
  const words = ssc.queueStream<string>(Array.from({ length: 20 }, (_, i) => ["a", `b${i % 3}`]));
  const seen: [timeMs: number, rows: unknown[]][] = [];
  /** As the cell does it: what it declared is replaced by what `operate` makes. */
  const cell = (operate: (words: DStream<string>) => DStream<unknown>) => {
    ssc.replaceOutputs(ssc.outputs().map(({ id }) => id));
    const stream = operate(words);
    stream.foreachRDD(async (rdd, time) => {
      const rows = await rdd.collect();
      seen.push([time.ms, rows.map((row) => JSON.stringify(row)).sort()]);
    });
    ssc.outputsReplaced();
  };
  return { ssc, cell, seen };
}

const add = (a: number, b: number) => a + b;
const counts = (words: DStream<string>, step = 1) =>
  words
    .filter((word) => word === "a")
    .map((word): [string, number] => [word, 1])
    .updateStateByKey(
      step === 1
        ? (values: number[], sum?: number) => values.reduce((a, b) => a + b, sum ?? 0)
        : (values: number[], sum?: number) => values.reduce((a, b) => a + 100 * b, sum ?? 0),
    )
    .setName("counts");

describe("a cell that is run again", () => {
  test("goes on with its state from the next batch on, with another function too", async () => {
    const { ssc, cell, seen } = await running();
    cell((words) => counts(words));
    await ssc.start();
    await ssc.advance(3000);
    cell((words) => counts(words, 100));
    await ssc.advance(2000);
    expect(seen).toEqual([
      [1000, ['["a",1]']],
      [2000, ['["a",2]']],
      [3000, ['["a",3]']],
      [4000, ['["a",103]']],
      [5000, ['["a",203]']],
    ]);
    expect(warnings).toEqual([]);
  });

  test("again and again, and its states are one", async () => {
    const { ssc, cell, seen } = await running(3);
    cell((words) => counts(words));
    await ssc.start();
    for (let run = 0; run < 5; run++) {
      await ssc.advance(1000);
      cell((words) => counts(words));
    }
    await ssc.advance(1000);
    expect(seen.at(-1)).toEqual([6000, ['["a",6]']]);
    expect(ssc.outputs()).toHaveLength(1);
    expect((await ssc.status())?.outputs.map(({ stateRows }) => stateRows)).toEqual([1]);
  });

  test.each([
    ["with inverse", true],
    ["without inverse", false],
  ])("goes on with a window %s, as if it had been there all the time", async (_how, inverse) => {
    const window = (words: DStream<string>): DStream<unknown> => {
      const pairs = words.map((word): [string, number] => [word, 1]);
      const windowed = inverse
        ? pairs.reduceByKeyAndWindow(
            add,
            (a, b) => a - b,
            "3 s",
            "1 s",
            2,
            ([, n]) => n !== 0,
          )
        : pairs.reduceByKeyAndWindow(add, "3 s");
      return windowed.setName("window");
    };
    const { ssc, cell, seen } = await running();
    cell(window);
    await ssc.start();
    await ssc.advance(4000);
    cell(window);
    await ssc.advance(2000);
    const full = ['["a",3]', '["b0",1]', '["b1",1]', '["b2",1]'];
    expect(seen.slice(2)).toEqual([3000, 4000, 5000, 6000].map((timeMs) => [timeMs, full]));
  });

  type Windowed = (pairs: DStream<[string, number]>) => DStream<unknown>;
  const sums: Windowed = (pairs) => pairs.reduceByKeyAndWindow(add, "2 s");
  const withInverse: Windowed = (pairs) => pairs.reduceByKeyAndWindow(add, (a, b) => a - b, "1 s");
  const withFilter: Windowed = (pairs) =>
    pairs.reduceByKeyAndWindow(
      add,
      (a, b) => a - b,
      "1 s",
      "1 s",
      2,
      ([, n]) => n !== 0,
    );
  test.each<[what: string, before: Windowed, after: Windowed, rows: string[]]>([
    [
      "another function",
      sums,
      (pairs) => pairs.reduceByKeyAndWindow((a, b) => Math.max(a, b), "2 s"),
      ['["a",1]', '["b0",1]', '["b1",1]'],
    ],
    [
      "an inverse",
      sums,
      (pairs) => pairs.reduceByKeyAndWindow(add, (a, b) => a - b, "2 s"),
      ['["a",2]', '["b0",1]', '["b1",1]', '["b2",0]'],
    ],
    ["no inverse any more", withInverse, sums, ['["a",2]', '["b0",1]', '["b1",1]']],
    ["a filter", withInverse, withFilter, ['["a",1]', '["b1",1]']],
  ])("goes on with the panes of its window, which has %s now", async (_what, before, after, rows) => {
    const named = (windowed: Windowed) => (words: DStream<string>) =>
      windowed(words.map((word): [string, number] => [word, 1])).setName("window");
    const { ssc, cell, seen } = await running();
    cell(named(before));
    await ssc.start();
    await ssc.advance(4000);
    cell(named(after));
    await ssc.advance(1000);
    expect(seen.at(-1)).toEqual([5000, rows]);
    expect(warnings).toEqual([]);
  });

  test("goes on with a state that another is made from", async () => {
    const twice = (words: DStream<string>) =>
      counts(words)
        .map(([word, n]): [string, number] => [word, n])
        .updateStateByKey((values: number[], sum?: number) => values.reduce(add, sum ?? 0))
        .setName("sums");
    const { ssc, cell, seen } = await running();
    cell(twice);
    await ssc.start();
    await ssc.advance(2000);
    cell(twice);
    await ssc.advance(2000);
    expect(seen.map(([, rows]) => rows)).toEqual([1, 3, 6, 10].map((n) => [`["a",${n}]`]));
  });

  test("begins anew with another operator, and says so", async () => {
    const { ssc, cell, seen } = await running();
    cell((words) => counts(words));
    await ssc.start();
    await ssc.advance(2000);
    cell((words) =>
      words
        .filter((word) => word === "a")
        .map((word): [string, number] => [word, 1])
        .reduceByKeyAndWindow(add, "5 s")
        .setName("counts"),
    );
    await ssc.advance(1000);
    expect(seen.at(-1)).toEqual([3000, ['["a",1]']]);
    expect(warnings).toEqual([
      "the state of `counts` begins anew: `counts` was made by updateStateByKey, and is made by reduceByKeyAndWindow now",
    ]);
  });

  test("is told when keys of another type come beside those that its state holds", async () => {
    const byLength = (words: DStream<string>): DStream<unknown> =>
      words
        .map((word): [number, number] => [word.length, 1])
        .updateStateByKey((values: number[], sum?: number) => values.reduce(add, sum ?? 0), 1)
        .setName("counts");
    const { ssc, cell } = await running();
    cell((words) => counts(words));
    await ssc.start();
    await ssc.advance(2000);
    cell(byLength);
    await ssc.advance(2000);
    expect(warnings).toEqual([
      "the keys that the state of `counts` holds are of the kind string, and those that come now are number: the state goes on with both; set another name, or begin anew, if that is not meant",
    ]);
  });

  test("begins anew under another name; what had the old one is let go", async () => {
    const { ssc, cell, seen } = await running();
    cell((words) => counts(words));
    await ssc.start();
    await ssc.advance(2000);
    cell((words) => counts(words).setName("others"));
    await ssc.advance(1000);
    cell((words) => counts(words));
    await ssc.advance(1000);
    expect(seen.slice(2)).toEqual([
      [3000, ['["a",1]']],
      [4000, ['["a",1]']],
    ]);
  });

  test("does without what it does not declare again", async () => {
    const { ssc, cell, seen } = await running();
    cell((words) => counts(words));
    ssc.queueStream<number>([[1], [2], [3]]).foreachRDD(() => undefined);
    await ssc.start();
    await ssc.advance(1000);
    const [first] = ssc.outputs();
    ssc.replaceOutputs(first ? [first.id] : []);
    ssc.outputsReplaced();
    await ssc.advance(2000);
    expect(seen).toEqual([[1000, ['["a",1]']]]);
    expect((await ssc.status())?.outputs).toHaveLength(1);
  });
});

test("batches that were made before have the output that was there then, and the state misses none of them", async () => {
  const { ssc, cell } = await running();
  const seen: string[] = [];
  const go: (() => void)[] = [];
  const declare = (tag: string) => (words: DStream<string>) => {
    const stream = counts(words);
    stream.foreachRDD(async (rdd, time) => {
      if (tag === "old") await new Promise<void>((resolve) => go.push(resolve));
      seen.push(`${tag} ${time.ms} ${JSON.stringify(await rdd.collect())}`);
    });
    return stream;
  };
  cell(declare("old"));
  await ssc.start();
  const advanced = ssc.advance(1000);
  await expect.poll(() => go.length).toBe(1);
  cell(declare("new"));
  go.shift()?.();
  await advanced;
  await ssc.advance(1000);
  expect(seen).toEqual(['old 1000 [["a",1]]', 'new 2000 [["a",2]]']);
});

describe("with a checkpoint", () => {
  const folder = temporaryFolder();

  /** A process that goes on with the checkpoint of a name. */
  async function process(name: string) {
    warnings.length = 0;
    sc = new SparkContext({ workers: 2, threads: false });
    return StreamingContext.getOrCreate(folder.in(name), () => {
      const made = new StreamingContext(sc, 1000, { clock: "manual" });
      made.checkpoint(folder.in(name));
      return made;
    });
  }
  const collectInto = (seen: unknown[], stream: DStream<unknown>) =>
    stream.foreachRDD(async (rdd) => {
      seen.push(...(await rdd.collect()));
    });

  test("a state that went on under a new stream is recovered", async () => {
    const life = async (edit: boolean): Promise<unknown[]> => {
      const seen: unknown[] = [];
      const ssc = await process("recovered");
      const words = ssc.queueStream<string>(edit ? Array.from({ length: 6 }, () => ["a"]) : []);
      collectInto(seen, counts(words));
      await ssc.start();
      await ssc.advance(2000);
      if (edit) {
        ssc.replaceOutputs(ssc.outputs().map(({ id }) => id));
        collectInto(seen, counts(words));
        ssc.outputsReplaced();
        await ssc.advance(2000);
      }
      await ssc.stop();
      await sc.stop();
      return seen;
    };
    expect(await life(true)).toEqual([1, 2, 3, 4].map((n) => ["a", n]));
    expect(await life(false)).toEqual([5, 6].map((n) => ["a", n]));
  });

  test("streams without a name keep their states apart when the first cell is run again", async () => {
    const sums = (words: DStream<string>, by: number) =>
      words
        .map((word): [string, number] => [word, by])
        .updateStateByKey((values: number[], sum?: number) => values.reduce(add, sum ?? 0));
    const life = async (batches: string[][], again: boolean): Promise<[unknown[], unknown[]]> => {
      const [one, ten]: [unknown[], unknown[]] = [[], []];
      const ssc = await process("unnamed");
      const words = ssc.queueStream<string>(batches);
      const first = () => collectInto(one, sums(words, 1));
      first();
      const [declared] = ssc.outputs();
      collectInto(ten, sums(words, 10));
      await ssc.start();
      await ssc.advance(2000);
      if (again) {
        ssc.replaceOutputs(declared ? [declared.id] : []);
        first();
        ssc.outputsReplaced();
        await ssc.advance(2000);
      }
      await ssc.stop();
      await sc.stop();
      return [one, ten];
    };
    const counted = (from: number, to: number, by: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => ["a", by * (from + i)]);
    const words = Array.from({ length: 6 }, () => ["a"]);
    expect(await life(words, true)).toEqual([counted(1, 4, 1), counted(1, 4, 10)]);
    expect(await life([], false)).toEqual([counted(5, 6, 1), counted(5, 6, 10)]);
  });

  test("a source that is opened again goes on where it was, not where the process before was", async () => {
    const rows = (ssc: StreamingContext, seen: number[]) =>
      ssc.rateStream(2).foreachRDD(async (rdd) => {
        seen.push(...(await rdd.map(({ value }) => value).collect()));
      });
    const before: number[] = [];
    const first = await process("opened-again");
    rows(first, before);
    await first.start();
    await first.advance(2000);
    await first.stop();
    await sc.stop();
    const seen: number[] = [];
    const ssc = await process("opened-again");
    rows(ssc, seen);
    await ssc.start();
    await ssc.advance(2000);
    const [output] = ssc.outputs();
    await ssc.stopOutput(output?.name ?? "");
    await ssc.startOutput(output?.name ?? "");
    await ssc.advance(1000);
    expect(before).toEqual([0, 1, 2, 3]);
    expect(seen).toEqual([4, 5, 6, 7, 8, 9]);
  });
});

test("a state whose output is stopped and started within a batch begins anew, and is kept again", async () => {
  const { ssc, cell, seen } = await running();
  const go: (() => void)[] = [];
  cell((words) => counts(words));
  ssc.queueStream<number>([[1], [2]]).foreachRDD(() => new Promise<void>((resolve) => go.push(resolve)));
  await ssc.start();
  const [name] = ssc.outputs().map((output) => output.name);
  const batch = async (meanwhile: () => Promise<unknown> = async () => undefined) => {
    const advanced = ssc.advance(1000);
    await expect.poll(() => go.length).toBe(1);
    await meanwhile();
    go.shift()?.();
    await advanced;
  };
  await batch(async () => {
    await ssc.stopOutput(name ?? "");
    await ssc.startOutput(name ?? "");
  });
  await batch();
  await batch();
  expect(seen.slice(1)).toEqual([
    [2000, ['["a",1]']],
    [3000, ['["a",2]']],
  ]);
});
