import { describe, expect, test } from "vitest";
import { KeyDictionary } from "./key-dictionary.js";
import { KeyTable } from "./key-table.js";
import { Random } from "./random.js";
import { RecurringKeyTable } from "./recurring-key-table.js";

const add = (a: number, b: number) => a + b;

/** Texts of every length about the limits of short ones, alike but for little, not of bytes, and keys that are no texts. */
const KEYS: readonly unknown[] = [
  "",
  "\0",
  "\0\0",
  "a",
  "a\0",
  "\0a",
  "abcd",
  "abcde",
  "abcdefgh",
  "abcdefghi",
  "abcdefghijk",
  "abcdefghijkl",
  "abcdefghijklm, longer than what is packed",
  "ü",
  "日",
  "abcd日",
  "abcdefgh日",
  "ÿÿÿÿÿÿÿÿÿÿÿ",
  "1",
  1,
  -0,
  0,
  Number.NaN,
  null,
  true,
  10n,
  ["a", 1],
  ["a", 2],
  ...Array.from({ length: 3000 }, (_, i) => `w${i}`),
];

describe("a table of recurring keys is what a table without a dictionary is", () => {
  test.each([
    ["that takes every key", 1e9],
    ["that is soon full", 100],
    ["that takes none", 0],
  ])("with a dictionary %s, batch after batch", (_name, room) => {
    const random = new Random(room + 1);
    const dictionary = new KeyDictionary();
    const takes = () => dictionary.size < room;
    for (let batch = 0; batch < 20; batch++) {
      const table = new RecurringKeyTable<number>(dictionary, takes);
      const plain = new KeyTable<number>();
      for (let i = 0; i < 2000; i++) {
        const key = KEYS[Math.floor(random.next() * KEYS.length)];
        const row = table.find(key);
        expect(row).toBe(plain.find(key));
        if (row < 0) table.insert(key, i);
        else table.values[row] = (table.values[row] as number) + i;
        plain.merge(key, i, add);
      }
      expect(table.keys).toEqual(plain.keys);
      expect(table.values).toEqual(plain.values);
      expect(table.hashes()).toEqual(plain.hashes());
      const numbered = table.numbered(Int32Array.from(plain.keys, (_, row) => row));
      expect(numbered.keys).toEqual(plain.keys);
      expect(numbered.hashes).toEqual(plain.hashes());
    }
    expect(dictionary.size).toBeLessThanOrEqual(room);
  });

  test("after it was emptied, and where another table had the dictionary meanwhile", () => {
    const dictionary = new KeyDictionary();
    const one = new RecurringKeyTable<number>(dictionary, () => true);
    const other = new RecurringKeyTable<number>(dictionary, () => true);
    const put = (table: RecurringKeyTable<number>, key: string, value: number) => {
      const row = table.find(key);
      if (row < 0) table.insert(key, value);
      else table.values[row] = (table.values[row] as number) + value;
    };
    for (const key of ["a", "b", "a"]) put(one, key, 1);
    for (const key of ["b", "c", "b"]) put(other, key, 1);
    for (const key of ["c", "a"]) put(one, key, 1);
    expect([one.keys, one.values]).toEqual([
      ["a", "b", "c"],
      [3, 1, 1],
    ]);
    one.clear();
    put(one, "b", 5);
    put(other, "a", 1);
    expect([one.keys, one.values]).toEqual([["b"], [5]]);
    expect([other.keys, other.values]).toEqual([
      ["b", "c", "a"],
      [2, 1, 1],
    ]);
  });

  test("where columns are merged, some by their ids", () => {
    const dictionary = new KeyDictionary();
    const mapped = new RecurringKeyTable<number>(dictionary, () => dictionary.size < 50);
    for (const key of KEYS) {
      if (mapped.find(key) < 0) mapped.insert(key, 1);
    }
    const columns = {
      keys: mapped.keys,
      values: mapped.values,
      length: mapped.size,
      known: mapped.numbered(Int32Array.from(mapped.keys, (_, row) => row)).known,
    };
    const strange = { keys: KEYS, values: KEYS.map(() => 10), length: KEYS.length };
    const table = new RecurringKeyTable<number>(dictionary, () => false);
    const plain = new KeyTable<number>();
    for (const pairs of [columns, strange, columns]) {
      table.mergeAll(pairs, add);
      plain.mergeAll(pairs, add);
    }
    expect(table.keys).toEqual(plain.keys);
    expect(table.values).toEqual(plain.values);
  });
});
