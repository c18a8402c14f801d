import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { LineTexts } from "./line-texts.js";

const folder = mkdtempSync(join(tmpdir(), "millrace-lines-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;

function written(
  content: string | Uint8Array,
  ending = ".txt",
): { path: string; size: number; modifiedMs: number } {
  files += 1;
  const path = join(folder, `${files}${ending}`);
  writeFileSync(path, content);
  const { size, mtimeMs } = statSync(path);
  return { path, size, modifiedMs: mtimeMs };
}

/** The lines of one split, cut off its texts as the loop of a task does. */
function linesOf(file: ReturnType<typeof written>, start: number, end: number): string[] {
  return [...new LineTexts({ ...file, start, end })].flatMap((text) => {
    const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
    return text.endsWith("\n") ? lines.slice(0, -1) : lines;
  });
}

function linesInSplits(file: ReturnType<typeof written>, cuts: readonly number[]): string[][] {
  const edges = [0, ...cuts, file.size];
  return edges.slice(1).map((end, i) => linesOf(file, edges[i] as number, end));
}

/** What the lines of a text are, by the rule. */
function naive(content: string): string[] {
  const lines = content.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

test.each([
  ["an empty file has no line", "", []],
  ["a line end is not the begin of a line", "a\nb\n", ["a", "b"]],
  ["the last line needs no end", "a\nb", ["a", "b"]],
  ["empty lines are lines", "\n\na\n\n", ["", "", "a", ""]],
  ["\\r\\n ends a line", "a\r\nb\r\n\r\nc", ["a", "b", "", "c"]],
  ["a single \\r does too", "a\rb\r\rc\r", ["a", "b", "", "c"]],
  ["and so in turn", "a\r\r\nb\n\rc", ["a", "", "b", "", "c"]],
  ["a byte order mark is no text", "\uFEFFa\nb", ["a", "b"]],
  ["UTF-8 of one to four bytes", "é€😀\nß\n", ["é€😀", "ß"]],
])("%s", (_title, content, lines) => {
  const file = written(content);
  expect(linesOf(file, 0, file.size)).toEqual(lines);
});

test.each([1, 2, 3])("a split may end within the byte order mark, after byte %i", (cut) => {
  expect(linesInSplits(written("\uFEFFa\nb\nc"), [cut]).flat()).toEqual(["a", "b", "c"]);
});

test("a line belongs to the split before its begin, and to the one it begins the file in", () => {
  const file = written("aa\nbb\ncc\n");
  expect(linesInSplits(file, [3])).toEqual([["aa", "bb"], ["cc"]]);
  expect(linesInSplits(file, [2])).toEqual([["aa"], ["bb", "cc"]]);
  expect(linesInSplits(file, [4, 5])).toEqual([["aa", "bb"], [], ["cc"]]);
});

test("a split between \\r and \\n cuts no line in two", () => {
  const file = written("aa\r\nbb\r\n");
  expect(linesInSplits(file, [3])).toEqual([["aa"], ["bb"]]);
});

/** Numerical Recipes' generator: the same files in every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

describe("whatever the content and the splits, the lines are those of the whole text", () => {
  test.each([1, 2, 3])("short files, cut anywhere, seed %i", (seed) => {
    const next = random(seed);
    for (let run = 0; run < 150; run++) {
      const pieces = ["a", "bc", "é", "😀", "\n", "\r", "\r\n", " "];
      const content = Array.from({ length: next(40) }, () => pieces[next(pieces.length)]).join("");
      const file = written(content);
      const cuts = Array.from({ length: next(6) }, () => next(file.size + 1)).sort((a, b) => a - b);
      // A split of no bytes is made of an empty file only.
      const edges = [...new Set(cuts)].filter((cut) => cut > 0 && cut < file.size);
      expect(linesInSplits(file, edges).flat(), JSON.stringify({ content, edges })).toEqual(naive(content));
    }
  });

  test("lines longer than what is read or decoded at a time", () => {
    const next = random(7);
    const lines = Array.from({ length: 60 }, (_, i) =>
      ["x", "é", "ab"][i % 3]?.repeat(next(i % 20 === 0 ? 1_500_000 : 3000)),
    );
    for (const lineEnd of ["\n", "\r\n", "\r"]) {
      const content = lines.join(lineEnd);
      const file = written(content);
      const cuts = [1, 2, 3, 4, 5, 6, 7].map((i) => Math.floor((i * file.size) / 8) + (i % 3));
      expect(linesInSplits(file, cuts).flat()).toEqual(naive(content));
    }
  });
});

test("a compressed file is read to its end, also of several members one after the other", () => {
  const text = Array.from({ length: 50_000 }, (_, i) => `line ${i} é`).join("\n");
  const half = text.length >> 1;
  const file = written(Buffer.concat([gzipSync(text.slice(0, half)), gzipSync(text.slice(half))]), ".gz");
  expect(linesOf(file, 0, file.size)).toEqual(text.split("\n"));
});

test("positions are those of the texts in the file", () => {
  const content = Array.from({ length: 5000 }, (_, i) => `line é ${i}`).join("\n");
  const bytes = Buffer.from(content);
  const file = written(content);
  const texts = new LineTexts({ ...file, start: 1000, end: 40_000 });
  for (const text of texts) {
    expect(bytes.subarray(texts.position).toString().startsWith(text)).toBe(true);
  }
});
