import { describe, expect, test } from "vitest";
import { KeyedState } from "./keyed-state.js";

type Model = Map<unknown, { value: unknown; timeMs: number }>;

function contents(state: KeyedState): Model {
  return new Map(
    state.keys.map((key, row) => [key, { value: state.values[row], timeMs: state.timeOf(row) }]),
  );
}

function random(seed: number): () => number {
  let at = seed;
  return () => {
    at = (Math.imul(at, 1103515245) + 12345) & 0x7fffffff;
    return at / 0x7fffffff;
  };
}

/** Some random changes, the same to a state and to a Map. */
function change(next: () => number, state: KeyedState, model: Model, timeOf: () => number): void {
  for (let i = Math.floor(next() * 20); i > 0; i--) {
    const timeMs = timeOf();
    const key = `k${Math.floor(next() * 12)}`;
    const row = state.find(key);
    expect(row >= 0).toBe(model.has(key));
    const value = Math.floor(next() * 100);
    if (row >= 0 && next() < 0.3) {
      state.delete(row);
      model.delete(key);
    } else {
      if (row < 0) state.insert(key, value, timeMs);
      else state.set(row, value, timeMs);
      model.set(key, { value, timeMs });
    }
  }
}

/** Whether keys are touched at a time: in each move, in the midst of the moves and of one of them, or never. */
const TIMES: Record<string, (move: number, next: () => number) => number> = {
  "each at its time": (move) => move,
  "some at a time": (move, next) => (move > 12 && next() < 0.5 ? move : 0),
  "none at a time": () => 0,
};

const SEEDS = Array.from({ length: 30 }, (_, i) => i + 1);

describe.each(SEEDS)("random changes, seed %d", (seed) => {
  test.each(Object.entries(TIMES))(
    "%s, leave what a Map would hold, and undoing any number of moves gives what was there before them",
    (_, timeOf) => {
      const next = random(seed);
      const state = new KeyedState();
      const versions: Model[] = [new Map()];
      for (let move = 1; move <= 40; move++) {
        const model = new Map(versions.at(-1));
        state.begin();
        change(next, state, model, () => timeOf(move, next));
        expect(contents(state)).toEqual(model);
        versions.push(model);
        if (next() < 0.3) {
          const moves = Math.min(1 + Math.floor(next() * 3), versions.length - 1);
          expect(state.undo(moves)).toBe(true);
          versions.length -= moves;
          expect(contents(state)).toEqual(versions.at(-1));
        }
      }
    },
  );

  test.each(Object.entries(TIMES))(
    "%s, are in the bytes of each move: whoever loads them has the same state",
    (_, timeOf) => {
      const next = random(seed);
      const state = new KeyedState();
      const model: Model = new Map();
      const parts: Uint8Array[] = [];
      for (let move = 1; move <= 25; move++) {
        state.begin();
        change(next, state, model, () => timeOf(move, next));
        if (move === 10) parts.splice(0, parts.length, state.snapshot());
        else parts.push(state.delta());
        state.settle(1);
        const loaded = new KeyedState();
        for (const part of parts) loaded.load(part);
        expect(contents(loaded)).toEqual(model);
      }
    },
  );

  test("leave the keys in the order of their touches", () => {
    const next = random(seed);
    const state = new KeyedState();
    const model: Model = new Map();
    for (let move = 1; move <= 30; move++) {
      state.begin();
      change(next, state, model, () => move);
      if (next() < 0.2) {
        state.undo(1);
        model.clear();
        for (const [key, entry] of contents(state)) model.set(key, entry);
      }
      const beforeMs = move - 3;
      const old = [...model].filter(([, { timeMs }]) => timeMs < beforeMs).map(([key]) => key);
      const dropped: unknown[] = [];
      for (let row = state.oldestBefore(beforeMs); row !== undefined; row = state.oldestBefore(beforeMs)) {
        dropped.push(state.keys[row]);
        model.delete(state.keys[row]);
        state.delete(row);
      }
      expect(dropped.sort()).toEqual(old.sort());
    }
  });
});

test("a move that touched an object cannot be undone here: it may have been changed where it is", () => {
  const state = new KeyedState();
  state.begin();
  state.insert("k", { n: 1 });
  state.begin();
  state.set(0, { n: 2 });
  expect(state.undo(1)).toBe(false);
});

test("a move that broke off cannot be undone where there are objects: one may have been changed by what threw", () => {
  const state = new KeyedState<unknown>();
  state.begin();
  state.insert("k", { n: 1 });
  state.insert("m", 1);
  state.delta();
  state.begin();
  state.set(1, 2);
  expect(state.undo(1)).toBe(false);
  const numbers = new KeyedState<number>();
  numbers.begin();
  numbers.insert("m", 1);
  numbers.delta();
  numbers.begin();
  numbers.set(0, 2);
  expect(numbers.undo(1)).toBe(true);
});

test("a move that is settled cannot be undone, the one after it can", () => {
  const state = new KeyedState();
  for (const value of [1, 2]) {
    state.begin();
    if (value === 1) state.insert("k", value);
    else state.set(0, value);
  }
  state.settle(1);
  expect(state.undo(1)).toBe(true);
  expect(state.values).toEqual([1]);
  expect(state.undo(1)).toBe(false);
});
