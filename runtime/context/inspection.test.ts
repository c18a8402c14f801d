import { afterEach, describe, expect, test } from "vitest";
import type { State } from "../state/key-state.js";
import { SparkContext } from "./spark-context.js";
import { StateSpec } from "./state-spec.js";
import { StreamingContext } from "./streaming-context.js";
import type { StreamingOptions } from "./streaming-options.js";

const contexts: StreamingContext[] = [];

function newContext(options: StreamingOptions = {}): StreamingContext {
  const sc = new SparkContext({ workers: 2, threads: false });
  const ssc = new StreamingContext(sc, 1000, { clock: "manual", ...options });
  contexts.push(ssc);
  return ssc;
}

afterEach(async () => {
  for (const ssc of contexts.splice(0)) await ssc.stop(true);
});

const pairs = (...words: string[]): [string, number][] => words.map((word) => [word, 1]);

describe("a state is looked at", () => {
  function counting(...batches: [string, number][][]) {
    const ssc = newContext();
    const counts = ssc
      .queueStream(batches)
      .updateStateByKey(
        (values: number[], before: number | undefined) => (before ?? 0) + values.reduce((a, b) => a + b, 0),
      );
    counts.print(0);
    return { ssc, counts };
  }

  test("its keys, how many there are, and the greatest of them", async () => {
    const { ssc, counts } = counting(pairs("a", "b", "a"), pairs("a", "c"));
    await ssc.start();
    await ssc.advance(2000);
    const state = await ssc.state<string, number>(counts, { limit: 2 });
    expect(state).toMatchObject({ timeMs: 2000, rows: 3, partitions: 2, missing: 0, panes: undefined });
    expect(state?.entries.map(({ key, value }) => [key, value])[0]).toEqual(["a", 3]);
    expect(state?.entries).toHaveLength(2);
    expect(state?.diskBytes).toBe(0);
    expect((await ssc.status())?.outputs[0]).toMatchObject({ stateRows: 3, stateDiskBytes: 0 });
    await ssc.stop(false);
    expect((await ssc.status())?.outputs[0]).toMatchObject({ stateRows: 3, stateDiskBytes: 0 });
    await ssc.start();
    expect((await ssc.status())?.outputs[0]?.stateRows).toBeUndefined();
  });

  test("one key; the stream may be one that is made from it", async () => {
    const { ssc, counts } = counting(pairs("a", "b"));
    const doubled = counts.mapValues((n) => n * 2);
    doubled.print(0);
    await ssc.start();
    await ssc.advance(1000);
    expect((await ssc.state(doubled, { keys: ["b"] }))?.entries).toEqual([
      { key: "b", value: 1, touchedMs: undefined },
    ]);
    expect((await ssc.state(doubled, { keys: ["z"] }))?.entries).toEqual([]);
  });

  test("when its keys were touched, where the operator keeps that", async () => {
    const ssc = newContext();
    const seen = ssc.queueStream([pairs("a", "b"), pairs("b")]).mapWithState(
      StateSpec.function((_key: string, _value: number | undefined, state: State<number>) => {
        if (!state.isTimingOut()) state.update((state.getOption() ?? 0) + 1);
      }).timeout("1 min"),
    );
    seen.print(0);
    await ssc.start();
    await ssc.advance(2000);
    const state = await ssc.state(seen);
    expect(state?.oldestMs).toBe(1000);
    expect(state?.entries).toEqual([
      { key: "b", value: 2, touchedMs: 2000 },
      { key: "a", value: 1, touchedMs: 1000 },
    ]);
  });

  test("the panes of a window", async () => {
    const ssc = newContext();
    const counts = ssc
      .queueStream([pairs("a", "b"), pairs("b"), pairs("c")])
      .reduceByKeyAndWindow((a, b) => a + b, "2 s", "1 s");
    counts.print(0);
    await ssc.start();
    await ssc.advance(3000);
    const state = await ssc.state(counts);
    expect(state?.panes).toEqual([
      { endMs: 2000, keys: 1 },
      { endMs: 3000, keys: 1 },
    ]);
    expect(state?.entries.map(({ key }) => key).sort()).toEqual(["b", "c"]);
  });

  test("and is not there before the first batch, nor where nothing keeps one", async () => {
    const { ssc, counts } = counting(pairs("a"));
    expect(await ssc.state(counts)).toBeUndefined();
    await ssc.start();
    expect(await ssc.state(counts)).toBeUndefined();
    const plain = ssc.queueStream<number>([]).setName("plain");
    await expect(ssc.state(plain)).rejects.toMatchObject({
      code: "RT_NO_STATE",
      message: expect.stringContaining("`plain` (input) keeps no state"),
    });
    await expect(ssc.state(counts.join(counts))).resolves.toBeUndefined();
    const other = counts.updateStateByKey((values: number[]) => values.length);
    await expect(ssc.state(counts.join(other))).rejects.toThrow("is made from 2 states");
  });
});

describe("a peek", () => {
  test("gives the next rows of a stream that runs, and of one that no output reads", async () => {
    const ssc = newContext();
    const numbers = ssc.queueStream([[1, 2], [3], [4, 5]]);
    const doubled = numbers.map((n) => n * 2);
    numbers.print(0);
    await ssc.start();
    const [first, second] = [ssc.peek(numbers, 2), ssc.peek(doubled, 4)];
    await ssc.advance(3000);
    expect(await first).toEqual({ end: "full", batches: [{ timeMs: 1000, rows: [1, 2] }] });
    expect((await second)?.batches.flatMap(({ rows }) => rows)).toEqual([2, 4, 6, 8]);
  });

  test("ends with what has passed when it is aborted, and when the streams stop", async () => {
    const ssc = newContext();
    const numbers = ssc.queueStream([[1], [2]]);
    numbers.print(0);
    await ssc.start();
    const enough = new AbortController();
    const aborted = ssc.peek(numbers, 10, enough.signal);
    const stopped = ssc.peek(numbers, 10);
    await ssc.advance(1000);
    enough.abort();
    expect(await aborted).toEqual({ end: "enough", batches: [{ timeMs: 1000, rows: [1] }] });
    await ssc.advance(1000);
    await ssc.stop();
    expect(await stopped).toMatchObject({ end: "stopped", batches: [{ rows: [1] }, { rows: [2] }] });
  });

  test("tells who looks of what fails, and the streams go on", async () => {
    const ssc = newContext();
    const numbers = ssc.queueStream([[1], [2], [3]]);
    const broken = numbers.map((n): number => {
      throw new Error(`no ${n}`);
    });
    numbers.print(0);
    await ssc.start();
    const peek = ssc.peek(broken, 1);
    const failed = expect(peek).rejects.toThrow("the function of `map` failed on the record 1: Error: no 1");
    await ssc.advance(2000);
    await failed;
    expect(ssc.getState()).toBe("ACTIVE");
    expect(await ssc.status()).toMatchObject({ completed: 2, failure: "" });
  });

  test("does not begin a state of its own", async () => {
    const ssc = newContext();
    const numbers = ssc.queueStream([pairs("a")]);
    const counts = numbers.updateStateByKey((values: number[]) => values.length);
    numbers.print(0);
    await ssc.start();
    await expect(ssc.peek(counts, 1)).rejects.toMatchObject({ code: "RT_PEEK_STATE" });
  });
});

describe("a batch that failed is remembered", () => {
  test.each(["stop", "skip"] as const)(
    "with its function, its record and its error (%s)",
    async (onFailure) => {
      const ssc = newContext({ onFailure });
      ssc
        .queueStream([["a"], ["7", "x"]])
        .map((text) => JSON.parse(text.replace("a", "1")) as number)
        .print();
      await ssc.start();
      await ssc.advance(2000);
      const batches = await ssc.batches();
      expect(batches.map(({ batchTimeMs }) => batchTimeMs)).toEqual([1000, 2000]);
      expect(batches[1]?.outputs.at(-1)).toMatchObject({
        failure: expect.stringContaining("on the record 'x'"),
        fault: { operator: "map", record: "'x'", error: expect.stringMatching(/^SyntaxError: /) },
      });
      expect((await ssc.status())?.outputs[0]).toMatchObject({ batches: 1, failures: 1 });
    },
  );
});

describe("the clock of a context", () => {
  test("stops in the middle of an advance that is aborted, and can be moved on", async () => {
    const ssc = newContext();
    const enough = new AbortController();
    ssc.queueStream<number>([]).foreachRDD(() => enough.abort(new Error("enough")));
    await ssc.start();
    await expect(ssc.advance("1 hour", enough.signal)).rejects.toThrow("enough");
    const nowMs = (await ssc.status())?.nowMs ?? 0;
    expect(nowMs).toBeLessThan(60_000);
    expect((await ssc.advance(1000)).ms).toBe(nowMs + 1000);
  });

  test("is another from the next start on", async () => {
    const ssc = newContext({ clock: "system" });
    ssc.queueStream([[1]]).print(0);
    ssc.useClock("manual");
    expect(ssc.hasManualClock).toBe(true);
    await ssc.start();
    await ssc.advance(2000);
    expect(await ssc.status()).toMatchObject({ completed: 2, nowMs: 2000, clock: "manual" });
    expect(() => ssc.useClock("system")).toThrow("stop it first");
    await ssc.stop();
    ssc.useClock("system");
    await ssc.start();
    expect(await ssc.status()).toMatchObject({ clock: "system" });
  });
});
