import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DStream } from "../context/dstream.js";
import type { SparkConf, SparkContext } from "../context/spark-context.js";
import type { StateSpec } from "../context/state-spec.js";
import type { StreamingContext } from "../context/streaming-context.js";
import { Random } from "../rows/random.js";
import type { State } from "../state/key-state.js";

/** For tests: random programs on two streams of pairs, which are to give the same however they are laid out and whatever befalls them. */

type Pair = [key: string, value: number];
type Pairs = DStream<Pair>;

/** The library that a program is written in: as it is here, or as it is built. */
export interface Library {
  SparkContext: typeof SparkContext;
  StreamingContext: typeof StreamingContext;
  StateSpec: typeof StateSpec;
}

/** A program: the names of the steps of its outputs, each of which goes on from the one before. */
type RandomProgram = readonly (readonly string[])[];

/** What befalls a program. */
export interface Fate {
  /** How often its process ends and is started again with its checkpoint, at most; left out: it has none. */
  restarts?: number;
  /** Has its tasks lose their workers now and then; left out: none is lost. */
  losing?(conf: SparkConf, random: Random): LosingContext;
}

/** A context whose workers are lost. */
export interface LosingContext {
  sc: SparkContext;
  /** Called by functions of the program in the tasks, now and then: it may end their worker. */
  calls?: () => void;
  /** For people: which are lost, and when. */
  told: string;
}

/** How a program is run, from a start to the end of its process. */
interface Life {
  sc: SparkContext;
  /** Of its checkpoint, with which it goes on; left out: none. */
  folder?: string;
  /** What its two queues begin with, by batch. */
  inputs: readonly (readonly Pair[])[][];
  /** How far the clock goes. */
  untilMs: number;
  /** Throws where the process is to end. */
  dies?(where: "in a transform" | "in a body", timeMs: number): void;
  /** See {@link LosingContext}. */
  calls?: (() => void) | undefined;
  /** Takes the rows of each batch and output, in an order of their own. */
  out(timeMs: number, output: number, rows: string): void;
}

const BATCH_MS = 1000;
const BATCHES = 12;

/** No stream slides by more. */
const MOST_SLIDE_MS = 4 * BATCH_MS;

const add = (a: number, b: number) => a + b;
const subtract = (a: number, b: number) => a - b;
const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);

type Step = (pairs: Pairs, other: Pairs) => Pairs;

/** What makes a stream of pairs of two, whose rows do not depend on the order in which others come. */
function stepsOf({ StateSpec }: Library, calls: () => void): Readonly<Record<string, Step>> {
  return {
    mapValues: (pairs) => pairs.mapValues((n) => (n * 3) % 11),
    filter: (pairs) => pairs.filter(([, n]) => n % 3 !== 0),
    mapPartitions: (pairs) =>
      pairs.mapPartitions(function* (rows) {
        calls();
        for (const row of rows) yield row;
        calls();
      }),
    repartition: (pairs) => pairs.repartition(3),
    persist: (pairs) => pairs.persist(),
    union: (pairs, other) => pairs.union(alike(pairs, other)),
    reduceByKey: (pairs) => pairs.reduceByKey(add, 3),
    groupByKey: (pairs) => pairs.groupByKey(2).mapValues(sum),
    join: (pairs, other) =>
      pairs
        .reduceByKey(add)
        .join(alike(pairs, other).reduceByKey(add))
        .mapValues(([a, b]) => a * 100 + b),
    fullOuterJoin: (pairs, other) =>
      pairs
        .reduceByKey(add)
        .fullOuterJoin(alike(pairs, other).reduceByKey(add))
        .mapValues(([a, b]) => (a ?? -1) + (b ?? -2)),
    cogroup: (pairs, other) => pairs.cogroup(alike(pairs, other)).mapValues(([a, b]) => sum(a) - sum(b)),
    window: (pairs) => pairs.window(slides(pairs, 3)),
    windowThatSlides: (pairs) => pairs.window(slides(pairs, 3), wider(pairs)),
    joinOfWindows: (pairs, other) =>
      pairs
        .reduceByKeyAndWindow(add, slides(pairs, 2))
        .join(alike(pairs, other).reduceByKeyAndWindow(add, slides(pairs, 4)))
        .mapValues(([a, b]) => a + 2 * b),
    reduceByKeyAndWindow: (pairs) => pairs.reduceByKeyAndWindow(add, slides(pairs, 3)),
    reducedWindowThatSlides: (pairs) => pairs.reduceByKeyAndWindow(add, slides(pairs, 4), wider(pairs), 2),
    withInverse: (pairs) =>
      pairs.reduceByKeyAndWindow(add, subtract, slides(pairs, 3), pairs.slideDuration, 2),
    withInverseAndFilter: (pairs) =>
      pairs.reduceByKeyAndWindow(add, subtract, slides(pairs, 2), wider(pairs), 3, ([, n]) => n !== 0),
    countByValueAndWindow: (pairs) =>
      pairs.countByValueAndWindow(slides(pairs, 2)).map(([[key, n], count]) => [`${key}${n % 2}`, count]),
    groupByKeyAndWindow: (pairs) => pairs.groupByKeyAndWindow(slides(pairs, 2)).mapValues(sum),
    updateStateByKey: (pairs) =>
      pairs.updateStateByKey((values: number[], state?: number) => {
        calls();
        return ((state ?? 0) + sum(values)) % 1000;
      }),
    stateThatIsDropped: (pairs) =>
      pairs
        .updateStateByKey((values: number[], state?: number) => {
          const now = sum(values) + (state ?? 0);
          return now > 20 ? undefined : now;
        }, 3)
        .checkpoint(slides(pairs, 2)),
    updateStateByPartition: (pairs) =>
      pairs.updateStateByKey<string, number, number>(
        (keys: IterableIterator<[string, number[], number | undefined]>) =>
          [...keys].map(([key, values, state]): [string, number] => [key, (state ?? 0) + values.length]),
        2,
        true,
      ),
    mapWithState: (pairs) =>
      pairs.reduceByKey(add).mapWithState(
        StateSpec.function((key: string, value: number | undefined, state: State<number>) => {
          calls();
          if (!state.isTimingOut()) state.update((state.getOption() ?? 0) + (value ?? 0));
          return [key, state.get()] as Pair;
        }).timeout(slides(pairs, 3)),
      ),
    stateSnapshots: (pairs) =>
      pairs
        .mapWithState(
          StateSpec.function((_key: string, value: number | undefined, state: State<number>) => {
            state.update((state.getOption() ?? 0) + (value ?? 0));
            return value;
          }),
        )
        .stateSnapshots(),
    rollingByKey: (pairs) => pairs.reduceByKey(add).rollingByKey(3).sum(),
    rollingByTime: (pairs) =>
      pairs
        .reduceByKey(add)
        .rollingByKey(`${3 * pairs.slideDuration.ms} ms`)
        .max(),
    transform: (pairs) => pairs.transform((rdd) => rdd.distinct()),
    transformWith: (pairs, other) => pairs.transformWith(alike(pairs, other), (a, b) => a.subtractByKey(b)),
  };
}

/** So many slides of a stream. */
function slides(pairs: Pairs, n: number): number {
  return n * pairs.slideDuration.ms;
}

/** Twice the slide of a stream, where that is not too much. */
function wider(pairs: Pairs): number {
  return Math.min(slides(pairs, 2), Math.max(MOST_SLIDE_MS, slides(pairs, 1)));
}

/** The other stream, with an RDD whenever this one has one. */
function alike(pairs: Pairs, other: Pairs): Pairs {
  return pairs.slideDuration.equals(other.slideDuration)
    ? other
    : other.window(pairs.slideDuration, pairs.slideDuration);
}

/**
 * Runs the random program of a seed, and then again as it is laid out by chance, with what befalls it.
 * @returns what was another than undisturbed, with all that was done; none when nothing was
 */
export async function differences(library: Library, seed: number, fate: Fate): Promise<string[]> {
  const random = new Random(seed);
  const names = Object.keys(stepsOf(library, () => undefined));
  const program = randomProgram(random, names);
  const inputs = [randomInput(random), randomInput(random)];
  const expected = new Map<string, string>();
  const sc = new library.SparkContext({ workers: 1, threads: false });
  const out: Life["out"] = (timeMs, output, rows) => expected.set(`${timeMs} ${output}`, rows);
  const failure = await live(library, program, { sc, inputs, untilMs: BATCHES * BATCH_MS, out });
  if (failure !== undefined) return [`it fails undisturbed, ${JSON.stringify(program)}: ${failure.message}`];
  return new Disturbed(library, program, inputs, expected, random).run(fate);
}

/** A program that is run again. */
class Disturbed {
  readonly #told: string[];
  readonly #seen = new Set<string>();
  readonly #different: string[] = [];
  #untilMs = 0;

  constructor(
    private readonly library: Library,
    private readonly program: RandomProgram,
    private readonly inputs: Life["inputs"],
    private readonly expected: ReadonlyMap<string, string>,
    private readonly random: Random,
  ) {
    this.#told = [JSON.stringify(program)];
  }

  async run({ restarts, losing }: Fate): Promise<string[]> {
    const folder = mkdtempSync(join(tmpdir(), "random-programs-"));
    try {
      for (let lives = this.random.below((restarts ?? 0) + 1); lives >= 0; lives--)
        await this.#live(lives, restarts === undefined ? undefined : folder, losing);
    } finally {
      rmSync(folder, { recursive: true });
    }
    for (const batch of this.expected.keys())
      if (!this.#seen.has(batch)) this.#different.push(`${batch} is missing`);
    return this.#different.map((text) => [text, ...this.#told].join("\n"));
  }

  /** @param more how often it will be started again */
  async #live(more: number, folder: string | undefined, losing: Fate["losing"]): Promise<void> {
    const { random, library, inputs } = this;
    const left = BATCHES - this.#untilMs / BATCH_MS;
    const isFirst = this.#untilMs === 0;
    // The first one takes in its queues, which are in the checkpoint then.
    this.#untilMs +=
      BATCH_MS * (more === 0 ? left : isFirst ? 2 + random.below(left - 1) : random.below(left + 1));
    const end = more === 0 ? "is over" : (ENDS[random.below(ENDS.length)] as string);
    const conf: SparkConf = { workers: 1 + random.below(3), ...PLACES[random.below(PLACES.length)] };
    const { sc, calls, told } = losing?.(conf, random) ?? {
      sc: new library.SparkContext({ ...conf, threads: false }),
      calls: undefined,
      told: "",
    };
    this.#told.push(`${JSON.stringify(conf)}, ${told}; it ends ${end} ${this.#untilMs}`);
    const failure = await live(library, this.program, {
      sc,
      ...(folder !== undefined && { folder }),
      inputs: isFirst ? inputs : inputs.map(() => []),
      untilMs: this.#untilMs,
      calls,
      dies: (where, timeMs) => {
        if (where === end && timeMs === this.#untilMs) throw new Error(END);
      },
      out: (timeMs, output, rows) => this.#given(`${timeMs} ${output}`, rows),
    });
    if (failure !== undefined && !failure.message.includes(END)) this.#different.push(failure.message);
  }

  #given(batch: string, rows: string): void {
    this.#seen.add(batch);
    const expected = this.expected.get(batch);
    if (rows !== expected) this.#different.push(`${batch} is ${rows}, and not ${expected}`);
  }
}

/** Where a process ends. */
const ENDS = ["in a transform", "in a body", "between batches"];
const END = "the process ends here";

/** Where rows and states lie. */
const PLACES: readonly SparkConf[] = [
  {},
  { spillBytes: 1, stateBytes: 1 },
  { stateBytes: 200 },
  { spillBytes: 300 },
];

/** Batches of an input, some of them empty. */
function randomInput(random: Random): Pair[][] {
  return Array.from({ length: BATCHES }, () => {
    const length = random.next() < 0.3 ? 0 : random.below(6);
    return Array.from({ length }, (): Pair => [`k${random.below(4)}`, random.below(10)]);
  });
}

/** Two outputs, the second of which goes on from the first: what they share is computed for both. */
function randomProgram(random: Random, names: readonly string[]): RandomProgram {
  const steps = () =>
    Array.from({ length: 1 + random.below(4) }, () => names[random.below(names.length)] as string);
  return [steps(), steps()];
}

/** Runs a program from a start to its end, or to where it dies. @returns why it ended before its time; undefined when it did not */
async function live(library: Library, program: RandomProgram, life: Life): Promise<Error | undefined> {
  try {
    return await run(library, program, life);
  } finally {
    await life.sc.stop();
  }
}

async function run(library: Library, program: RandomProgram, life: Life): Promise<Error | undefined> {
  const { sc, folder, inputs, untilMs, dies = () => undefined, calls = () => undefined, out } = life;
  const steps = stepsOf(library, calls);
  const make = () => {
    const ssc = new library.StreamingContext(sc, BATCH_MS, { clock: "manual" });
    if (folder !== undefined) ssc.checkpoint(folder);
    const [first, other] = inputs.map((input) => ssc.queueStream<Pair>(structuredClone(input) as Pair[][]));
    let stream = (first as Pairs).transform((rdd, time) => {
      dies("in a transform", time.ms);
      return rdd;
    });
    for (const [output, names] of program.entries()) {
      for (const name of names) stream = (steps[name] as Step)(stream, other as Pairs);
      stream.foreachRDD(async (rdd, time) => {
        const rows = await rdd.collect({ force: true });
        dies("in a body", time.ms);
        const texts = rows.map((row) => JSON.stringify(row));
        out(time.ms, output, texts.sort().join(" "));
      });
    }
    return ssc;
  };
  const ssc = folder === undefined ? make() : await library.StreamingContext.getOrCreate(folder, make);
  await ssc.start();
  let failure: Error | undefined;
  const ended = ssc.awaitTermination().catch((error: Error) => {
    failure = error;
  });
  await Promise.race([ssc.advanceTo(untilMs), ended]);
  await ssc.stop(false);
  await ended;
  return failure;
}
