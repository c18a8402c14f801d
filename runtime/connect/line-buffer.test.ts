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
