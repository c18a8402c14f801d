import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { DStream } from "../context/dstream.js";
import { StateSpec } from "../context/state-spec.js";
import type { StreamingContext } from "../context/streaming-context.js";
import { mapKeys } from "../operators/map-with-state.js";
import { KeyState, type State } from "../state/key-state.js";
import { KeyedState } from "../state/keyed-state.js";
import type { Time } from "../time/time.js";
import { runBatches } from "./index.js";

/** Cases of Apache Spark's own suites on state (facts; see the file's `meta`). */
interface Case {
  id: string;
  params: { batchMs?: number; initialState?: [never, never][] };
  input: never[][];
  expected: unknown[][];
  expectedStateSnapshots: unknown[][];
  compare: "seq" | "set" | "multiset";
  calls: StateCall[];
}

const cases: Case[] = JSON.parse(
  readFileSync(new URL("./spark-vectors.json", import.meta.url), "utf8"),
).cases;

function vector(id: string): Case {
  const found = cases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no vector ${id}`);
  return found;
}

/** The order of the records in a batch is free. */
function free(batches: unknown[][]): unknown[][] {
  return batches.map((batch) => [...batch].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)));
}

type Words = DStream<string>;

const count = (values: number[], state: number | undefined) => values.reduce((a, b) => a + b, state ?? 0);

const STREAMS: Record<string, (stream: never, context: StreamingContext, one: Case) => DStream<unknown>> = {
  usbk: (words: Words) => words.map((x) => [x, 1]).updateStateByKey(count),
  "usbk-time": (words: Words, context, { params }) =>
    words
      .map((x) => [x, 1])
      .updateStateByKey(
        (time: Time, _key: string, values: number[], state: number | undefined) =>
          values.length > 0 ? time.ms + (state ?? 0) : state,
        2,
        true,
        context.sparkContext.parallelize<[string, number]>(params.initialState ?? []),
      ),
  "py-usbk-list-initial": (pairs: DStream<[string, number]>, context, { params }) =>
    pairs.updateStateByKey(
      (values: number[], state: number[] | undefined) => [...(state ?? []), ...values],
      2,
      context.sparkContext.parallelize<[string, number[]]>(params.initialState ?? []),
    ),
  "mws-simple": (words: Words) => words.map((x) => [x, 1]).mapWithState(StateSpec.function(running)),
  "mws-states": (words: Words) => words.map((x) => [x, 1]).mapWithState(StateSpec.function(runningOfKey)),
  "mws-remove": (words: Words) => words.map((x) => [x, 1]).mapWithState(StateSpec.function(everyOther)),
};

function running(_key: string, value: number | undefined, state: State<number>): number {
  const sum = (value ?? 0) + (state.getOption() ?? 0);
  state.update(sum);
  return sum;
}

function runningOfKey(key: string, value: number | undefined, state: State<number>): [string, number] {
  return [key, running(key, value, state)];
}

function everyOther(
  _time: Time,
  key: string,
  value: number | undefined,
  state: State<number>,
): string | undefined {
  if (!state.exists()) {
    state.update(value ?? 0);
    return undefined;
  }
  state.remove();
  return key;
}

describe("streams with state give what Spark's suites expect", () => {
  for (const [id, operate] of Object.entries(STREAMS)) {
    test.each([1, 2, 3])(`${id}, %d workers`, async (workers) => {
      const one = vector(id);
      const options = { batch: one.params.batchMs ?? 1000, conf: { workers, threads: false } };
      const out = await runBatches(one.input, (s, context) => operate(s as never, context, one), options);
      expect(free(out)).toEqual(free(one.expected));
    });
  }

  test.each(["mws-simple", "mws-states", "mws-remove"])("%s, its snapshots", async (id) => {
    const { input, expectedStateSnapshots } = vector(id);
    const f = { "mws-simple": running, "mws-states": runningOfKey, "mws-remove": everyOther }[id];
    const out = await runBatches(input, (words) =>
      (words as unknown as Words)
        .map((x) => [x, 1])
        .mapWithState(StateSpec.function(f as typeof running))
        .stateSnapshots(),
    );
    expect(free(out)).toEqual(free(expectedStateSnapshots));
  });
});

interface StateCall {
  do: string;
  exists: boolean;
  get?: number | string;
  getOption?: null;
  isUpdated?: true;
  isRemoved?: true;
  isTimingOut?: true;
  thenUpdate?: string;
  thenRemove?: string;
}

describe("mws-state-api, step by step", { shuffle: false }, () => {
  const state = new KeyState<number>();
  const STEPS: Record<string, () => void> = {
    new: () => undefined,
    "wrap(None)": () => state.wrapNone(),
    "wrap(1)": () => state.wrap(1),
    "update(2)": () => state.update(2),
    "remove()": () => state.remove(),
    "wrapTimingOutState(3)": () => state.wrapTimingOut(3),
  };
  /** Spark's kinds of errors, by the codes they have here. */
  const refused = { code: expect.stringMatching(/^RT_STATE_(REMOVED|TIMING_OUT)$/) };
  const unset = { code: "RT_STATE_NOT_SET", message: "State is not set" };

  test.each(vector("mws-state-api").calls)("$do", (call) => {
    STEPS[call.do]?.();
    expect(state.exists()).toBe(call.exists);
    if (typeof call.get === "number") expect(state.get()).toBe(call.get);
    else if (call.get !== undefined) expect(() => state.get()).toThrow(expect.objectContaining(unset));
    if (call.getOption === null) expect(state.getOption()).toBeUndefined();
    expect(state.isUpdated).toBe(call.isUpdated ?? false);
    expect(state.isRemoved).toBe(call.isRemoved ?? false);
    expect(state.isTimingOut()).toBe(call.isTimingOut ?? false);
    if (call.thenUpdate !== undefined)
      expect(() => state.update(9)).toThrow(expect.objectContaining(refused));
    if (call.thenRemove !== undefined) expect(() => state.remove()).toThrow(expect.objectContaining(refused));
  });
});

interface RecordUpdate {
  initState: number[];
  data: string[] | null;
  expectStates: [state: number, timeMs: number][];
  functionCalled?: boolean;
  output?: number[];
  removed?: number[];
  timedOut?: number[];
  timeoutThresholdMs?: number;
}

describe("mws-record-update", () => {
  const { calls, params } = vector("mws-record-update") as unknown as {
    calls: RecordUpdate[];
    params: { initialTimeMs: number; batchTimeMs: number };
  };

  /** Told of what the function did, in the order in which it did it. */
  type Told = ["called"] | ["output" | "removed" | "timed out", number];

  function map(_key: string, what: string | undefined, state: State<number>): Told[] {
    const told: Told[] = [["called"]];
    if (what === undefined) {
      expect(state.isTimingOut()).toBe(true);
      told.push(["timed out", state.get()]);
    } else if (what === "get-state") told.push(["output", state.getOption() ?? -1]);
    else if (what === "update-state") state.update(state.exists() ? state.get() + 1 : 0);
    else if (what === "remove-state") {
      told.push(["removed", state.get()]);
      state.remove();
    }
    return told;
  }

  test.each(calls)("$initState, $data, threshold $timeoutThresholdMs", (call) => {
    const state = new KeyedState<unknown>();
    for (const value of call.initState) state.insert("key", value, params.initialTimeMs);
    state.begin();
    const rows: unknown[] = [];
    const keys = (call.data ?? []).map(() => "key");
    const pairs = { side: 0, keys, values: call.data ?? [], length: keys.length };
    const timeoutMs =
      call.timeoutThresholdMs === undefined ? undefined : params.batchTimeMs - call.timeoutThresholdMs;
    mapKeys([pairs], state, map as never, { timeMs: params.batchTimeMs, timeoutMs }, rows);
    const told = rows.flat() as Told[];
    const of = (kind: Told[0]) => told.flatMap((one) => (one[0] === kind ? [one[1]] : []));
    expect(state.keys.map((_, row) => [state.values[row], state.timeOf(row)])).toEqual(call.expectStates);
    if (call.functionCalled !== undefined) expect(told.length > 0).toBe(call.functionCalled);
    if (call.output !== undefined) expect(of("output")).toEqual(call.output);
    if (call.removed !== undefined) expect(of("removed")).toEqual(call.removed);
    if (call.timedOut !== undefined) expect(of("timed out")).toEqual(call.timedOut);
  });
});
