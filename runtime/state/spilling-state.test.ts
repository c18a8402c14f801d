import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ScratchFiles } from "../disk/scratch-folder.js";
import { canonicalKey } from "../rows/key.js";
import { KeyedState } from "./keyed-state.js";
import type { PagedState } from "./paged-state.js";
import { SpillingState, type Visits } from "./spilling-state.js";
import type { StateBytes } from "./state-bytes.js";
import { StateRoom } from "./state-room.js";
import { TouchedState } from "./touched-state.js";

/** By the text of the key: keys may be arrays. */
type Model = Map<string, { key: unknown; value: unknown; timeMs: number }>;

let folder: string;
let room: StateRoom;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "state-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Paging {
  pageBytes: number;
  visits: Visits;
}

const PAGINGS: Paging[] = [
  { pageBytes: 2000, visits: "touched" },
  { pageBytes: 4000, visits: "all" },
];

const CASES = [1, 4000, 12_000, 2 ** 30].flatMap((limitBytes) =>
  PAGINGS.flatMap((paging) => [1, 2].map((seed) => ({ limitBytes, ...paging, seed }))),
);

function random(seed: number): () => number {
  let at = seed;
  return () => {
    at = (Math.imul(at, 1103515245) + 12345) & 0x7fffffff;
    return at / 0x7fffffff;
  };
}

function newState(limitBytes: number, paging: Paging): SpillingState {
  room = new StateRoom(limitBytes, new ScratchFiles(join(folder, "scratch")));
  return new SpillingState(room, paging.visits, paging.pageBytes);
}

/** What a model holds, as lines: compared faster than maps. */
function lines(model: Model): string {
  const all = [...model].map(([key, { value, timeMs }]) => `${key} ${JSON.stringify(value)} ${timeMs}`);
  return all.sort().join("\n");
}

function contents(state: SpillingState): Model {
  const model: Model = new Map();
  for (const { keys, values, timesMs = [] } of state.held())
    for (let i = 0; i < keys.length; i++) {
      const text = canonicalKey(keys[i]);
      model.set(text, { key: keys[i], value: values[i], timeMs: timesMs[i] as number });
    }
  expect(state.size).toBe(model.size);
  return model;
}

function keyOf(n: number): unknown {
  if (n % 7 === 0) return ["tuple", n];
  return n % 5 === 0 ? n : `a key of some length ${n}`;
}

interface Change {
  key: unknown;
  /** Undefined: it goes. */
  value: unknown;
}

/** Makes the changes as operators do: to the one table, or to page after page. */
function change(state: SpillingState, changes: readonly Change[], timeMs: number): void {
  const { now } = state;
  if (now instanceof KeyedState) {
    changeKeys(now, changes, timeMs);
    return;
  }
  if (now instanceof TouchedState) {
    const keys = changes.map(({ key }) => key);
    changeKeys(now.open([{ keys, length: keys.length }], undefined), changes, timeMs);
    now.close();
    return;
  }
  for (const page of now.pages()) {
    const own = changes.filter(({ key }) => now.pageOf(key) === page);
    if (own.length === 0) continue;
    changeKeys(now.open(page), own, timeMs);
    now.close(page);
  }
}

function changeKeys(state: KeyedState, changes: readonly Change[], timeMs: number): void {
  for (const { key, value } of changes) {
    const row = state.find(key);
    if (value === undefined) {
      if (row >= 0) state.delete(row);
    } else if (row < 0) state.insert(key, value, timeMs);
    else state.set(row, value, timeMs);
  }
}

function changed(model: Model, changes: readonly Change[], timeMs: number): Model {
  const after = new Map(model);
  for (const { key, value } of changes) {
    if (value === undefined) after.delete(canonicalKey(key));
    else after.set(canonicalKey(key), { key, value, timeMs });
  }
  return after;
}

function someChanges(next: () => number, make: (n: number) => unknown): Change[] {
  // Keys come in the first moves, and go in the later ones.
  return Array.from({ length: Math.floor(next() * 120) }, () => ({
    key: keyOf(Math.floor(next() * 400)),
    value: next() < 0.25 ? undefined : make(Math.floor(next() * 1000)),
  }));
}

describe.each(CASES)(
  "a state of $limitBytes B in pages of $pageBytes, visited: $visits, seed $seed",
  ({ limitBytes, seed, ...paging }) => {
    test("is what a Map would be, also after moves that are undone, and after objects were changed where they are", () => {
      const next = random(seed);
      const state = newState(limitBytes, paging);
      const versions: Model[] = [new Map()];
      let settled = 0;
      for (let move = 1; move <= 40; move++) {
        const changes = someChanges(next, (n) => n);
        state.begin(0);
        change(state, changes, move);
        versions.push(changed(versions.at(-1) as Model, changes, move));
        state.delta();
        expect(lines(contents(state))).toBe(lines(versions.at(-1) as Model));
        const open = versions.length - 1 - settled;
        if (next() < 0.3) {
          const moves = Math.min(1 + Math.floor(next() * 3), open);
          expect(state.undo(moves)).toBe(true);
          versions.length -= moves;
          expect(lines(contents(state))).toBe(lines(versions.at(-1) as Model));
        } else if (next() < 0.7) {
          state.settle(open);
          settled = versions.length - 1;
        }
      }
      if (limitBytes < 2 ** 30) expect(state.diskBytes).toBeGreaterThan(0);
      state.release();
      expect(room.bytes).toBe(0);
      expect(filesIn(folder)).toEqual([]);
    });

    test("is made again of the bytes of its moves, by one with less memory and by one with more", () => {
      const next = random(seed);
      const state = newState(limitBytes, paging);
      let model: Model = new Map();
      const parts: StateBytes[] = [];
      for (let move = 1; move <= 24; move++) {
        const changes = someChanges(next, (n) => ({ n }));
        state.begin(0);
        change(state, changes, move);
        model = changed(model, changes, move);
        if (move % 9 === 0) parts.splice(0, parts.length, state.snapshot());
        else parts.push(state.delta());
        state.settle(1);
        if (move % 5 !== 0) continue;
        for (const otherBytes of [limitBytes, 1, 2 ** 30]) {
          const loaded = newState(otherBytes, paging);
          // Rows as they were before there were pages are rows: these are not taken apart on the way.
          for (const part of parts) loaded.load(part);
          expect(lines(contents(loaded))).toBe(lines(model));
          loaded.begin(0);
          change(loaded, [{ key: "one more", value: 1 }], move);
          expect(contents(loaded).size).toBe(model.size + 1);
          loaded.release();
        }
      }
    });

    test("gives its pairs as they are, whatever becomes of it until they are let go", () => {
      const next = random(seed);
      const state = newState(limitBytes, paging);
      let model: Model = new Map();
      const given: { pairs: () => [string, unknown][]; model: Model; release(): void }[] = [];
      for (let move = 1; move <= 20; move++) {
        const changes = someChanges(next, (n) => n);
        state.begin(0);
        change(state, changes, move);
        model = changed(model, changes, move);
        const { now } = state;
        const { chunks, release } =
          now instanceof KeyedState ? { chunks: [now.pairs()], release: () => undefined } : now.pairs();
        const pairs = () =>
          [...chunks].flatMap(({ keys, values, length }) =>
            Array.from({ length }, (_, i): [string, unknown] => [canonicalKey(keys[i]), values[i]]),
          );
        given.push({ pairs, model, release });
        state.settle(1);
      }
      for (const { pairs, model, release } of given) {
        const expected = [...model].map(([key, { value }]) => [key, value]);
        for (const _ of [1, 2])
          expect(JSON.stringify(pairs().sort(byKey))).toBe(JSON.stringify(expected.sort(byKey)));
        release();
      }
      state.release();
      expect(filesIn(folder)).toEqual([]);
    });
  },
);

test("a move that broke off is undone, though objects of it may have been changed where they are", () => {
  const state = newState(1, { pageBytes: 2000, visits: "all" });
  state.begin(1);
  change(state, [{ key: "a", value: { n: 1 } }, { key: "b", value: { n: 1 } }], 1); // biome-ignore format: one move
  state.settle(1);
  const before = structuredClone(contents(state));
  state.begin(0);
  const paged = state.now as PagedState;
  const held = paged.open(paged.pageOf("a"));
  (held.values[held.find("a")] as { n: number }).n = 2;
  expect(state.undo(1)).toBe(true);
  expect(lines(contents(state))).toBe(lines(before));
});

test.each<Visits>(["touched", "all"])(
  "memory is within the limit when a move begins, while keys come, are touched here and there, and go: %s",
  (visits) => {
    const limitBytes = 200_000;
    const state = newState(limitBytes, { pageBytes: 4000, visits });
    const next = random(7);
    let mostBytes = 0;
    for (let move = 1; move <= 60; move++) {
      const keys = move <= 20 ? Array.from({ length: 1000 }, (_, i) => move * 1000 + i) : [];
      const touched = Array.from({ length: 50 }, () => Math.floor(next() * move * 1000));
      state.begin(0);
      mostBytes = Math.max(mostBytes, room.bytes);
      change(
        state,
        [...keys, ...touched].map((n) => ({ key: `the key ${n}`, value: move > 40 ? undefined : n })),
        move,
      );
      state.delta();
      state.settle(1);
    }
    expect(mostBytes).toBeLessThanOrEqual(limitBytes);
    expect(mostBytes).toBeGreaterThan(limitBytes / 2);
  },
);

test("what nobody holds of the files on disk is at most about as much as what is held", () => {
  const state = newState(100_000, { pageBytes: 100_000, visits: "all" });
  const text = "x".repeat(2000);
  for (let move = 1; move <= 30; move++) {
    state.begin(0);
    change(
      state,
      Array.from({ length: 2000 }, (_, i) => ({
        key: `k${move % 3 === 0 ? i : i % 400}`,
        value: text + move,
      })),
      move,
    );
    state.delta();
    state.settle(1);
  }
  const held = state.diskBytes;
  expect(held).toBeGreaterThan(3_000_000);
  expect(filesIn(folder).length * 2 ** 24).toBeLessThan(2 * held + 3 * 2 ** 24);
});

function filesIn(path: string): string[] {
  return existsSync(path) ? readdirSync(path, { recursive: true }).map(String).filter((name) => name.endsWith(".chunks")) : []; // biome-ignore format: a line
}

function byKey([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : 1;
}
