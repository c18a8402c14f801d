import { describe, expect, test } from "vitest";
import { KeyedState } from "./keyed-state.js";
import { lookAt } from "./state-sight.js";

function state(entries: readonly [key: unknown, value: unknown, timeMs?: number][]): KeyedState {
  const held = new KeyedState();
  for (const [key, value, timeMs] of entries) held.insert(key, value, timeMs);
  return held;
}

const keysOf = (held: KeyedState, limit: number) =>
  lookAt(held.held(), { limit }).entries.map(({ key }) => key);

describe("a look at a state", () => {
  test("counts its keys, estimates their size, and finds the one that waits longest", () => {
    const sight = lookAt(
      state([
        ["a", 1, 3000],
        ["b", 2, 2000],
      ]).held(),
      { limit: 0 },
    );
    expect(sight).toMatchObject({ rows: 2, oldestMs: 2000, entries: [], panes: undefined });
    expect(sight.bytes).toBeGreaterThan(0);
  });

  test("does not make up a time where nobody keeps one", () => {
    const sight = lookAt(state([["a", 1]]).held(), { limit: 1 });
    expect(sight.oldestMs).toBeUndefined();
    expect(sight.entries).toEqual([{ key: "a", value: 1, touchedMs: undefined }]);
  });

  test.each<[string, [unknown, unknown, number?][], unknown[]]>([
    [
      "the greatest numbers",
      [
        ["a", 1],
        ["b", 3],
        ["c", 2],
      ],
      ["b", "c"],
    ],
    [
      "those touched last, where values are no numbers",
      [
        ["a", {}, 1000],
        ["b", {}, 3000],
        ["c", {}, 2000],
      ],
      ["b", "c"],
    ],
    [
      "the first by their keys, where nothing else tells",
      [
        ["b", "x"],
        ["c", "y"],
        ["a", "z"],
      ],
      ["a", "b"],
    ],
    [
      "numbers before what is none",
      [
        ["a", null],
        ["b", Number.NaN],
        ["c", -5],
      ],
      ["c", "a"],
    ],
  ])("gives %s", (_what, entries, keys) => {
    expect(keysOf(state(entries), 2)).toEqual(keys);
  });

  test("gives the first of very many", () => {
    const many = state(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, (i * 7919) % 10_000]));
    expect(lookAt(many.held(), { limit: 3 }).entries.map(({ value }) => value)).toEqual([9999, 9998, 9997]);
  });

  test.each<[string, unknown, unknown[]]>([
    ["a text", "a", ["a"]],
    ["a number, which is no text", 7, [7]],
    ["a pair, by its value", ["x", 1], [["x", 1]]],
    ["one that is not there", "nobody", []],
  ])("finds %s", (_what, key, found) => {
    const held = state([
      ["a", 1],
      [7, 2],
      ["7", 3],
      [["x", 1], 4],
    ]);
    expect(lookAt(held.held(), { keys: [key] }).entries.map((entry) => entry.key)).toEqual(found);
  });
});
