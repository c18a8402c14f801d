import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SparkConf, SparkContext as SparkContextType } from "../index.js";

// The built library, as a program would import it: workers are threads with heaps of their own.
const { SparkContext }: typeof import("../index.js") = await import("../../dist/index.js" as string);

let localDir: string;
const open: SparkContextType[] = [];

beforeEach(() => {
  localDir = mkdtempSync(join(tmpdir(), "spill-test-"));
});
afterEach(async () => {
  for (const sc of open.splice(0)) await sc.stop();
  rmSync(localDir, { recursive: true });
});

function newContext(conf: SparkConf = {}): SparkContextType {
  const sc = new SparkContext({ workers: 2, workerMemoryMb: 64, localDir, ...conf });
  open.push(sc);
  return sc;
}

const ROWS = 1_500_000;
const KEYS = 20_011;

/** 180 MB of text: more than both heaps together. */
function pairs(sc: SparkContextType) {
  return sc
    .range(0, 1_500_000, 1, 4)
    .map((n): [string, string] => [`key${(n * 7919) % 20_011}`, `value ${n} `.padEnd(120, "abcdefgh")]);
}

test("groups and sorts more than the heaps of all workers hold, and leaves no file behind", async () => {
  const sc = newContext();
  const groups = pairs(sc).groupByKey(4);
  const sizes = groups.mapValues((values) => values.length);
  expect(await sizes.count()).toBe(KEYS);
  expect(await sizes.values().reduce((a, b) => a + b)).toBe(ROWS);
  expect(readdirSync(localDir)).toHaveLength(1);
  const sorted = pairs(sc).sortByKey(true, 2);
  const [first] = await sorted.take(1);
  expect(first?.[0]).toBe("key0");
  const inOrder = sorted.keys().mapPartitions(function* (keys) {
    let [before, good] = ["", true];
    for (const key of keys) {
      good &&= before <= key;
      before = key;
    }
    yield good;
  });
  expect(await inOrder.collect()).toEqual([true, true]);
  await sc.stop();
  expect(readdirSync(localDir)).toEqual([]);
});

test("a folder that cannot be written fails the job that needs it with one sentence, and no other", async () => {
  const file = join(localDir, "no-folder");
  writeFileSync(file, "");
  const sc = newContext({ localDir: file });
  await expect(pairs(sc).groupByKey(4).count()).rejects.toMatchObject({
    code: "RT_DISK",
    message: expect.stringMatching(
      /^cannot write .*no-folder.*, which holds rows that do not fit in memory: a part of the path is no folder \(E\w+\); make room there, or set `localDir` to a folder with room$/,
    ),
  });
  expect(await sc.parallelize([1, 2, 2]).distinct().count()).toBe(2);
});
