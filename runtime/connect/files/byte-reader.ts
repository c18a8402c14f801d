import { StreamError } from "../../stream-error.js";
import { codecOf, isCompressed } from "./codec.js";
import type { OpenFile } from "./file-system.js";

/** Bytes in order, from where it was made to the end. */
export interface ByteReader {
  /** Fills all of `into[offset, offset + length)` but at the end; 0 only there. */
  read(into: Uint8Array, offset: number, length: number): number;
}

/** The bytes of a file from `start` on; of a compressed one, which starts at 0, what they decompress to. */
export function byteReader(path: string, file: OpenFile, start: number): ByteReader {
  const plain = plainReader(file, start);
  return isCompressed(path) ? decompressed(path, plain) : plain;
}

function plainReader(file: OpenFile, start: number): ByteReader {
  let position = start;
  return {
    read(into, offset, length) {
      const got = file.read(into, offset, length, position);
      position += got;
      return got;
    },
  };
}

const COMPRESSED_BYTES = 64 << 10;

function decompressed(path: string, compressed: ByteReader): ByteReader {
  const waiting: Uint8Array[] = [];
  const input = new Uint8Array(COMPRESSED_BYTES);
  const filter = codecOf(path).decompress((bytes) => waiting.push(bytes));
  let ended = false;
  const more = () => {
    const got = compressed.read(input, 0, input.length);
    ended = got === 0;
    try {
      if (ended) filter.end();
      else filter.push(input.subarray(0, got));
    } catch (error) {
      throw damaged(path, error);
    }
  };
  return {
    read(into, offset, length) {
      let filled = 0;
      while (filled < length) {
        const next = waiting[0];
        if (next === undefined) {
          if (ended) break;
          more();
          continue;
        }
        const part = next.subarray(0, length - filled);
        into.set(part, offset + filled);
        filled += part.length;
        if (part.length === next.length) waiting.shift();
        else waiting[0] = next.subarray(part.length);
      }
      return filled;
    },
  };
}

function damaged(path: string, error: unknown): StreamError {
  const why = error instanceof Error ? error.message : String(error);
  return new StreamError(
    "RT_CODEC",
    `${path} cannot be decompressed: it is damaged or not what its name says (${why})`,
    { cause: error },
  );
}
