import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { ScratchFiles } from "../disk/scratch-folder.js";
import { estimateBytes } from "../rows/size-estimate.js";
import type { Storage } from "../rows/storage-level.js";
import { KeptRows } from "./kept-rows.js";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const ROWS = Array.from({ length: 100 }, (_, i) => `row ${i}`);
const SIZE = estimateBytes(ROWS);

/** Room for `partitions` of {@link ROWS}. */
function keptRows(partitions: number) {
  const folder = mkdtempSync(join(tmpdir(), "kept-rows-"));
  folders.push(folder);
  const kept = new KeptRows(partitions * SIZE, new ScratchFiles(folder));
  const put = (node: string, storage: Storage, partition = 0) => kept.put(node, partition, storage, ROWS);
  return { kept, put, files: () => readdirSync(folder).length };
}

describe("rows of a level that allows", () => {
  test.each<[Storage, { memory: number; files: number }]>([
    ["MEMORY_ONLY", { memory: SIZE, files: 0 }],
    ["MEMORY_AND_DISK", { memory: SIZE, files: 0 }],
    ["DISK_ONLY", { memory: 0, files: 1 }],
    ["ALWAYS", { memory: SIZE, files: 0 }],
  ])("%s are kept there, and read back", (storage, expected) => {
    const { kept, put, files } = keptRows(1);
    const [told] = put("a", storage);
    expect(told).toMatchObject({ node: "a", partition: 0, isKept: true, memoryBytes: expected.memory });
    expect(told?.diskBytes).toBeGreaterThanOrEqual(expected.files);
    expect(files()).toBe(expected.files);
    expect(Array.from(kept.get("a", 0) ?? [])).toEqual(ROWS);
    kept.release("a");
    expect([kept.get("a", 0), files(), kept.rdds]).toEqual([undefined, 0, 0]);
  });
});

describe("when there is no room for a partition", () => {
  test("of another RDD, the one goes that was not read for the longest time", () => {
    const { kept, put } = keptRows(2);
    put("a", "MEMORY_ONLY");
    put("b", "MEMORY_ONLY");
    kept.get("a", 0);
    expect(put("c", "MEMORY_ONLY").map(({ node, isKept }) => [node, isKept])).toEqual([
      ["b", false],
      ["c", true],
    ]);
    expect(["a", "b", "c"].map((node) => kept.get(node, 0)?.length)).toEqual([100, undefined, 100]);
  });

  test("one that may be on disk goes there, and is read from there", () => {
    const { kept, put, files } = keptRows(1);
    put("a", "MEMORY_AND_DISK");
    expect(put("b", "MEMORY_ONLY")).toMatchObject([
      { node: "a", isKept: true, memoryBytes: 0 },
      { node: "b", isKept: true },
    ]);
    expect(files()).toBe(1);
    expect(Array.from(kept.get("a", 0) ?? [])).toEqual(ROWS);
  });

  test("none of its own RDD goes: it is not kept, or kept on disk", () => {
    const { kept, put } = keptRows(1);
    put("a", "MEMORY_ONLY", 0);
    expect(put("a", "MEMORY_ONLY", 1)).toEqual([]);
    expect(put("a", "MEMORY_AND_DISK", 1)).toMatchObject([{ partition: 1, isKept: true, memoryBytes: 0 }]);
    expect(kept.get("a", 0)?.length).toBe(100);
  });

  test("what windows read stays, and takes more than the limit", () => {
    const { kept, put } = keptRows(1);
    put("window", "ALWAYS", 0);
    put("window", "ALWAYS", 1);
    expect(put("a", "MEMORY_ONLY")).toEqual([]);
    expect([0, 1].map((partition) => kept.get("window", partition)?.length)).toEqual([100, 100]);
  });
});

test("a partition that is computed again takes the place of itself", () => {
  const { kept, put } = keptRows(1);
  put("a", "MEMORY_ONLY");
  expect(put("a", "MEMORY_ONLY")).toMatchObject([{ node: "a", isKept: true }]);
  expect(kept.rdds).toBe(1);
});
