import { describe, expect, test } from "vitest";
import { blockText } from "../rows/lines.js";
import { LineBuffer } from "./line-buffer.js";

const bytes = (text: string) => new TextEncoder().encode(text);

function linesOf(buffer: LineBuffer): string[] {
  return buffer.take().flatMap((block) => blockText(block).split("\n").slice(0, -1));
}

describe("a line is never split between batches, wherever the network splits it", () => {
  const text = "one\ntwo\n\nthree with ß and 漢字\nfour\n";
  for (let cut = 1; cut < bytes(text).length; cut++) {
    test(`cut after byte ${cut}`, () => {
      const buffer = new LineBuffer({ blockBytes: 8, maxLineBytes: 1000 });
      buffer.push(bytes(text).subarray(0, cut));
      const first = linesOf(buffer);
      buffer.push(bytes(text).subarray(cut));
      expect([...first, ...linesOf(buffer)]).toEqual(text.split("\n").slice(0, -1));
    });
  }
});

test("blocks of an earlier take are not written again", () => {
  const buffer = new LineBuffer({ blockBytes: 16, maxLineBytes: 1000 });
  buffer.push(bytes("first\nsec"));
  const [first] = buffer.take();
  buffer.push(bytes("ond\nthird\n"));
  expect(linesOf(buffer)).toEqual(["second", "third"]);
  expect(first && blockText(first)).toBe("first\n");
});

test("pending lines and bytes count whole lines only", () => {
  const buffer = new LineBuffer({ blockBytes: 64, maxLineBytes: 1000 });
  buffer.push(bytes("a\nbb\nccc"));
  expect([buffer.pendingLines, buffer.pendingBytes]).toEqual([2, 5]);
  buffer.take();
  expect([buffer.pendingLines, buffer.pendingBytes]).toEqual([0, 0]);
});

test("a line longer than the limit is cut off and counted, and the next line is whole", () => {
  const buffer = new LineBuffer({ blockBytes: 8, maxLineBytes: 5 });
  buffer.push(bytes("abcdefghijklmnop"));
  buffer.push(bytes("qrstuvwxyz\nnext\n"));
  expect(linesOf(buffer)).toEqual(["abcde", "next"]);
  expect(buffer.cutLines).toBe(1);
});

describe("a line that is too long is cut off at the same place, wherever the network splits it", () => {
  const text = "abcdefghij\nok\n12345\n123456\nvery long \u6f22\u5b57\nend\n";
  for (let cut = 0; cut < bytes(text).length; cut++) {
    test(`cut after byte ${cut}`, () => {
      const buffer = new LineBuffer({ blockBytes: 8, maxLineBytes: 5 });
      buffer.push(bytes(text).subarray(0, cut));
      buffer.push(bytes(text).subarray(cut));
      expect(linesOf(buffer)).toEqual(["abcde", "ok", "12345", "12345", "very ", "end"]);
      expect(buffer.cutLines).toBe(3);
    });
  }
});

test("a line is cut off between two characters", () => {
  for (const [maxLineBytes, kept] of [
    [1, "a"],
    [2, "a"],
    [3, "a"],
    [4, "a漢"],
    [7, "a漢字"],
    [8, "a漢字"],
  ] as const) {
    const buffer = new LineBuffer({ blockBytes: 64, maxLineBytes });
    buffer.push(bytes("a漢字😀\n"));
    expect(linesOf(buffer)).toEqual([kept]);
  }
});

test("the last line of a sender that closed without a newline is a line", () => {
  const buffer = new LineBuffer({ blockBytes: 8, maxLineBytes: 100 });
  buffer.push(bytes("a\nb"));
  buffer.finishLine();
  expect(linesOf(buffer)).toEqual(["a", "b"]);
});

test("no more lines are taken than asked for; the others wait for later takes, in order", () => {
  const buffer = new LineBuffer({ blockBytes: 8, maxLineBytes: 100 });
  buffer.push(bytes("a\nbb\nccc\ndddd\neeeee\nunfinished"));
  const take = (limit: number) =>
    buffer.take(limit).flatMap((block) => blockText(block).split("\n").slice(0, -1));
  expect(take(1)).toEqual(["a"]);
  expect([buffer.pendingLines, buffer.pendingBytes]).toEqual([4, 18]);
  buffer.push(bytes(" no more\n"));
  expect(take(3)).toEqual(["bb", "ccc", "dddd"]);
  expect(take(Number.POSITIVE_INFINITY)).toEqual(["eeeee", "unfinished no more"]);
  expect([buffer.pendingLines, buffer.pendingBytes, take(5)]).toEqual([0, 0, []]);
});
