import { OutsideError } from "../../pool/connector.js";
import { atTaskEnd } from "../../pool/task-end.js";
import { StreamError } from "../../stream-error.js";
import { isCompressed } from "./codec.js";
import type { FileStatus, OpenFile } from "./file-system.js";
import { locate } from "./file-system.js";

/** A range of bytes of a file, as one task reads it. Plain data. */
export interface FileSplit {
  path: string;
  start: number;
  end: number;
  /** Of the whole file, when it was listed. */
  size: number;
  modifiedMs: number;
  /** It is read as long as it was when it was listed, though more may have been written to it since. */
  mayGrow?: boolean;
}

/** Of files that are not stored in blocks: as Hadoop's local file system has it. */
const BLOCK_BYTES = 32 << 20;

/** The last split of a file may be larger than the others by so much. */
const SLOP = 1.1;

/**
 * Cuts files into ranges of bytes, at least `minSplits` in all when they have so many bytes: the rule of Hadoop's
 * FileInputFormat.getSplits. A compressed file stays whole; an empty one has one empty split.
 * @param unit lengths are multiples of it: the bytes of a record where all are of one length
 */
export function splitFiles(files: readonly FileStatus[], minSplits: number, unit = 1): FileSplit[] {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const goal = Math.floor(total / Math.max(1, minSplits));
  const lengthIn = (blockBytes: number) => {
    const target = Math.max(1, Math.min(goal, blockBytes));
    return Math.max(unit, Math.floor(target / unit) * unit);
  };
  return files.flatMap((file) =>
    splitFile(
      file,
      isCompressed(file.path) ? Number.POSITIVE_INFINITY : lengthIn(file.blockBytes ?? BLOCK_BYTES),
    ),
  );
}

function splitFile({ path, size, modifiedMs }: FileStatus, length: number): FileSplit[] {
  const splits: FileSplit[] = [];
  let start = 0;
  for (; (size - start) / length > SLOP; start += length)
    splits.push({ path, start, end: start + length, size, modifiedMs });
  if (start < size || size === 0) splits.push({ path, start, end: size, size, modifiedMs });
  return splits;
}

/** A whole file as one split. */
export function wholeFile({ path, size, modifiedMs }: FileStatus): FileSplit {
  return { path, start: 0, end: size, size, modifiedMs };
}

/** A file is worth a task of its own from here on, when nobody asked for a number of partitions. */
const TASK_BYTES = 1 << 20;

/**
 * How many splits there are to be at least when the user does not say: Spark's 2, and for large files as many as there are
 * task threads, so that all have work.
 */
export function defaultMinSplits(files: readonly FileStatus[], parallelism: number): number {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  return Math.max(Math.min(parallelism, 2), Math.min(parallelism, Math.ceil(total / TASK_BYTES)));
}

/**
 * What `use` reads of the file of a split, which is open meanwhile. Errors become those of what lies outside.
 * @throws StreamError RT_FILE_CHANGED when the file is not as it was listed: its splits would be of another text
 */
export function* readingSplit<T>(split: FileSplit, use: (file: OpenFile) => Iterable<T>): Generator<T, void> {
  const { now: fs, path } = locate(split.path);
  let close = (): void => undefined;
  try {
    const opened = fs.open(path, split.end);
    const file = split.mayGrow ? asListed(opened, split.size) : opened;
    close = atTaskEnd(() => file.close());
    checkUnchanged(split, file.status());
    yield* use(file);
  } catch (error) {
    throw new OutsideError(error);
  } finally {
    close();
  }
}

/** A file that ends where it ended when it was listed. */
function asListed(file: OpenFile, size: number): OpenFile {
  return {
    status: () => file.status(),
    read: (into, offset, length, position) =>
      file.read(into, offset, Math.max(0, Math.min(length, size - position)), position),
    close: () => file.close(),
  };
}

function checkUnchanged(split: FileSplit, now: FileStatus): void {
  if (now.size === split.size && now.modifiedMs === split.modifiedMs) return;
  if (split.mayGrow && now.size >= split.size) return;
  const state = ({ size, modifiedMs }: { size: number; modifiedMs: number }) =>
    `${size} bytes, written ${new Date(modifiedMs).toISOString()}`;
  throw new StreamError(
    "RT_FILE_CHANGED",
    `${split.path} has changed since it was listed: ${state(split)}; now ${state(now)}; declare the RDD again to read it as it is`,
  );
}
