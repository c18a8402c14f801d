import { constants } from "node:buffer";
import { splitsNode } from "../../operators/splits.js";
import { partitionCount } from "../../plan/counts.js";
import type { RddNode } from "../../plan/rdd-node.js";
import type { OpenSplit } from "../../pool/connector.js";
import type { PairChunk } from "../../pool/reader.js";
import { StreamError } from "../../stream-error.js";
import { type ByteReader, byteReader } from "./byte-reader.js";
import { defaultMinSplits, type FileSplit, readingSplit, wholeFile } from "./file-split.js";
import { inputFiles } from "./input-files.js";

/**
 * `wholeTextFiles` and `binaryFiles`: a pair of path and content for each file. Neighbouring files go into one partition,
 * so that there are at most `minPartitions`, of about equal bytes.
 * @throws StreamError RT_INPUT_MISSING, RT_FILE, RT_CODEC, RT_PARTITIONS
 */
export function wholeFilesNode(
  op: "wholeTextFiles" | "binaryFiles",
  path: string,
  minPartitions: number | undefined,
  parallelism: number,
): RddNode {
  const files = inputFiles(path);
  const wanted =
    minPartitions === undefined ? defaultMinSplits(files, parallelism) : partitionCount(minPartitions);
  return splitsNode(op, dealFiles(files.map(wholeFile), wanted));
}

function dealFiles(files: readonly FileSplit[], parts: number): FileSplit[][] {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const dealt: FileSplit[][] = [];
  let before = 0;
  let last = -1;
  for (const file of files) {
    const part = Math.floor((before / Math.max(1, total)) * parts);
    if (part > last) dealt.push([]);
    dealt.at(-1)?.push(file);
    last = part;
    before += file.size;
  }
  return dealt;
}

/** In the task. */
export const openWholeTextFiles: OpenSplit = (split) => ({
  chunks: contents(split as FileSplit[], (bytes) => new TextDecoder().decode(bytes)),
});

/** In the task. */
export const openBinaryFiles: OpenSplit = (split) => ({
  chunks: contents(split as FileSplit[], (bytes) => bytes),
});

function* contents(
  files: readonly FileSplit[],
  decode: (bytes: Uint8Array) => unknown,
): Generator<PairChunk, void> {
  for (const split of files) {
    yield* readingSplit(split, function* (file) {
      const bytes = readAll(split, byteReader(split.path, file, 0));
      yield { keys: [split.path], values: [decode(bytes)], length: 1 };
    });
  }
}

function readAll({ path, size }: FileSplit, reader: ByteReader): Uint8Array {
  let bytes = new Uint8Array(size + 1);
  for (let filled = 0; ; ) {
    const got = reader.read(bytes, filled, bytes.length - filled);
    filled += got;
    if (filled < bytes.length) return bytes.slice(0, filled);
    if (filled > constants.MAX_LENGTH / 2) {
      throw new StreamError(
        "RT_FILE_TOO_LARGE",
        `${path} is too large to be one record; read its lines with textFile, or its records with binaryRecords`,
      );
    }
    const larger = new Uint8Array(bytes.length * 2);
    larger.set(bytes);
    bytes = larger;
  }
}
