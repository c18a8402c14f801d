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
 * Cuts UTF-8 text into blocks of whole lines, each about `blockBytes` long (longer only where one line is).
 * @returns no blocks for no bytes
 */
export function toLineBlocks(text: Uint8Array, blockBytes: number): LineBlock[] {
  const bytes = new SharedArrayBuffer(text.byteLength);
  const all = new Uint8Array(bytes);
  all.set(text);
  const blocks: LineBlock[] = [];
  for (let start = 0; start < all.length; ) {
    const end = lineEnd(all, Math.min(start + blockBytes, all.length));
    blocks.push({ bytes, start, end, records: countLines(all, start, end) });
    start = end;
  }
  return blocks;
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

/**
 * Four bytes at a time, without a branch: to ask for the next newline is a call for each line, and took longer than to copy
 * the text.
 */
function countNewlines(bytes: Uint8Array, start: number, end: number): number {
  const first = Math.min(end, start + (-(bytes.byteOffset + start) & 3));
  const length = (end - first) >> 2;
  const words = length === 0 ? NO_WORDS : new Int32Array(bytes.buffer, bytes.byteOffset + first, length);
  let count = newlinesOneByOne(bytes, start, first) + newlinesOneByOne(bytes, first + 4 * length, end);
  for (let from = 0; from < length; from += MOST_IN_LANE) {
    const to = Math.min(from + MOST_IN_LANE, length);
    let lanes = 0;
    for (let i = from; i < to; i++) lanes = (lanes + newlinesOf(words[i] as number)) | 0;
    count += (lanes & 0xff) + ((lanes >>> 8) & 0xff) + ((lanes >>> 16) & 0xff) + (lanes >>> 24);
  }
  return count;
}

function newlinesOneByOne(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (bytes[at] === NEWLINE) count++;
  return count;
}

/** 1 in each byte of a word that is a newline, 0 in the others (Hacker's Delight, 6-1: finding a zero byte). */
function newlinesOf(word: number): number {
  const other = word ^ 0x0a0a0a0a;
  return ~(((other & 0x7f7f7f7f) + 0x7f7f7f7f) | other | 0x7f7f7f7f) >>> 7;
}

const NO_WORDS = new Int32Array(0);

/** What a byte can count. */
const MOST_IN_LANE = 255;

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

/** The texts of blocks, each decoded when it is asked for. */
export function* blockTexts(blocks: readonly LineBlock[]): Generator<string, void> {
  for (const block of blocks) yield blockText(block);
}

/** The text of a block, decoded in one go: one string whose lines are cut off without copying. */
export function blockText(block: LineBlock): string {
  return Buffer.from(block.bytes, block.start, block.end - block.start).toString("utf8");
}
