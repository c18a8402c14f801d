import { describe, expect, test } from "vitest";
import { blockText, blockTexts, dealBlocks, type LineBlock, toLineBlocks } from "./lines.js";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("text is cut into blocks of whole lines", () => {
  test.each([
    ["no bytes", "", 4, []],
    ["one line without an end", "abc", 2, ["abc"]],
    ["lines shorter than a block share one", "a\nb\nc\n", 4, ["a\nb\n", "c\n"]],
    ["a line longer than a block has its own", "abcdefgh\ni\n", 3, ["abcdefgh\n", "i\n"]],
    ["empty lines count", "\n\n\n", 2, ["\n\n", "\n"]],
    ["a character of several bytes is never split", "ééé\nß\n", 1, ["ééé\n", "ß\n"]],
  ])("%s", (_name, text, blockBytes, expected) => {
    const blocks = toLineBlocks(bytes(text), blockBytes);
    expect(blocks.map(blockText)).toEqual(expected);
    const lines = text.split("\n").length - (text.endsWith("\n") || text === "" ? 1 : 0);
    expect(blocks.reduce((sum, block) => sum + block.records, 0)).toBe(lines);
  });
});

test("lines are counted at whatever byte a block begins and ends", () => {
  const lines = Array.from({ length: 400 }, (_, i) => "ab\u000bc".repeat(i % 7).slice(0, (i * 5) % 23));
  const text = `${lines.join("\n")}${"\n".repeat(5000)}end`;
  for (let blockBytes = 1; blockBytes < 40; blockBytes++) {
    const blocks = toLineBlocks(bytes(text), blockBytes);
    expect(blocks.map(({ records }) => records)).toEqual(blocks.map(linesOf));
  }
  const [whole] = toLineBlocks(bytes(text), text.length);
  expect(whole?.records).toBe(text.split("\n").length);
});

function linesOf(block: LineBlock): number {
  return blockText(block).match(/[^\n]*\n|[^\n]+$/g)?.length ?? 0;
}

test("blocks are dealt in order to parts of about equal bytes, none of them empty", () => {
  const blocks = toLineBlocks(bytes("aaaa\n".repeat(10)), 5);
  const dealt = dealBlocks(blocks, 3);
  expect(dealt.map((part) => part.length)).toEqual([4, 3, 3]);
  expect(dealt.flat()).toEqual(blocks);
  expect(dealBlocks(blocks.slice(0, 2), 5)).toHaveLength(2);
  expect(dealBlocks([], 5)).toEqual([]);
});

test("a block that is larger than a part is cut between lines, so that there is work for all tasks", () => {
  const [block] = toLineBlocks(bytes(`${"x".repeat(99)}\n`.repeat(1000)), 1 << 20);
  const dealt = dealBlocks(block === undefined ? [] : [block], 3);
  expect(dealt.map((part) => part.map(({ records }) => records))).toEqual([[334], [334], [332]]);
  expect(dealt.flat().map(blockText).join("")).toBe(block && blockText(block));
  const [small] = toLineBlocks(bytes("a\n".repeat(1000)), 1 << 20);
  expect(dealBlocks(small === undefined ? [] : [small], 3)).toEqual([[small]]);
});

test("blocks are decoded in parts of whole lines", () => {
  const lines = Array.from({ length: 9000 }, (_, i) => `${"é".repeat(i % 40)} ${i}\n`);
  const text = `${lines.join("")}${"long ".repeat(20_000)}\nend`;
  for (const blockBytes of [100, 50_000, 2 ** 20]) {
    const texts = [...blockTexts(toLineBlocks(Buffer.from(text), blockBytes))];
    expect(texts.join("")).toBe(text);
    expect(texts.slice(0, -1).every((part) => part.endsWith("\n"))).toBe(true);
  }
  expect([...blockTexts([])]).toEqual([]);
});

test("bytes in shared memory are read where they are", () => {
  const shared = new SharedArrayBuffer(100);
  const text = new Uint8Array(shared, 10, 20);
  text.set(Buffer.from("first\nsecond\nthird\nx"));
  new Uint8Array(shared).fill(0x0a, 30);
  const blocks = toLineBlocks(text, 8);
  expect(blocks.map(blockText)).toEqual(["first\nsecond\n", "third\nx"]);
  expect(blocks.map(({ bytes, records }) => [bytes, records])).toEqual([
    [shared, 2],
    [shared, 2],
  ]);
});
