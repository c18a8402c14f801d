import { countNewlines } from "./count-newlines.js";

/** Text as bytes: what a receiver keeps and a task reads. Shared memory, so that a batch can be read again after a fault. */

/** Whole lines of UTF-8 in `bytes[start, end)`, each ended by `\n` except perhaps the last. Never copied between threads. */
export interface LineBlock {
  bytes: SharedArrayBuffer;
  start: number;
  end: number;
  /** Lines in the block. */
  records: number;
}

const NEWLINE = 0x0a;

/**
 * Cuts UTF-8 text into blocks of whole lines, each about `blockBytes` long (longer only where one line is). The bytes are copied,
 * unless they are in shared memory.
 * @returns no blocks for no bytes
 */
export function toLineBlocks(text: Uint8Array, blockBytes: number): LineBlock[] {
  const { buffer: bytes, byteOffset: first, byteLength } = inSharedMemory(text);
  const all = new Uint8Array(bytes);
  const last = first + byteLength;
  const blocks: LineBlock[] = [];
  for (let start = first; start < last; ) {
    const end = Math.min(lineEnd(all, Math.min(start + blockBytes, last)), last);
    blocks.push({ bytes, start, end, records: countLines(all, start, end) });
    start = end;
  }
  return blocks;
}

function inSharedMemory(text: Uint8Array): Uint8Array<SharedArrayBuffer> {
  if (text.buffer instanceof SharedArrayBuffer) return text as Uint8Array<SharedArrayBuffer>;
  const shared = new Uint8Array(new SharedArrayBuffer(text.byteLength));
  shared.set(text);
  return shared;
}

/** The first position at or after `from` that follows a newline, or the end. */
function lineEnd(bytes: Uint8Array, from: number): number {
  if (bytes[from - 1] === NEWLINE) return from;
  const newline = bytes.indexOf(NEWLINE, from);
  return newline < 0 ? bytes.length : newline + 1;
}

/** Lines in `bytes[start, end)`; an unfinished last line counts. */
export function countLines(bytes: Uint8Array, start: number, end: number): number {
  const count = countNewlines(bytes, start, end);
  return end > start && bytes[end - 1] !== NEWLINE ? count + 1 : count;
}

/** A block is cut for the sake of tasks that would have none into parts of at least so many bytes. */
const LEAST_PART_BYTES = 32 << 10;

/**
 * Deals blocks to at most `parts` lists of about equal bytes, in order; none is empty. Blocks that are larger than a part are
 * cut between lines: what a source received of a short batch is one block, and would be one task.
 */
export function dealBlocks(blocks: readonly LineBlock[], parts: number): LineBlock[][] {
  const total = blocks.reduce((sum, block) => sum + block.end - block.start, 0);
  const most = Math.max(LEAST_PART_BYTES, Math.ceil(total / parts));
  const dealt: LineBlock[][] = [];
  let bytesBefore = 0;
  for (const block of blocks.flatMap((whole) => cutLong(whole, most))) {
    const part = Math.min(Math.floor((bytesBefore * parts) / Math.max(total, 1)), parts - 1);
    if (dealt.length <= part) dealt.push([block]);
    else dealt.at(-1)?.push(block);
    bytesBefore += block.end - block.start;
  }
  return dealt;
}

/** Parts of whole lines, of about `most` bytes each. */
function cutLong(block: LineBlock, most: number): LineBlock[] {
  if (block.end - block.start <= most) return [block];
  const bytes = new Uint8Array(block.bytes);
  const parts: LineBlock[] = [];
  for (let start = block.start; start < block.end; ) {
    const end = Math.min(lineEnd(bytes, Math.min(start + most, block.end)), block.end);
    parts.push({ ...block, start, end, records: countLines(bytes, start, end) });
    start = end;
  }
  return parts;
}

/** A block cut after its first `lines` lines, of which it has more. */
export function cutBlock(block: LineBlock, lines: number): [head: LineBlock, rest: LineBlock] {
  const bytes = new Uint8Array(block.bytes);
  let end = block.start;
  for (let line = 0; line < lines; line++) end = bytes.indexOf(NEWLINE, end) + 1;
  return [
    { ...block, end, records: lines },
    { ...block, start: end, records: block.records - lines },
  ];
}

/**
 * Decoded at a time: so little that V8 makes the text among its young objects, whose memory is in the processor's cache and used again.
 * As one text of a megabyte, in memory that the system had to give, it took four times as long. And no less than that allows: word
 * count takes a tenth less than in parts of a third.
 */
const TEXT_BYTES = 96 << 10;

/** The texts of blocks, in parts of whole lines, each decoded when it is asked for. */
export function* blockTexts(blocks: readonly LineBlock[]): Generator<string, void> {
  for (const block of blocks) {
    const bytes = new Uint8Array(block.bytes);
    for (let start = block.start; start < block.end; ) {
      const end = Math.min(lineEnd(bytes, Math.min(start + TEXT_BYTES, block.end)), block.end);
      yield blockText({ bytes: block.bytes, start, end });
      start = end;
    }
  }
}

/** The text of a block, decoded in one go: one string whose lines are cut off without copying. */
export function blockText({ bytes, start, end }: Pick<LineBlock, "bytes" | "start" | "end">): string {
  return Buffer.from(bytes, start, end - start).toString("utf8");
}
