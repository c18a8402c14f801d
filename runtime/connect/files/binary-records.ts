import { splitsNode } from "../../operators/splits.js";
import { partitionCount } from "../../plan/counts.js";
import type { RddNode } from "../../plan/rdd-node.js";
import type { OpenSplit } from "../../pool/connector.js";
import { type RowChunk, rowChunk } from "../../pool/reader.js";
import { StreamError } from "../../stream-error.js";
import { type ByteReader, byteReader } from "./byte-reader.js";
import { isCompressed } from "./codec.js";
import { defaultMinSplits, type FileSplit, readingSplit, splitFiles } from "./file-split.js";
import { inputFiles } from "./input-files.js";

interface RecordSplit extends FileSplit {
  recordLength: number;
}

/**
 * `binaryRecords(path, recordLength)`: files cut into records of one length.
 * @throws StreamError RT_RECORD_LENGTH when it is not a whole number of at least 1, or no divisor of a file's length;
 * RT_INPUT_MISSING, RT_FILE, RT_PARTITIONS
 */
export function binaryRecordsNode(path: string, recordLength: number, parallelism: number): RddNode {
  if (!Number.isSafeInteger(recordLength) || recordLength < 1) {
    throw new StreamError(
      "RT_RECORD_LENGTH",
      `the length of a record is a whole number of bytes, at least 1, not ${recordLength}`,
    );
  }
  const files = inputFiles(path);
  for (const file of files) if (!isCompressed(file.path)) checkLength(file.path, file.size, recordLength);
  const splits = splitFiles(files, partitionCount(defaultMinSplits(files, parallelism)), recordLength);
  return splitsNode(
    "binaryRecords",
    splits.map((split): RecordSplit => ({ ...split, recordLength })),
  );
}

/** In the task. */
export const openBinaryRecords: OpenSplit = (split) => ({ chunks: records(split as RecordSplit) });

/** About so many bytes are read at a time. */
const BLOCK_BYTES = 256 << 10;

function records(split: RecordSplit): Generator<RowChunk, void> {
  const { path, start, end, recordLength } = split;
  const block = new Uint8Array(Math.max(1, Math.floor(BLOCK_BYTES / recordLength)) * recordLength);
  return readingSplit(split, function* (file) {
    const reader: ByteReader = byteReader(path, file, start);
    let left = isCompressed(path) ? Number.POSITIVE_INFINITY : end - start;
    while (left > 0) {
      const got = reader.read(block, 0, Math.min(block.length, left));
      if (got === 0) return;
      checkLength(path, got, recordLength);
      yield rowChunk(
        Array.from({ length: got / recordLength }, (_, i) =>
          block.slice(i * recordLength, (i + 1) * recordLength),
        ),
      );
      left -= got;
    }
  });
}

function checkLength(path: string, size: number, recordLength: number): void {
  if (size % recordLength === 0) return;
  throw new StreamError(
    "RT_RECORD_LENGTH",
    `${path} does not consist of records of ${recordLength} bytes: ${size % recordLength} are left over`,
  );
}
