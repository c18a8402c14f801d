import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DStream } from "../../context/dstream.js";
import { PLAIN_HOST } from "../../context/program-host.js";
import { SparkContext } from "../../context/spark-context.js";
import { StateSpec } from "../../context/state-spec.js";
import { StreamingContext } from "../../context/streaming-context.js";
import type { State } from "../../state/key-state.js";
import { readCheckpoint } from "./checkpoint-summary.js";
import { readRecord } from "./record-file.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "recovery-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

type Pair = [key: string, value: number];
type Operate = (words: DStream<string>) => DStream<unknown>;

const add = (a: number, b: number) => a + b;
const pairs = (words: DStream<string>): DStream<Pair> => words.map((word) => [word, 1]);
const counts = (words: DStream<string>) =>
  pairs(words).updateStateByKey(
    (values: number[], sum?: number) => values.reduce((a, b) => a + b, sum ?? 0),
    2,
  );

function running(_key: string, value: number | undefined, state: State<number>): number {
  if (state.isTimingOut()) return -state.get();
  state.update((state.getOption() ?? 0) + (value ?? 0));
  return state.get();
}

const STREAMS: Record<string, Operate> = {
  "words as they are": (words) => words,
  "a sum per batch": (words) => pairs(words).reduceByKey(add),
  "a plain window": (words) => words.window("3 s"),
  "a reduced window": (words) => pairs(words).reduceByKeyAndWindow(add, "3 s"),
  "a reduced window with inverse": (words) =>
    pairs(words).reduceByKeyAndWindow(
      add,
      (a, b) => a - b,
      "3 s",
      "1 s",
      2,
      ([, n]) => n !== 0,
    ),
  "a window that slides by two batches": (words) => pairs(words).reduceByKeyAndWindow(add, "4 s", "2 s"),
  "a state": counts,
  "a state that is changed in place": (words) =>
    pairs(words).updateStateByKey((values: number[], all: number[] = []) => {
      all.push(values.length);
      return all;
    }),
  "a state with timeout": (words) =>
    pairs(words).mapWithState(StateSpec.function(running).timeout("2 s").numPartitions(2)),
  "snapshots of a state": (words) => pairs(words).mapWithState(StateSpec.function(running)).stateSnapshots(),
  "a window over a state": (words) => counts(words).window("3 s"),
  "a window over a transform of a state joined with what came in": (words) =>
    counts(words)
      .join(pairs(words).reduceByKey(add))
      .transform((rdd) => rdd.mapValues(([all, now]) => all * 100 + now))
      .groupByKeyAndWindow("4 s"),
  "a state over a window over a state": (words) =>
    counts(words)
      .window("2 s")
      .updateStateByKey((values: number[], sum?: number) => values.reduce((a, b) => a + b, sum ?? 0)),
};

interface Life {
  operate: Operate;
  /** What is queued, beside what is in the checkpoint. */
  input?: string[][];
  /** Batches to run. */
  batches: number;
  /** The output of this batch fails, as if the process ended there. */
  diesAt?: number;
  warnings?: string[];
  /** Takes why the run ended. */
  failures?: string[];
  onChange?: "keep" | "reset";
  onFailure?: "stop" | "skip";
  createOnError?: boolean;
  workers?: number;
  /** Memory for states in each worker. */
  stateBytes?: number;
}

/** A process that goes on with the checkpoint. @param out takes the rows of each batch, by its time, also of those that are run again */
async function live(out: Map<number, unknown[]>, life: Life): Promise<void> {
  const {
    operate,
    input = [],
    batches,
    diesAt,
    warnings = [],
    failures = [],
    onChange,
    onFailure = "stop",
    createOnError = false,
    workers = 2,
    stateBytes,
  } = life;
  const host = { ...PLAIN_HOST, warn: (text: string) => warnings.push(text) };
  const sc = new SparkContext({ workers, threads: false, ...(stateBytes && { stateBytes }) }, host);
  try {
    const ssc = await StreamingContext.getOrCreate(
      folder,
      () => {
        const made = new StreamingContext(sc, 1000, { clock: "manual", onFailure });
        made.checkpoint(folder);
        operate(made.queueStream<string>([...input])).foreachRDD(async (rdd, time) => {
          const rows = await rdd.collect();
          if (time.ms === diesAt) throw new Error("the process ends here");
          out.set(time.ms, rows.map((row) => JSON.stringify(row)).sort());
        });
        return made;
      },
      { ...(onChange && { onChange }), createOnError },
    );
    await ssc.start();
    const ended = ssc.awaitTermination();
    const over = ended.catch((error: Error) => failures.push(error.message));
    await Promise.race([ssc.advance(1000 * batches), over]);
    await ssc.stop();
  } finally {
    await sc.stop();
  }
}

const WORDS = Array.from({ length: 14 }, (_, i) => (i % 5 === 3 ? [] : [`w${i % 4}`, "all", `v${i % 3}`]));

async function undisturbed(operate: Operate, input = WORDS): Promise<Map<number, unknown[]>> {
  const out = new Map<number, unknown[]>();
  await live(out, { operate, input, batches: WORDS.length });
  rmSync(folder, { recursive: true });
  return out;
}

describe.each(Object.entries(STREAMS))("%s", (_name, operate) => {
  test.each([
    [[3], "in mid-batch"],
    [[1], "in the first batch"],
    [[5, 6, 7], "three times in a row"],
    [[4, 11], "before and after a state was written as a whole"],
  ])("gives what it would have given had it not ended at batches %j, %s", async (deaths) => {
    const expected = await undisturbed(operate);
    const out = new Map<number, unknown[]>();
    let done = 0;
    for (const death of deaths) {
      // Windows of two batches have no output at every second one: they die at the next.
      const diesAt = 1000 * death;
      await live(out, { operate, ...(done === 0 && { input: WORDS }), batches: death - done, diesAt });
      done = death;
    }
    await live(out, { operate, batches: WORDS.length - done });
    expect([...out].sort(([a], [b]) => a - b)).toEqual([...expected]);
  });
});

describe.each(["a state", "a state that is changed in place", "a state with timeout"])("%s", (name) => {
  test.each([
    ["on disk, then in memory", [1, 2 ** 30, 1]],
    ["in memory, then on disk", [2 ** 30, 1, 2 ** 30]],
    ["on disk all the time", [1, 1, 1]],
  ])("is %s, and goes on as if its process had not ended", async (_how, [first, second, third]) => {
    const operate = STREAMS[name] as Operate;
    const expected = await undisturbed(operate);
    const out = new Map<number, unknown[]>();
    const lives = [
      { input: WORDS, batches: 4, diesAt: 4000, stateBytes: first as number },
      { batches: 8, diesAt: 12_000, stateBytes: second as number },
      { batches: WORDS.length - 12, stateBytes: third as number },
    ];
    for (const life of lives) await live(out, { operate, ...life });
    expect([...out].sort(([a], [b]) => a - b)).toEqual([...expected]);
  });
});

describe("a state that a window reaches back to, whose last changes are made once more", () => {
  /** In each batch several keys come for the first time, in an order that depends on how many workers there are, and some come again. */
  const words = WORDS.map((batch, i) => [
    ...batch,
    ...Array.from({ length: 9 }, (_, j) => `new ${i} ${j}`),
    ...[1, 2, 3].flatMap((ago) => Array.from({ length: 3 }, (_, j) => `new ${i - ago} ${3 * j + ago - 1}`)),
  ]);
  const operate: Operate = (from) =>
    pairs(from)
      .reduceByKey(add)
      .updateStateByKey((values: number[], sum?: number) => values.reduce((a, b) => a + b, sum ?? 0), 2)
      .window("3 s");

  test.each<[string, Partial<Life>[]]>([
    ["on other workers each time", [{ workers: 1 }, { workers: 3 }, { workers: 2 }, { workers: 3 }]],
    ["in memory when it had just outgrown it", [{ stateBytes: 1500 }, {}, {}, { stateBytes: 1 }]],
    ["in memory when it had outgrown it before", [{ stateBytes: 4000 }, {}, {}, { stateBytes: 1 }]],
  ])("goes on %s, as if its process had not ended", async (_how, lives) => {
    const expected = await undisturbed(operate, words);
    const out = new Map<number, unknown[]>();
    for (const [i, life] of lives.entries()) {
      const [batches, input] = [i === 0 ? 4 : 3, i === 0 ? words : []];
      await live(out, { operate, input, batches, ...life });
    }
    await live(out, { operate, batches: 1 });
    expect([...out].sort(([a], [b]) => a - b)).toEqual([...expected]);
  });
});

describe("Spark's cases of recovery", () => {
  interface Case {
    id: string;
    params: { failAfterBatch: number };
    input: string[][];
    expected: unknown[][];
  }
  const cases: Case[] = JSON.parse(
    readFileSync(new URL("../../testing/spark-vectors.json", import.meta.url), "utf8"),
  ).cases;
  const OPERATIONS: Record<string, Operate> = {
    "cp-map-rbk": (words) => pairs(words).reduceByKey(add),
    "cp-usbk": counts,
    "mws-recovery": (words) => pairs(words).mapWithState(StateSpec.function(running)).stateSnapshots(),
  };
  test.each(Object.entries(OPERATIONS))("%s", async (id, operate) => {
    const { input, expected, params } = cases.find((one) => one.id === id) as Case;
    const out = new Map<number, unknown[]>();
    await live(out, { operate, input, batches: params.failAfterBatch });
    await live(out, { operate, batches: input.length - params.failAfterBatch });
    const rows = [...out.values()].map((batch) => batch.map((row) => JSON.parse(row as string)));
    const free = (batches: unknown[][]) =>
      batches.map((batch) => batch.map((row) => JSON.stringify(row)).sort());
    expect(free(rows)).toEqual(free(expected));
  });
});

describe("a damaged file", () => {
  const files = (kind: string) =>
    readdirSync(join(folder, "batches"))
      .filter((name) => name.endsWith(kind))
      .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
      .map((name) => join(folder, "batches", name));

  const DAMAGES: [string, (path: string) => void][] = [
    ["truncated", (path) => truncateSync(path, 40)],
    ["empty", (path) => truncateSync(path, 0)],
    [
      "changed in one bit",
      (path) => {
        const bytes = readFileSync(path);
        bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
        writeFileSync(path, bytes);
      },
    ],
  ];

  test.each(DAMAGES)(
    "that is %s makes it fall back to the one before, and it is told",
    async (_how, damage) => {
      const expected = await undisturbed(counts);
      const out = new Map<number, unknown[]>();
      await live(out, { operate: counts, input: WORDS, batches: 6 });
      damage(files(".commit").at(-1) as string);
      const warnings: string[] = [];
      await live(out, { operate: counts, batches: WORDS.length - 6, warnings });
      expect([...out]).toEqual([...expected]);
      expect(warnings.join()).toMatch(/6000\.commit is damaged: the batches from this one on are run again/);
    },
  );

  test("is in the summary of a checkpoint, which says where a process would begin again", async () => {
    await live(new Map(), { operate: counts, input: WORDS, batches: 8 });
    truncateSync(files(".commit")[5] as string, 60);
    expect(await readCheckpoint(folder)).toMatchObject({
      committedMs: 5000,
      unfinished: [6000, 7000, 8000].map((timeMs) => ({ timeMs })),
      damaged: ["6000.commit"],
      states: [{ versionMs: 5000 }],
    });
  });

  test("in the middle makes it fall back to before it", async () => {
    const expected = await undisturbed(counts);
    const out = new Map<number, unknown[]>();
    await live(out, { operate: counts, input: WORDS, batches: 8 });
    truncateSync(files(".commit")[5] as string, 60);
    await live(out, { operate: counts, batches: WORDS.length - 8 });
    expect([...out]).toEqual([...expected]);
  });

  test("that says what the last batch consisted of: that is taken anew", async () => {
    const expected = await undisturbed(counts);
    const out = new Map<number, unknown[]>();
    await live(out, { operate: counts, input: WORDS, batches: 6, diesAt: 6000 });
    truncateSync(files(".batch").at(-1) as string, 20);
    const warnings: string[] = [];
    await live(out, { operate: counts, batches: WORDS.length - 5, warnings });
    expect([...out.values()]).toEqual([...expected.values()]);
    expect(warnings.join()).toMatch(/6000\.batch is damaged: what came in for it is taken anew/);
  });

  test.each(DAMAGES)(
    "that says what the last batch that is done consisted of: nothing is taken twice (%s)",
    async (_how, damage) => {
      const expected = await undisturbed(counts);
      const out = new Map<number, unknown[]>();
      await live(out, { operate: counts, input: WORDS, batches: 6 });
      damage(files(".batch").at(-1) as string);
      const warnings: string[] = [];
      await live(out, { operate: counts, batches: WORDS.length - 6, warnings });
      expect([...out]).toEqual([...expected]);
      expect(warnings.join()).toMatch(/6000\.batch is damaged: windows that reach back to it lack it/);
    },
  );

  test("and all others are too: nothing begins anew unasked, and nothing is removed", async () => {
    await live(new Map(), { operate: counts, input: WORDS, batches: 2 });
    const all = [...files(".batch"), ...files(".commit")];
    for (const path of all) truncateSync(path, 20);
    await expect(live(new Map(), { operate: counts, batches: 1 })).rejects.toMatchObject({
      code: "RT_CHECKPOINT_READ",
      message: expect.stringMatching(/has nothing that can be read: .*1000\.commit is damaged/),
    });
    expect([...files(".batch"), ...files(".commit")]).toEqual(all);
  });

  test.each([1, 3])(
    "of another version is none: it is told of, and nothing is removed (%d)",
    async (form) => {
      await live(new Map(), { operate: counts, input: WORDS, batches: 2 });
      const all = [...files(".batch"), ...files(".commit")];
      for (const path of all) {
        const bytes = readFileSync(path);
        bytes.writeUInt32LE(form, "millrace".length);
        writeFileSync(path, bytes);
      }
      await expect(live(new Map(), { operate: counts, batches: 1 })).rejects.toMatchObject({
        code: "RT_CHECKPOINT_READ",
        message: expect.stringContaining(`was written by another version of this library, in form ${form}`),
      });
      expect([...files(".batch"), ...files(".commit")]).toEqual(all);
    },
  );

  test("and no other that says what a batch consisted of: nothing begins anew unasked", async () => {
    await live(new Map(), { operate: counts, input: WORDS, batches: 2 });
    for (const path of files(".batch")) truncateSync(path, 20);
    await expect(live(new Map(), { operate: counts, batches: 1 })).rejects.toMatchObject({
      code: "RT_CHECKPOINT_READ",
      message: expect.stringMatching(
        /says that batches are done, but of none what it consisted of: .*1000\.batch is damaged/,
      ),
    });
  });
});

describe("a process that died with a later batch on the disk and not the one before it", () => {
  const inLog = (name: string) => join(folder, "batches", name);

  /** As if it had died when all batches before `atMs` were done, that one was yet to be written, and the one after it was. */
  async function diedWriting(atMs: number, operate: Operate): Promise<Map<number, unknown[]>> {
    const laterMs = atMs + 1000;
    const out = new Map<number, unknown[]>();
    await live(out, { operate, input: WORDS, batches: laterMs / 1000 });
    for (const name of [`${atMs}.batch`, `${atMs}.commit`, `${laterMs}.commit`]) rmSync(inLog(name));
    for (const timeMs of [atMs, laterMs]) out.delete(timeMs);
    return out;
  }

  test.each([2, 5, 12])("loses nothing and counts nothing twice: batch %d", async (batch) => {
    const expected = await undisturbed(counts);
    const out = await diedWriting(1000 * batch, counts);
    const warnings: string[] = [];
    // Twice: what the next one writes must hold for the one after it too.
    await live(out, { operate: counts, batches: 1, diesAt: 1000 * batch, warnings });
    await live(out, { operate: counts, batches: WORDS.length - batch, warnings });
    expect([...out].sort(([a], [b]) => a - b)).toEqual([...expected]);
    expect(warnings).toEqual([]);
  });

  test("has in its summary the batches that a process will run again, and not those that it takes anew", async () => {
    await diedWriting(5000, counts);
    expect(await readCheckpoint(folder)).toMatchObject({ committedMs: 4000, unfinished: [], damaged: [] });
  });

  test("begins anew where that was the first one, since nobody has seen anything", async () => {
    const expected = await undisturbed(counts);
    const out = await diedWriting(1000, counts);
    await live(out, { operate: counts, input: WORDS, batches: WORDS.length });
    expect([...out.values()]).toEqual([...expected.values()]);
  });
});

test("a checkpoint that cannot be read is told of, and begun anew, when that is wanted", async () => {
  await live(new Map(), { operate: counts, input: [["a"], ["a"]], batches: 2 });
  for (const name of readdirSync(join(folder, "batches")))
    if (name.endsWith(".batch")) truncateSync(join(folder, "batches", name), 20);
  const out = new Map<number, unknown[]>();
  const warnings: string[] = [];
  await live(out, { operate: counts, input: [["a"]], batches: 1, createOnError: true, warnings });
  expect([...out.values()]).toEqual([['["a",1]']]);
  expect(warnings).toEqual([
    expect.stringMatching(
      /says that batches are done.*since createOnError was given, the program begins anew$/,
    ),
  ]);
});

describe("a stream with a checkpoint interval", () => {
  const wholes = async (operate: Operate, batches: number) => {
    const sizes: [string, number][] = [];
    await live(new Map(), { operate, input: Array.from({ length: batches }, () => ["a", "b"]), batches });
    for (const name of readdirSync(join(folder, "batches"))) {
      const record = await readRecord<{ timeMs: number; moves: { whole: boolean }[] }>(
        join(folder, "batches", name),
      );
      if (name.endsWith(".commit") && record?.head.moves.some(({ whole }) => whole))
        sizes.push([name, record.head.timeMs]);
    }
    return sizes.map(([, timeMs]) => timeMs).sort((a, b) => a - b);
  };

  test("has its state written as a whole at the multiples of it after the start", async () => {
    const every =
      (interval: string): Operate =>
      (words) =>
        counts(words).checkpoint(interval);
    expect(await wholes(every("3 s"), 9)).toEqual([1000, 3000, 6000, 9000]);
    rmSync(folder, { recursive: true });
    expect(await wholes(every("1 s"), 4)).toEqual([1000, 2000, 3000, 4000]);
  });

  test("and without one when its changes weigh as much as it does, after ten of them at the earliest", async () => {
    expect(await wholes(counts, 9)).toEqual([1000]);
  });
});

describe("a damaged item of a queue", () => {
  async function damaged(): Promise<void> {
    await live(new Map(), { operate: (words) => words, input: [["a"], ["b"], ["c"]], batches: 1 });
    const item = join(folder, "queues", "queue%201", "1.item");
    const bytes = readFileSync(item);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    writeFileSync(item, bytes);
  }

  test("ends the program before it can go on without it", async () => {
    await damaged();
    await expect(live(new Map(), { operate: (words) => words, batches: 2 })).rejects.toMatchObject({
      code: "RT_CHECKPOINT_READ",
      message: expect.stringMatching(/1\.item is not as it was written: the rows .* are lost; .*"skip"/),
    });
  });

  test("is left out, and told of, where what fails is to be skipped", async () => {
    await damaged();
    const out = new Map<number, unknown[]>();
    const warnings: string[] = [];
    await live(out, { operate: (words) => words, batches: 2, onFailure: "skip", warnings });
    expect([...out.values()]).toEqual([['"c"'], []]);
    expect(warnings).toEqual([expect.stringMatching(/1\.item is not as it was written/)]);
  });
});

describe("a program that is another than it was", () => {
  const windowed: Operate = (words) => pairs(words).reduceByKeyAndWindow(add, "3 s");
  const named =
    (name: string, operate: Operate): Operate =>
    (words) =>
      operate(words).setName(name);

  test("is refused, with what does not fit and both ways out", async () => {
    await live(new Map(), { operate: named("sums", counts), input: WORDS, batches: 3 });
    await expect(live(new Map(), { operate: named("sums", windowed), batches: 3 })).rejects.toMatchObject({
      code: "RT_CHECKPOINT_CHANGED",
      message: expect.stringMatching(
        /`sums` was made by updateStateByKey, and is made by reduceByKeyAndWindow now.*"keep".*"reset"/,
      ),
    });
    await expect(live(new Map(), { operate: named("others", counts), batches: 3 })).rejects.toThrow(
      /`sums` \(updateStateByKey\) is not in it/,
    );
  });

  test("keeps the states of the names that fit, with another function too, and says so", async () => {
    const out = new Map<number, unknown[]>();
    const warnings: string[] = [];
    await live(out, { operate: named("sums", counts), input: WORDS, batches: 3 });
    const doubled: Operate = (words) =>
      pairs(words).updateStateByKey(
        (values: number[], sum?: number) => values.reduce((a, b) => a + 2 * b, sum ?? 0),
        2,
      );
    await live(out, { operate: named("sums", doubled), batches: 2, warnings });
    expect(out.get(5000)).toContain('["all",5]');
    expect(warnings).toEqual([
      "the functions of `sums` are others than when its state was written; the state is kept",
    ]);
  });

  describe("with keys of another type", () => {
    const byLength: Operate = (words) =>
      words
        .map((word): [number, number] => [word.length, 1])
        .updateStateByKey((values: number[], sum?: number) => values.reduce((a, b) => a + b, sum ?? 0), 2);
    const windowByLength: Operate = (words) =>
      words.map((word): [number, number] => [word.length, 1]).reduceByKeyAndWindow(add, "9 s", "1 s", 2);
    test.each([
      ["a state", counts, byLength],
      [
        "a window",
        (words: DStream<string>) => pairs(words).reduceByKeyAndWindow(add, "9 s", "1 s", 2),
        windowByLength,
      ],
    ])("%s is refused when the first of them come", async (_what, before, after) => {
      await live(new Map(), { operate: named("sums", before), input: WORDS, batches: 3 });
      const out = new Map<number, unknown[]>();
      const failures: string[] = [];
      await live(out, { operate: named("sums", after), batches: 3, failures });
      expect(failures).toEqual([
        expect.stringMatching(
          /`sums` holds are of the kind string, and those that come now are number.*"keep".*"reset"/,
        ),
      ]);
      expect([...out.keys()], "one batch in which none came").toEqual([4000]);
    });

    test.each<[what: string, keyOf: (word: string) => unknown]>([
      ["keys", (word) => (word === "?" ? null : word)],
      ["parts of keys", (word) => [word === "?" ? undefined : word, 1]],
    ])("%s that are missing are of any type", async (_what, keyOf) => {
      const sums: Operate = (words) =>
        words
          .map((word): [unknown, number] => [keyOf(word), 1])
          .updateStateByKey((values: number[], sum?: number) => values.reduce((a, b) => a + b, sum ?? 0), 1);
      const input = [["a"], ["a", "?"], ["?"], ["b"]];
      const out = new Map<number, unknown[]>();
      const failures: string[] = [];
      for (const batches of [1, 2, 1])
        await live(out, {
          operate: named("sums", sums),
          ...(out.size === 0 && { input }),
          batches,
          failures,
        });
      expect(failures).toEqual([]);
      const held: [string, number][] = [
        ["?", 2],
        ["a", 2],
        ["b", 1],
      ];
      expect(out.get(4000)).toEqual(held.map(([word, n]) => JSON.stringify([keyOf(word), n])).sort());
    });

    test("it is told of, and both are kept, when it is to keep what fits", async () => {
      await live(new Map(), { operate: named("sums", counts), input: WORDS, batches: 3 });
      const out = new Map<number, unknown[]>();
      const warnings: string[] = [];
      await live(out, { operate: named("sums", byLength), batches: 3, onChange: "keep", warnings });
      expect(out.get(6000)).toEqual(expect.arrayContaining(['["all",3]', "[2,4]"]));
      expect(warnings.filter((text) => text.includes("the state goes on with both"))).toHaveLength(1);
    });
  });

  test("begins with empty states when it is told to", async () => {
    const out = new Map<number, unknown[]>();
    await live(out, { operate: named("sums", counts), input: WORDS, batches: 3 });
    await live(out, { operate: named("sums", windowed), batches: 1, onChange: "reset" });
    expect(out.get(4000)).toEqual([]);
  });

  test("has the partitions of the checkpoint, on another number of workers", async () => {
    const expected = await undisturbed((words) => pairs(words).reduceByKeyAndWindow(add, "3 s"));
    const out = new Map<number, unknown[]>();
    await live(out, { operate: windowed, input: WORDS, batches: 5 });
    await live(out, { operate: windowed, batches: WORDS.length - 5, workers: 3 });
    expect([...out]).toEqual([...expected]);
  });
});

test("without getOrCreate a context begins anew in a folder that has a checkpoint", async () => {
  await live(new Map(), { operate: counts, input: WORDS, batches: 5 });
  const sc = new SparkContext({ workers: 2, threads: false });
  const ssc = new StreamingContext(sc, 1000, { clock: "manual" });
  ssc.checkpoint(folder);
  const seen: unknown[] = [];
  counts(ssc.queueStream([["a"]])).foreachRDD(async (rdd) => {
    seen.push(await rdd.collect());
  });
  await ssc.start();
  await ssc.advance(1000);
  await sc.stop();
  expect(seen).toEqual([[["a", 1]]]);
});
