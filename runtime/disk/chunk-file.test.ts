import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ChunkFile, readChunk } from "./chunk-file.js";
import { diskError } from "./disk-error.js";
import { ScratchFiles, ScratchFolder } from "./scratch-folder.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "chunks-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a chunk file", () => {
  test("gives each chunk back as it was appended, in any order and any number of times", () => {
    const file = new ChunkFile(join(folder, "a", "file"));
    const places = [
      file.append([["x", "y"], Float64Array.of(1, 2)], 2),
      file.append([[]], 0),
      file.append([[{ a: 1 }]], 1),
    ];
    const read = () => places.map((place) => readChunk(place).map((column) => [...column]));
    expect(read()).toEqual([
      [
        ["x", "y"],
        [1, 2],
      ],
      [[]],
      [[{ a: 1 }]],
    ]);
    expect(read().reverse()).toEqual(read().reverse());
    file.remove();
  });

  test("is not there before its first chunk, nor after it was removed, and can be written again", () => {
    const file = new ChunkFile(join(folder, "file"));
    expect(existsSync(file.path)).toBe(false);
    const place = file.append([[1]], 1);
    expect(file.size).toBe(place.bytes);
    file.remove();
    expect(existsSync(file.path)).toBe(false);
    expect(readChunk(file.append([[2]], 1)).map((column) => [...column])).toEqual([[2]]);
    file.remove();
  });

  test("says in one sentence that it cannot be written, why, and what to do", () => {
    writeFileSync(join(folder, "no-folder"), "");
    const file = new ChunkFile(join(folder, "no-folder", "file"));
    const message = `cannot write ${file.path}, which holds rows that do not fit in memory: a part of the path is no folder (EEXIST); make room there, or set \`localDir\` to a folder with room`;
    expect(() => file.append([[1]], 1)).toThrow(expect.objectContaining({ code: "RT_DISK", message }));
  });

  test.runIf(existsSync("/dev/full"))("says that no space is left", () => {
    const full = openSync("/dev/full", "w");
    try {
      writeSync(full, "x");
    } catch (error) {
      expect(diskError("write", "/dev/full", error).message).toContain("no space is left there (ENOSPC)");
    } finally {
      closeSync(full);
    }
    expect.assertions(1);
  });

  test("may be one of more than are open at a time: each is written and read as if it were the only one", () => {
    const opened = () => (process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0);
    const before = opened();
    const files = Array.from({ length: 300 }, (_, i) => new ChunkFile(join(folder, "many", `${i}`)));
    const places = [0, 1].flatMap((round) => files.map((file, i) => file.append([[`${round} of ${i}`]], 1)));
    expect(places.map((place) => readChunk(place)[0]?.[0])).toEqual(
      [0, 1].flatMap((round) => files.map((_, i) => `${round} of ${i}`)),
    );
    expect(opened() - before).toBeLessThan(100);
    for (const file of files) file.remove();
    expect(readdirSync(join(folder, "many"))).toEqual([]);
  });

  test("that is gone or cut off is told of, whoever reads it", () => {
    const file = new ChunkFile(join(folder, "file"));
    const place = file.append([[1, 2, 3]], 3);
    writeFileSync(file.path, "short");
    expect(() => readChunk(place)).toThrow(expect.objectContaining({ code: "RT_DISK" }));
    file.remove();
    expect(() => readChunk(place)).toThrow(/cannot read .* it is gone \(ENOENT\)/);
  });
});

describe("the folder of a context's chunk files", () => {
  test("is made by the first chunk in it, and removed with all files", () => {
    const scratch = new ScratchFolder(folder);
    const [one, two] = [new ScratchFiles(scratch.path), new ScratchFiles(scratch.path)];
    expect(readdirSync(folder)).toEqual([]);
    for (const files of [one, two, two]) files.create().append([[1]], 1);
    expect(readdirSync(scratch.path)).toHaveLength(3);
    scratch.remove();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("of a process that was killed is removed by the next one; that of a living process stays", () => {
    const living = new ScratchFolder(folder);
    new ScratchFiles(living.path).create().append([[1]], 1);
    // No process has this number: it is beyond the greatest there can be.
    const killed = living.path.replace(`-${process.pid}-`, "-4194305-");
    new ChunkFile(join(killed, "left.chunks")).append([[1]], 1);
    const next = new ScratchFolder(folder);
    expect(readdirSync(folder).map((name) => join(folder, name))).toEqual([living.path]);
    for (const scratch of [living, next]) scratch.remove();
  });
});
