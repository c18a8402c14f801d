import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { DStream } from "../../context/dstream.js";
import { SparkContext } from "../../context/spark-context.js";
import { StateSpec } from "../../context/state-spec.js";
import { StreamingContext } from "../../context/streaming-context.js";
import { Random } from "../../rows/random.js";
import type { State } from "../../state/key-state.js";

type Pair = [key: string, value: number];
type Pairs = DStream<Pair>;

/** A part of a program: what it makes of pairs, with a window and a slide that fit, in ms, and a number of partitions. */
type Part = (pairs: Pairs, windowMs: number, slideMs: number, partitions: number) => Pairs;

const add = (a: number, b: number) => a + b;
const subtract = (a: number, b: number) => a - b;
const total = (values: number[], sum: number | undefined) => values.reduce((a, b) => a + b, sum ?? 0);

function running(key: string, value: number | undefined, state: State<number>): Pair {
  if (state.isTimingOut()) return [key, -state.get()];
  state.update((state.getOption() ?? 0) + (value ?? 0));
  return [key, state.get()];
}

const PARTS: Readonly<Record<string, Part>> = {
  reduceByKey: (s, _w, _slide, n) => s.reduceByKey(add, n),
  window: (s, w, slide) => s.window(w, slide),
  "a reduced window": (s, w, slide, n) => s.reduceByKeyAndWindow(add, w, slide, n),
  "with inverse": (s, w, slide, n) => s.reduceByKeyAndWindow(add, subtract, w, slide, n),
  "with inverse and filter": (s, w, slide, n) =>
    s.reduceByKeyAndWindow(add, subtract, w, slide, n, ([, value]) => value !== 0),
  updateStateByKey: (s, _w, _slide, n) => s.updateStateByKey(total, n),
  "updateStateByKey, checkpointed": (s, w, _slide, n) => s.updateStateByKey(total, n).checkpoint(w),
  "a state that is dropped": (s, _w, _slide, n) =>
    s.updateStateByKey((values: number[], sum: number | undefined) => {
      const now = values.reduce((a, b) => a + b, sum ?? 0);
      return now > 9 ? undefined : now;
    }, n),
  "a state with timeout": (s, w, _slide, n) =>
    s.mapWithState(StateSpec.function(running).timeout(w).numPartitions(n)),
  snapshots: (s, _w, _slide, n) =>
    s.mapWithState(StateSpec.function(running).numPartitions(n)).stateSnapshots(),
  transform: (s) => s.transform((rdd) => rdd.mapValues((value) => value + 1)),
  join: (s, _w, _slide, n) =>
    s
      .reduceByKey(add, n)
      .leftOuterJoin(s.mapValues((value) => value * 2).reduceByKey(add, n))
      .mapValues(([a, b]) => a + (b ?? 0)),
};

const BATCH_MS = 1000;
const BATCHES = 16;

/** What may end a process, and where: in the making of a batch, in the body of its output, or between two. */
type End = "in a transform" | "in a body" | "between batches";
const ENDS: readonly End[] = ["in a transform", "in a body", "between batches"];

interface Program {
  names: string[];
  operate(pairs: Pairs): Pairs;
}

function randomProgram(random: Random): Program {
  const upTo = (n: number) => Math.floor(random.next() * n);
  const names = Object.keys(PARTS);
  const parts = Array.from({ length: 1 + upTo(3) }, () => {
    const name = names[upTo(names.length)] as string;
    return { name, window: 1 + upTo(4), slide: 1 + upTo(2), partitions: 1 + upTo(3) };
  });
  return {
    names: parts.map(({ name, window, slide }) => `${name} ${window}/${slide}`),
    operate: (pairs) =>
      parts.reduce((s, { name, window, slide, partitions }) => {
        const { ms } = s.slideDuration;
        return (PARTS[name] as Part)(s, window * ms, slide * ms, partitions);
      }, pairs),
  };
}

/** A process that goes on with the checkpoint in a folder, for some batches. */
async function live(
  folder: string,
  program: Program,
  life: { input: Pair[][]; untilMs: number; end?: { how: End; atMs: number }; workers: number },
  out: Map<number, string[]>,
): Promise<void> {
  const { input, untilMs, end, workers } = life;
  const sc = new SparkContext({ workers, threads: false });
  const dies = (how: End, ms: number) => {
    if (end?.how === how && end.atMs === ms) throw new Error("the process ends here");
  };
  const ssc = await StreamingContext.getOrCreate(folder, () => {
    const made = new StreamingContext(sc, BATCH_MS, { clock: "manual" });
    made.checkpoint(folder);
    const pairs = made.queueStream<Pair>(input).transform((rdd, time) => {
      dies("in a transform", time.ms);
      return rdd;
    });
    program.operate(pairs).foreachRDD(async (rdd, time) => {
      const rows = await rdd.collect();
      dies("in a body", time.ms);
      out.set(time.ms, rows.map((row) => JSON.stringify(row)).sort());
    });
    return made;
  });
  await ssc.start();
  const ended = ssc.awaitTermination().catch((error: Error) => {
    if (!error.message.includes("the process ends here")) throw error;
  });
  await Promise.race([ssc.advanceTo(untilMs), ended]);
  await ssc.stop(true);
  await ended;
}

test.each(Array.from({ length: 24 }, (_, seed) => seed))(
  "a random program that ends at random points, and is started again, gives what it would have given, seed %i",
  async (seed) => {
    const random = new Random(seed);
    const upTo = (n: number) => Math.floor(random.next() * n);
    const program = randomProgram(random);
    const input = Array.from({ length: BATCHES }, () =>
      Array.from({ length: random.next() < 0.3 ? 0 : upTo(6) }, (): Pair => [`k${upTo(4)}`, upTo(5)]),
    );
    const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), "random-ends-")));
    const [expected, out] = [new Map<number, string[]>(), new Map<number, string[]>()];
    try {
      const whole = { input: [...input], untilMs: BATCHES * BATCH_MS, workers: 1 + upTo(3) };
      await live(folders[0] as string, program, whole, expected);
      const workers = 1 + upTo(3);
      let waiting = [...input];
      const ends: string[] = [];
      let untilMs = 0;
      for (let lives = upTo(4); lives >= 0; lives--) {
        const batches = BATCHES - untilMs / BATCH_MS;
        untilMs +=
          BATCH_MS * (lives === 0 ? batches : untilMs === 0 ? 2 + upTo(batches - 1) : upTo(batches + 1));
        const end = { how: ENDS[upTo(ENDS.length)] as End, atMs: untilMs };
        const life = { input: waiting, untilMs, workers, ...(lives > 0 && { end }) };
        await live(folders[1] as string, program, life, out);
        waiting = [];
        ends.push(lives > 0 ? `${end.how} ${end.atMs}` : "at last");
      }
      expect(
        [...out].sort(([a], [b]) => a - b),
        `${program.names.join(" → ")}; ended ${ends.join(", ")}`,
      ).toEqual([...expected]);
    } finally {
      for (const folder of folders) rmSync(folder, { recursive: true });
    }
  },
);
