import { describe, expect, test } from "vitest";
import type { SidedPairs } from "../rows/column-batch.js";
import { KeyTable } from "../rows/key-table.js";
import { type StateBytes, tablesToBytes } from "../state/state-bytes.js";
import { InverseWindow } from "./inverse-window.js";
import { TwoStackWindow } from "./two-stack-window.js";
import type { WindowState } from "./window-state.js";

type Pane = [string, number][];

function tableOf(pane: Pane): KeyTable {
  const table = new KeyTable<number>();
  for (const [key, value] of pane) table.merge(key, value, (a, b) => a + b);
  return table as KeyTable;
}

function partOf({ keys, values, size }: KeyTable): SidedPairs {
  return { keys, values, length: size, side: 0 };
}

function rows({
  keys,
  values,
}: {
  keys: readonly unknown[];
  values: readonly unknown[];
}): Record<string, unknown> {
  return Object.fromEntries(values.map((value, i) => [String(keys[i]), value]));
}

/** A window as its definition says: everything again, from the panes in it. */
function naive(
  panes: Pane[],
  last: number,
  count: number,
  merge: (a: never, b: never) => unknown,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const pane of panes.slice(Math.max(0, last - count + 1), last + 1)) {
    for (const [key, value] of Object.entries(rows(tableOf(pane)))) {
      result[key] = key in result ? merge(result[key] as never, value as never) : value;
    }
  }
  return result;
}

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

/** Panes of random keys; every third one or so is empty. */
function randomPanes(seed: number): Pane[] {
  const next = random(seed);
  return Array.from({ length: 40 }, () =>
    next() < 0.3
      ? []
      : Array.from({ length: Math.floor(next() * 12) }, () => [
          `k${Math.floor(next() * 8)}`,
          Math.floor(next() * 9) + 1,
        ]),
  );
}

function move(window: WindowState, pane: Pane, index: number, count: number): void {
  window.move([partOf(tableOf(pane))], index + 1, index + 1 - count);
}

const add = (a: unknown, b: unknown) => (a as number) + (b as number);
const subtract = (a: unknown, b: unknown) => (a as number) - (b as number);

describe("a moving window equals the window computed anew, for random panes", () => {
  for (const count of [1, 2, 3, 7, 40]) {
    for (const seed of [1, 2, 3, 4, 5]) {
      test(`${count} panes, seed ${seed}, two stacks`, () => {
        const panes = randomPanes(seed);
        const window = new TwoStackWindow(add);
        panes.forEach((pane, i) => {
          move(window, pane, i, count);
          expect(rows(window.pairs())).toEqual(naive(panes, i, count, add as never));
        });
      });

      test(`${count} panes, seed ${seed}, inverse with filter`, () => {
        const panes = randomPanes(seed);
        const window = new InverseWindow(add, subtract, ([, value]) => value !== 0);
        panes.forEach((pane, i) => {
          move(window, pane, i, count);
          expect(rows(window.pairs())).toEqual(naive(panes, i, count, add as never));
        });
      });
    }
  }
});

const KINDS: [string, () => WindowState][] = [
  ["two stacks", () => new TwoStackWindow(add)],
  ["inverse with filter", () => new InverseWindow(add, subtract, ([, value]) => value !== 0)],
];

describe.each(KINDS)("%s", (_kind, newWindow) => {
  describe.each([1, 2, 3, 7])("%d panes", (count) => {
    test.each([1, 2, 3])("moves that were undone leave nothing behind, seed %d", (seed) => {
      const panes = randomPanes(seed);
      const next = random(seed + 100);
      const window = newWindow();
      panes.forEach((pane, i) => {
        for (let again = 0; again < 3; again++) {
          window.begin();
          move(window, pane, i, count);
          if (again === 2 || next() < 0.5) break;
          expect(window.undo(1)).toBe(true);
          expect(rows(window.pairs())).toEqual(i === 0 ? {} : naive(panes, i - 1, count, add as never));
        }
        expect(rows(window.pairs())).toEqual(naive(panes, i, count, add as never));
        window.settle(1);
      });
    });

    test.each([1, 2, 3])("is made again from what was kept of its moves, seed %d", (seed) => {
      const panes = randomPanes(seed);
      let window = newWindow();
      const parts: StateBytes[] = [];
      panes.forEach((pane, i) => {
        window.begin();
        move(window, pane, i, count);
        if (i % 10 === 5) parts.splice(0, parts.length, window.snapshot());
        else parts.push(window.delta());
        window.settle(1);
        if (i % 3 === 0) {
          window = newWindow();
          for (const part of parts) window.load(part);
        }
        expect(rows(window.pairs())).toEqual(naive(panes, i, count, add as never));
      });
    });
  });
});

test("a window made again from its bytes gives the very same sums, to the last bit", () => {
  const panes = Array.from({ length: 30 }, (_, i): Pane => [["k", 0.1 * i]]);
  const [plain, parts] = [new TwoStackWindow(add), [] as StateBytes[]];
  panes.forEach((pane, i) => {
    plain.begin();
    move(plain, pane, i, 7);
    parts.push(plain.delta());
    const loaded = new TwoStackWindow(add);
    for (const part of parts) loaded.load(part);
    expect(rows(loaded.pairs())).toEqual(rows(plain.pairs()));
  });
});

test("two stacks merge in order of time, for a reduce function that is not commutative", () => {
  const concat = (a: unknown, b: unknown) => `${a}${b}`;
  const window = new TwoStackWindow(concat);
  const seen: unknown[] = [];
  for (let i = 0; i < 7; i++) {
    const pane = new KeyTable();
    pane.insert("k", String(i));
    window.move([partOf(pane)], i + 1, i + 1 - 3);
    seen.push(window.pairs().values[0]);
  }
  expect(seen).toEqual(["0", "01", "012", "123", "234", "345", "456"]);
});

test("with an inverse and no filter, keys stay with what the inverse leaves", () => {
  const window = new InverseWindow(add, subtract, undefined);
  for (const [i, pane] of [[["a", 2]], [], []].entries()) move(window, pane as Pane, i, 1);
  expect(rows(window.pairs())).toEqual({ a: 0 });
});

test("the panes of a window are told by their end and number of keys", () => {
  const window = new TwoStackWindow(add);
  for (const [i, pane] of (
    [
      [["a", 1]],
      [
        ["a", 1],
        ["b", 1],
      ],
      [],
    ] as Pane[]
  ).entries())
    move(window, pane, i, 2);
  expect(window.panes()).toEqual([
    { endMs: 2, keys: 2 },
    { endMs: 3, keys: 0 },
  ]);
});

/** Panes whose keys stay for a few batches and go, so that windows forget most of the keys they ever had. */
function passingPanes(seed: number): Pane[] {
  const next = random(seed);
  return Array.from({ length: 40 }, (_, i) =>
    Array.from({ length: 300 }, () => [`k${200 * i + Math.floor(next() * 700)}`, Math.floor(next() * 9) + 1]),
  );
}

describe.each(KINDS)("%s of keys that come and go", (_kind, newWindow) => {
  test.each([1, 2, 3])(
    "is the window computed anew, undone or made again from its bytes, seed %d",
    (seed) => {
      const panes = passingPanes(seed);
      const next = random(seed + 100);
      let window = newWindow();
      const parts: StateBytes[] = [];
      let most = 0;
      panes.forEach((pane, i) => {
        window.begin();
        move(window, pane, i, 3);
        if (next() < 0.5) {
          expect(window.undo(1)).toBe(true);
          window.begin();
          move(window, pane, i, 3);
        }
        if (i % 15 === 0) parts.splice(0, parts.length, window.snapshot());
        else parts.push(window.delta());
        window.settle(1);
        most = Math.max(most, window.size);
        expect(rows(window.pairs())).toEqual(naive(panes, i, 3, add as never));
        if (i % 7 !== 5) return;
        window = newWindow();
        for (const part of parts) window.load(part);
        expect(rows(window.pairs())).toEqual(naive(panes, i, 3, add as never));
      });
      expect(most).toBeLessThan(1100);
      expect(window.size).toBe(window.pairs().length);
    },
  );

  test.each([
    ["a few of them", 5],
    ["most of them", 300],
  ])("gives what stays as it was, read at once or when others came: moves touch %s", (_keys, touched) => {
    const panes = passingPanes(4).map((pane, i) => pane.slice(0, i % 10 === 0 ? 300 : touched));
    const window = newWindow();
    const given = panes.map((pane, i) => {
      window.begin();
      move(window, pane, i, 12);
      if (i % 3 === 0) {
        window.pairs();
        window.undo(1);
        window.begin();
        move(window, pane, i, 12);
      }
      window.settle(1);
      const pairs = window.pairs();
      const expected = naive(panes, i, 12, add as never);
      if (i % 4 === 0) expect(rows(pairs)).toEqual(expected);
      return { pairs, expected };
    });
    for (const { pairs, expected } of given) {
      expect(rows(pairs)).toEqual(expected);
      expect(pairs.length).toBe(pairs.values.length);
    }
  });
});

test.each([
  ["two stacks", (reduce: typeof add) => new TwoStackWindow(reduce)],
  ["inverse", (reduce: typeof add) => new InverseWindow(reduce, subtract, ([, value]) => value !== 0)],
] as const)("%s: a move in the middle of which a function throws is undone", (_kind, newWindow) => {
  const panes = randomPanes(7);
  let left = Number.POSITIVE_INFINITY;
  const window: WindowState = newWindow((a, b) => {
    left -= 1;
    if (left < 0) throw new Error("no");
    return add(a, b);
  });
  let failed = 0;
  panes.forEach((pane, i) => {
    for (const most of [0, 1, 3, Number.POSITIVE_INFINITY]) {
      window.begin();
      left = most;
      try {
        move(window, pane, i, 3);
        break;
      } catch {
        failed += 1;
        left = Number.POSITIVE_INFINITY;
        expect(window.undo(1)).toBe(true);
      }
    }
    left = Number.POSITIVE_INFINITY;
    window.settle(1);
    expect(rows(window.pairs())).toEqual(naive(panes, i, 3, add as never));
  });
  expect(failed).toBeGreaterThan(10);
});

test.each(KINDS)("a window that was written without an inverse goes on as one of %s", (_kind, newWindow) => {
  const panes = randomPanes(8);
  const before = new TwoStackWindow(add);
  for (const [i, pane] of panes.slice(0, 20).entries()) move(before, pane, i, 5);
  const window = newWindow();
  window.load(before.snapshot());
  for (const [i, pane] of panes.entries()) {
    if (i < 20) continue;
    window.begin();
    move(window, pane, i, 5);
    expect(rows(window.pairs())).toEqual(naive(panes, i, 5, add as never));
  }
});

test("bytes that an earlier version wrote are refused with the ways out", () => {
  const bytes = tablesToBytes([
    { columns: [[0, 0]], length: 2 },
    { columns: [[]], length: 0 },
  ]);
  expect(() => new TwoStackWindow(add).load(bytes)).toThrow(
    expect.objectContaining({
      code: "RT_CHECKPOINT_CHANGED",
      message: expect.stringContaining('onChange: "reset"'),
    }),
  );
});
