/** The codecs of Kafka's record batches. Packages are loaded when a batch is first seen that needs them. */

import { createRequire } from "node:module";
import { gunzipSync, gzipSync } from "node:zlib";
import type { CodecName } from "./record-batch.js";
import type { WritingCodec } from "./record-batch-writer.js";

const require = createRequire(import.meta.url);

type Work = (bytes: Buffer) => Uint8Array;

const DECOMPRESS: Readonly<Record<CodecName, Work>> = {
  none: (bytes) => bytes,
  gzip: (bytes) => gunzipSync(bytes),
  snappy: decompressSnappy,
  lz4: (bytes) => lz4().decompress(bytes),
  zstd: (bytes) => (require("fzstd") as typeof import("fzstd")).decompress(bytes),
};

const COMPRESS: Readonly<Record<WritingCodec, Work>> = {
  none: (bytes) => bytes,
  gzip: (bytes) => gzipSync(bytes),
  snappy: compressSnappy,
  lz4: (bytes) => lz4().compress(bytes),
};

/** The codecs that can be written; zstd is read only. */
export const WRITING_CODECS = Object.keys(COMPRESS) as WritingCodec[];

/** @throws what the codec does of bytes that are not its own */
export function decompress(codec: CodecName, bytes: Buffer): Buffer {
  const { buffer, byteOffset, byteLength } = DECOMPRESS[codec](bytes);
  return Buffer.from(buffer, byteOffset, byteLength);
}

export function compressor(codec: WritingCodec): Work {
  return COMPRESS[codec];
}

interface Snappy {
  uncompress(bytes: Buffer): Buffer;
  compress(bytes: Buffer): Buffer;
}

interface Lz4 {
  decompress(bytes: Uint8Array): Uint8Array;
  compress(bytes: Uint8Array): Uint8Array;
}

function snappy(): Snappy {
  return require("snappyjs") as Snappy;
}

function lz4(): Lz4 {
  return require("lz4js") as Lz4;
}

/** What Java's SnappyOutputStream writes before its blocks; each of these is snappy after its length. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
const XERIAL_NAME = 8;

/** With Java's blocks, or as one block without them, as other clients write it. */
function decompressSnappy(bytes: Buffer): Uint8Array {
  if (!bytes.subarray(0, XERIAL_NAME).equals(XERIAL.subarray(0, XERIAL_NAME)))
    return snappy().uncompress(bytes);
  const blocks: Buffer[] = [];
  for (let at = XERIAL.length; at < bytes.length; ) {
    const length = bytes.readInt32BE(at);
    blocks.push(snappy().uncompress(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}

function compressSnappy(bytes: Buffer): Uint8Array {
  const block = snappy().compress(bytes);
  const length = Buffer.alloc(4);
  length.writeInt32BE(block.length);
  return Buffer.concat([XERIAL, length, block]);
}
