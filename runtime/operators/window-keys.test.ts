import { describe, expect, test } from "vitest";
import type { SidedPairs } from "../rows/column-batch.js";
import { KeyDictionary } from "../rows/key-dictionary.js";
import { stableHash } from "../rows/stable-hash.js";
import { type Pane, WindowKeys } from "./window-keys.js";

type Pairs = readonly (readonly [unknown, unknown])[];

const add = (a: unknown, b: unknown) => (a as number) + (b as number);

/** Pairs as they come from tasks: as they are, with their hashes, or by the ids of those keys that a dictionary has. */
const COMING: readonly [name: string, part: (pairs: Pairs) => SidedPairs][] = [
  ["keys as they are", asTheyAre],
  [
    "keys with their hashes",
    (pairs) => ({ ...asTheyAre(pairs), hashes: Int32Array.from(pairs, ([key]) => stableHash(key)) }),
  ],
  ["keys by their ids", byIds(new KeyDictionary())],
];

function asTheyAre(pairs: Pairs): SidedPairs {
  return {
    keys: pairs.map(([key]) => key),
    values: pairs.map(([, value]) => value),
    length: pairs.length,
    side: 0,
  };
}

function byIds(of: KeyDictionary) {
  return (pairs: Pairs): SidedPairs => {
    const ids = Int32Array.from(pairs, ([key]) => {
      if (typeof key !== "string" || key.startsWith("stray")) return -1;
      const id = of.find(key);
      return id < 0 ? of.add(key) : id;
    });
    return { ...asTheyAre(pairs), known: { of, ids } };
  };
}

function seen(keys: WindowKeys, { rows, values }: Omit<Pane, "endMs">): Pairs {
  return Array.from(rows, (row, i) => [keys.keys[row], values[i]]);
}

describe.each(COMING)("%s", (_name, part) => {
  test("are reduced part after part, in rows in the order in which they first came", () => {
    const keys = new WindowKeys();
    const first = keys.reduce(
      [
        part([
          ["b", 1],
          ["stray", 2],
        ]),
        part([
          ["a", 4],
          ["b", 8],
          [7, 16],
        ]),
      ],
      add,
    );
    expect(seen(keys, first)).toEqual([
      ["b", 9],
      ["stray", 2],
      ["a", 4],
      [7, 16],
    ]);
    const second = keys.reduce(
      [
        part([
          [7, 1],
          ["new", 2],
          ["b", 4],
        ]),
      ],
      add,
    );
    expect(seen(keys, second)).toEqual([
      [7, 1],
      ["new", 2],
      ["b", 4],
    ]);
    expect(keys.keys).toEqual(["b", "stray", "a", 7, "new"]);
  });

  test("that came since are new again when that is undone", () => {
    const keys = new WindowKeys();
    keys.reduce([part([["a", 1]])], add);
    const before = keys.keys;
    keys.reduce(
      [
        part([
          ["b", 1],
          ["stray", 1],
        ]),
      ],
      add,
    );
    keys.goBack(1);
    const again = keys.reduce(
      [
        part([
          ["stray", 1],
          ["c", 2],
          ["b", 3],
          ["a", 4],
        ]),
      ],
      add,
    );
    expect(seen(keys, again)).toEqual([
      ["stray", 1],
      ["c", 2],
      ["b", 3],
      ["a", 4],
    ]);
    expect(keys.keys).toEqual(["a", "stray", "c", "b"]);
    expect(before.slice(0, 3)).toEqual(["a", "b", "stray"]);
  });

  test("that nobody holds are forgotten when they are most, and the others have the first rows", () => {
    const keys = new WindowKeys();
    const all = Array.from({ length: 2000 }, (_, i): [string, number] => [`k${i}`, i]);
    const { rows } = keys.reduce([part(all)], add);
    keys.hold(rows);
    expect(keys.pack()).toBeUndefined();
    keys.letGo(rows.filter((row) => row % 5 !== 0));
    const newRows = keys.pack();
    expect(newRows?.slice(0, 7)).toEqual(Int32Array.of(0, -1, -1, -1, -1, 1, -1));
    expect(keys.size).toBe(400);
    const again = keys.reduce(
      [
        part([
          ["k10", 1],
          ["k11", 2],
          ["k1995", 3],
        ]),
      ],
      add,
    );
    expect([...again.rows]).toEqual([2, 400, 399]);
    expect(seen(keys, again)).toEqual([
      ["k10", 1],
      ["k11", 2],
      ["k1995", 3],
    ]);
  });
});

test("a function that throws leaves nothing of its pane for the next one", () => {
  const keys = new WindowKeys();
  const part = asTheyAre([
    ["a", 1],
    ["b", 2],
    ["a", 3],
  ]);
  const fail = () => {
    throw new Error("no");
  };
  expect(() => keys.reduce([part], fail)).toThrow("no");
  expect(seen(keys, keys.reduce([part], add))).toEqual([
    ["a", 4],
    ["b", 2],
  ]);
});
