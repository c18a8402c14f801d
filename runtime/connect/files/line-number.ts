import { byteReader } from "./byte-reader.js";
import { type FileSplit, readingSplit } from "./file-split.js";

/** The number, from 1, of the line of a file that begins at a position. Reads what is before it: for messages only. */
export function lineNumberAt(split: FileSplit, position: number): number {
  const [number = 1] = readingSplit(split, function* (file) {
    const reader = byteReader(split.path, file, 0);
    const block = Buffer.allocUnsafe(1 << 20);
    let lines = 1;
    for (let left = position; left > 0; ) {
      const got = reader.read(block, 0, Math.min(block.length, left));
      if (got === 0) break;
      const read = block.subarray(0, got);
      for (let at = read.indexOf(0x0a); at >= 0; at = read.indexOf(0x0a, at + 1)) lines++;
      left -= got;
    }
    yield lines;
  });
  return number;
}
