import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { HistoryAccess, HistoryEntry } from "../port/front-calls.js";
import { ManualClock } from "../testing/manual-clock.js";
import { systemClock } from "./clock.js";
import { HISTORY_DELAY_MS, History } from "./history.js";
import { type HistoryFile, HistoryFolder, type HistoryRecord } from "./history-folder.js";

const inputs = ["let a = 1", "a", "let b = a", "a", "b\n+ 1"];

const silence = () => undefined;

function filled(limit?: number): History {
  const history = new History(undefined, systemClock, silence, limit);
  inputs.forEach((input, i) => {
    history.add(i + 1, input);
  });
  return history;
}

const lines = async (access: HistoryAccess, history = filled()) =>
  (await history.read(access)).map((entry) => entry.line);

describe("history", () => {
  const search = { type: "search", n: undefined, unique: false } as const;
  it.each<[HistoryAccess, number[]]>([
    [{ type: "tail", n: 2 }, [4, 5]],
    [{ type: "tail", n: 100 }, [1, 2, 3, 4, 5]],
    [{ type: "tail", n: 0 }, []],
    [{ type: "range", session: 0, start: 2, stop: 4 }, [2, 3]],
    [{ type: "range", session: 1, start: 4, stop: undefined }, [4, 5]],
    [{ type: "range", session: 2, start: 1, stop: undefined }, []],
    [{ type: "range", session: -1, start: 1, stop: undefined }, []],
    [{ ...search, pattern: "*" }, [1, 2, 3, 4, 5]],
    [{ ...search, pattern: "let*" }, [1, 3]],
    [{ ...search, pattern: "a" }, [2, 4]],
    [{ ...search, pattern: "a", unique: true }, [4]],
    [{ ...search, pattern: "*", n: 2 }, [4, 5]],
    [{ ...search, pattern: "let [ac]*" }, [1]],
    [{ ...search, pattern: "let [^a]*" }, [3]],
    [{ ...search, pattern: "let ? = a" }, [3]],
    [{ ...search, pattern: "b*1" }, [5]],
    [{ ...search, pattern: "a+" }, []],
    [{ ...search, pattern: "let [c-a]*" }, []],
    [{ ...search, pattern: "let [^c-a]*" }, [1, 3]],
  ])("%j gives the lines %j", async (access, expected) => {
    expect(await lines(access)).toEqual(expected);
  });

  it("keeps the text of a result with its input", async () => {
    const history = filled();
    history.addOutput(2, "1");
    const entries = await history.read({ type: "range", session: 0, start: 1, stop: 3 });
    expect(entries.map((entry) => entry.output)).toEqual([undefined, "1"]);
  });

  it("forgets the oldest entries", async () => {
    expect(await lines({ type: "tail", n: 10 }, filled(3))).toEqual([3, 4, 5]);
  });
});

describe("history of several sessions", () => {
  const folders: string[] = [];
  const newFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), "history-"));
    folders.push(folder);
    return join(folder, "not made yet", "history");
  };
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  /** Runs sessions one after the other; returns the last one. */
  async function sessions(path: string, ...all: string[][]): Promise<History> {
    let history = new History(new HistoryFolder(path), systemClock, silence);
    for (const cells of all) {
      history = new History(new HistoryFolder(path), systemClock, silence);
      cells.forEach((cell, i) => {
        history.add(i + 1, cell);
      });
      await history.written();
    }
    return history;
  }
  const places = (entries: HistoryEntry[]) => entries.map(({ session, line }) => [session, line]);

  const search = { type: "search", n: undefined, unique: false } as const;
  it.each<[HistoryAccess, [session: number, line: number][]]>([
    [
      { type: "tail", n: 3 },
      [
        [2, 1],
        [2, 2],
        [3, 1],
      ],
    ],
    [
      { type: "tail", n: 9 },
      [
        [1, 1],
        [1, 2],
        [2, 1],
        [2, 2],
        [3, 1],
      ],
    ],
    [{ type: "range", session: 0, start: 1, stop: undefined }, [[3, 1]]],
    [{ type: "range", session: -1, start: 2, stop: 9 }, [[2, 2]]],
    [{ type: "range", session: -2, start: 1, stop: 2 }, [[1, 1]]],
    [{ type: "range", session: -3, start: 1, stop: 2 }, []],
    [{ type: "range", session: 1, start: 1, stop: 2 }, [[1, 1]]],
    [
      { ...search, pattern: "a*" },
      [
        [1, 1],
        [2, 1],
        [3, 1],
      ],
    ],
    [
      { ...search, pattern: "a*", n: 2 },
      [
        [2, 1],
        [3, 1],
      ],
    ],
    [
      { ...search, pattern: "*", unique: true },
      [
        [1, 2],
        [2, 2],
        [3, 1],
      ],
    ],
  ])("%j gives %j", async (access, expected) => {
    const history = await sessions(newFolder(), ["a", "b"], ["a", "c"], ["a"]);
    expect(places(await history.read(access))).toEqual(expected);
  });

  it("has a number before its first cell, and no file", async () => {
    const path = newFolder();
    await sessions(path, ["a"]);
    const next = new History(new HistoryFolder(path), systemClock, silence);
    expect(places(await next.read({ type: "range", session: -1, start: 1, stop: undefined }))).toEqual([
      [1, 1],
    ]);
    expect(readdirSync(path)).toEqual(["1.jsonl"]);
  });

  it("keeps results, and texts of any characters", async () => {
    const path = newFolder();
    const first = await sessions(path, ["'\u2028\n\u0000😀'"]);
    first.addOutput(1, "1\n2");
    await first.written();
    const [entry] = await (await sessions(path, [])).read({ type: "tail", n: 1 });
    expect(entry).toEqual({ session: 1, line: 1, input: "'\u2028\n\u0000😀'", output: "1\n2" });
  });

  it("writes what comes within a moment together, in order", async () => {
    const writes: (readonly HistoryRecord[])[] = [];
    class Recorded extends HistoryFolder {
      override begin = async (): Promise<HistoryFile> => ({
        session: 1,
        append: async (records) => void writes.push(records),
      });
    }
    const clock = new ManualClock();
    const history = new History(new Recorded(newFolder()), clock, silence);
    history.add(1, "a");
    history.addOutput(1, "1");
    await clock.advance(HISTORY_DELAY_MS - 1);
    expect(writes).toEqual([]);
    history.add(2, "b");
    await clock.advance(1);
    history.add(3, "c");
    await clock.advance(HISTORY_DELAY_MS);
    expect(writes).toEqual([
      [
        { line: 1, input: "a" },
        { line: 1, output: "1" },
        { line: 2, input: "b" },
      ],
      [{ line: 3, input: "c" }],
    ]);
  });

  it("gives kernels that begin at the same time a number each", async () => {
    const path = newFolder();
    const kernels = Array.from(
      { length: 8 },
      () => new History(new HistoryFolder(path), systemClock, silence),
    );
    for (const [k, kernel] of kernels.entries()) for (let i = 1; i <= 50; i++) kernel.add(i, `kernel ${k}`);
    await Promise.all(kernels.map((kernel) => kernel.written()));
    const all = await new History(new HistoryFolder(path), systemClock, silence).read({
      type: "tail",
      n: 1000,
    });
    expect(all).toHaveLength(400);
    // One kernel's cells have one session: as many pairs as kernels.
    expect(new Set(all.map(({ session, input }) => `${session} ${input}`)).size).toBe(8);
  });

  it("leaves out what a crash has cut off", async () => {
    const path = newFolder();
    await sessions(path, ["a", "b"]);
    appendFileSync(
      join(path, "1.jsonl"),
      'null\n[]\n{"line":"x","input":"a"}\n{"line":7,"output":"1"}\n{"line":3,"inp',
    );
    const history = await sessions(path, ["c"]);
    expect(places(await history.read({ type: "tail", n: 9 }))).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
    ]);
  });

  it.each([
    ["sessions", { sessions: 2, bytes: 1e6 }],
    ["bytes", { sessions: 100, bytes: 40 }],
  ])("removes the oldest beyond the limit of %s", async (_, kept) => {
    const path = newFolder();
    for (const cell of ["a", "b", "c"]) {
      const history = new History(new HistoryFolder(path, kept), systemClock, silence);
      history.add(1, cell);
      await history.written();
    }
    expect(readdirSync(path).sort()).toEqual(["2.jsonl", "3.jsonl"]);
  });

  it("goes on in memory when the folder cannot be written, and says so once", async () => {
    const file = join(newFolder(), "..", "..", "a file");
    writeFileSync(file, "");
    const said: string[] = [];
    const history = new History(new HistoryFolder(join(file, "history")), systemClock, (_, text) =>
      said.push(text),
    );
    for (const line of [1, 2]) history.add(line, "a");
    expect(places(await history.read({ type: "tail", n: 9 }))).toEqual([
      [1, 1],
      [1, 2],
    ]);
    expect(said).toEqual([expect.stringMatching(/^the history is not kept beyond this session: ENOTDIR/)]);
  });
});
