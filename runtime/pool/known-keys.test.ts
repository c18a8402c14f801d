import { describe, expect, test } from "vitest";
import type { KeyTable } from "../rows/key-table.js";
import type { NumberedKeys } from "../rows/numbered-keys.js";
import { partitionsOf } from "../rows/partitioning.js";
import { RecurringKeyTable } from "../rows/recurring-key-table.js";
import { partitionOf, stableHash } from "../rows/stable-hash.js";
import { KnownKeys, type SentKeys } from "./known-keys.js";

const PROGRAM = "p";
const LIMIT_BYTES = 2 ** 20;

const words = (from: number, count: number) => Array.from({ length: count }, (_, i) => `w${from + i}`);

/** A map task that makes a table of these keys. */
function task(known: KnownKeys, keys: readonly unknown[]): KeyTable | RecurringKeyTable {
  const table = known.table(PROGRAM, true);
  for (const key of keys) if (table.find(key) < 0) table.insert(key, 1);
  return table;
}

/** One after which there is a dictionary. */
function begun(keys: readonly unknown[] = words(0, 300)): KnownKeys {
  const known = new KnownKeys(LIMIT_BYTES);
  known.note(PROGRAM, task(known, keys));
  return known;
}

function encode(known: KnownKeys, table: KeyTable | RecurringKeyTable, worker = 1) {
  if (!(table instanceof RecurringKeyTable)) throw new Error("this table has no dictionary");
  const encoded = known.encode(PROGRAM, worker, numbered(table));
  if (encoded === undefined) throw new Error("the dictionary is gone");
  return encoded;
}

/** All keys of a table. */
function numbered(table: RecurringKeyTable): NumberedKeys {
  return table.numbered(Int32Array.from({ length: table.size }, (_, row) => row));
}

/** As it goes between threads. */
const copied = (sent: SentKeys): SentKeys => structuredClone(sent);

describe("keys that two workers know", () => {
  test("are sent once, and are by their numbers what they were, whatever comes between", () => {
    const sender = begun();
    const receiver = new KnownKeys(LIMIT_BYTES);
    const batches = [words(0, 300), words(100, 500), [...words(0, 10), 7, ["a", 1], "ü"], words(0, 600)];
    const sizes = batches.map((keys) => {
      const { sent } = encode(sender, task(sender, keys));
      const came = receiver.received(0, copied(sent));
      expect(came.keys).toEqual(keys);
      expect([...came.hashes]).toEqual(keys.map((key) => stableHash(key) | 0));
      return sent.newKeys.length;
    });
    expect(sizes).toEqual([300, 300, 1, 0]);
  });

  test("are of one dictionary with those that the receiver makes itself", () => {
    const sender = begun();
    const receiver = begun();
    const own = task(receiver, words(200, 300)) as RecurringKeyTable;
    const came = receiver.received(0, copied(encode(sender, task(sender, words(0, 300))).sent));
    expect(came.known?.of).toBe(own.dictionary);
    expect([...(came.known?.ids ?? [])].map((id) => own.dictionary.keys[id])).toEqual(words(0, 300));
    expect(own.find("w250")).toBe(50);
  });

  test("are sent anew where the message could not be sent", () => {
    const sender = begun();
    const receiver = new KnownKeys(LIMIT_BYTES);
    encode(sender, task(sender, words(0, 300))).takeBack();
    const { sent } = encode(sender, task(sender, words(100, 300)));
    expect(receiver.received(0, copied(sent)).keys).toEqual(words(100, 300));
  });

  test("are sent anew to the worker that takes the place of a lost one, and by it", () => {
    const sender = begun();
    const receiver = new KnownKeys(LIMIT_BYTES);
    receiver.received(0, copied(encode(sender, task(sender, words(0, 300))).sent));
    sender.forgetPeer(1);
    const next = new KnownKeys(LIMIT_BYTES);
    const { sent } = encode(sender, task(sender, words(0, 300)));
    expect(next.received(0, copied(sent)).keys).toEqual(words(0, 300));
    receiver.forgetPeer(0);
    const successor = begun(words(5, 300));
    const other = encode(successor, task(successor, words(5, 300))).sent;
    expect(receiver.received(0, copied(other)).keys).toEqual(words(5, 300));
  });
});

describe("a dictionary", () => {
  test.each<[string, unknown[]]>([
    ["few keys", words(0, 10)],
    ["numbers", Array.from({ length: 300 }, (_, i) => i)],
    ["more keys than will come again", words(0, 70_000)],
  ])("is not kept for %s", (_name, keys) => {
    const known = begun(keys);
    expect(known.table(PROGRAM, true)).not.toBeInstanceOf(RecurringKeyTable);
  });

  test("goes when most keys are new after some tasks, and does not come back", () => {
    const known = begun();
    const dropped = Array.from({ length: 10 }, (_, i) => {
      const table = task(known, words(1000 * i, 300));
      return known.note(PROGRAM, table);
    });
    expect(dropped.filter((number) => number !== undefined)).toHaveLength(1);
    expect(known.table(PROGRAM, true)).not.toBeInstanceOf(RecurringKeyTable);
  });

  test("stays when keys recur, and goes with its program", () => {
    const known = begun();
    for (let i = 0; i < 20; i++) expect(known.note(PROGRAM, task(known, words(i, 300)))).toBeUndefined();
    expect(known.drop(PROGRAM)).toBeTypeOf("number");
    expect(known.drop(PROGRAM)).toBeUndefined();
  });

  test("takes no more than all of them may, and all keys are right without it", () => {
    const sender = new KnownKeys(20_000);
    const receiver = new KnownKeys(10_000);
    sender.note(PROGRAM, task(sender, words(0, 300)));
    for (const keys of [words(0, 300), words(0, 300), words(200, 300)]) {
      const table = task(sender, keys) as RecurringKeyTable;
      expect(table.dictionary.size).toBeLessThan(200);
      expect(receiver.received(0, copied(encode(sender, table).sent)).keys).toEqual(keys);
    }
  });
});

test.each([1, 2, 3, 7, 1000, 16384, 16385, 100_003])(
  "partitions of hashes are those of their keys, of %d",
  (count) => {
    const keys = [...words(0, 1000), 5, null, "日本"];
    const hashes = Int32Array.from(keys, (key) => stableHash(key) | 0);
    expect([...partitionsOf(hashes, count)]).toEqual(keys.map((key) => partitionOf(key, count)));
  },
);
