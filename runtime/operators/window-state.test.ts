import { describe, expect, test } from "vitest";
import { KeyTable } from "../rows/key-table.js";
import { InverseWindow, TwoStackWindow, type WindowState } from "./window-state.js";

type Pane = [string, number][];

function tableOf(pane: Pane): KeyTable {
  const table = new KeyTable<number>();
  for (const [key, value] of pane) table.merge(key, value, (a, b) => a + b);
  return table as KeyTable;
}

function rows({ keys, values }: { keys: unknown[]; values: unknown[] }): Record<string, unknown> {
  return Object.fromEntries(keys.map((key, i) => [String(key), values[i]]));
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
  window.move(tableOf(pane), index + 1, index + 1 - count);
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
      const parts: Uint8Array[] = [];
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
  const [plain, parts] = [new TwoStackWindow(add), [] as Uint8Array[]];
  panes.forEach((pane, i) => {
    plain.begin();
    move(plain, pane, i, 7);
    parts.push(plain.delta());
    const loaded = new TwoStackWindow(add);
    for (const part of parts) loaded.load(part);
    expect(loaded.pairs()).toEqual(plain.pairs());
  });
});

test("two stacks merge in order of time, for a reduce function that is not commutative", () => {
  const concat = (a: unknown, b: unknown) => `${a}${b}`;
  const window = new TwoStackWindow(concat);
  const seen: unknown[] = [];
  for (let i = 0; i < 7; i++) {
    const pane = new KeyTable();
    pane.insert("k", String(i));
    window.move(pane, i + 1, i + 1 - 3);
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
