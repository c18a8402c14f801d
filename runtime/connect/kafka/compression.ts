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
  lz4: compressLz4,
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
  /** @returns bytes written to `into`; 0 when it would not become smaller */
  compressBlock(bytes: Uint8Array, into: Uint8Array, at: number, length: number, table: Uint32Array): number;
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

/** Magic number; version 1 with blocks that are independent, of 4 MB at most; checksum of these two bytes. */
const LZ4_HEAD = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73]);
const LZ4_BLOCK = 4 << 20;
const LZ4_TABLE = 1 << 16;
const STORED = 0x80000000;

/** The package's own frames have blocks that refer to each other, which Kafka does not take. */
function compressLz4(bytes: Buffer): Uint8Array {
  const parts: Uint8Array[] = [LZ4_HEAD];
  for (let at = 0; at < bytes.length; at += LZ4_BLOCK) {
    const block = bytes.subarray(at, at + LZ4_BLOCK);
    // What does not become smaller is stored as it is: more room is never needed.
    const into = Buffer.alloc(block.length + (block.length >> 7) + 64);
    const length = lz4().compressBlock(block, into, 0, block.length, new Uint32Array(LZ4_TABLE));
    const isStored = length === 0 || length >= block.length;
    parts.push(uint32(isStored ? STORED + block.length : length));
    parts.push(isStored ? block : into.subarray(0, length));
  }
  return Buffer.concat([...parts, uint32(0)]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
