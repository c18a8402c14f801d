import { awayOf } from "../../pool/away.js";
import { type OpenSplit, OutsideError } from "../../pool/connector.js";
import { StreamError } from "../../stream-error.js";
import type { Patience } from "../patience.js";
import { type FileSplit, wholeFile } from "./file-split.js";
import { inputFiles } from "./input-files.js";
import { openObjectFile } from "./object-file.js";
import { OutputFolder } from "./output-folder.js";
import type { PartSpec } from "./part-file.js";

/** A file of a checkpoint, and of which RDD. Plain data. */
interface CheckpointSplit extends FileSplit {
  rdd: string;
}

/** A partition that a worker kept. Plain data. */
export interface LocalCheckpointSplit {
  rdd: string;
  partition: number;
}

/**
 * Writes the partitions of an RDD as object files into a new folder, which appears when all of them are on the disk.
 * @param folder path of the checkpoint
 * @param rdd what the RDD is called, for messages
 * @param patience with a folder that is out of reach
 * @param write has the tasks write the partitions; gives their files' names, in order
 * @returns what {@link openCheckpoint} reads, by partition
 * @throws StreamError RT_OUTPUT_EXISTS, RT_FILE
 */
export async function writeCheckpoint(
  folder: string,
  rdd: string,
  patience: Patience,
  write: (spec: PartSpec) => Promise<string[]>,
): Promise<unknown[]> {
  const output = await OutputFolder.begin(folder, patience);
  try {
    const names = await write({ folder: output.writing, format: "objects", ending: "" });
    await output.commit(names, "");
    return names.length === 0 ? [] : inputFiles(folder).map((file) => ({ ...wholeFile(file), rdd }));
  } catch (error) {
    await output.abort();
    throw error;
  }
}

/** In the task. What is damaged is told; to make it again is nobody's business any more. */
export const openCheckpoint: OpenSplit = (split) => {
  const file = split as CheckpointSplit;
  return { chunks: whole(openObjectFile(file).chunks, file) };
};

/** In the task: what a worker kept is not there, or it would not be asked for here. @throws OutsideError RT_CHECKPOINT */
export const openLocalCheckpoint: OpenSplit = (split) => {
  const { rdd, partition } = split as LocalCheckpointSplit;
  throw new OutsideError(
    new StreamError(
      "RT_CHECKPOINT",
      `Checkpoint block of partition ${partition} of ${rdd} not found! Either the worker thread that originally checkpointed this partition is no longer alive, or the original RDD is unpersisted. If this problem persists, you may consider using checkpoint() instead, which is slower than local checkpointing but more fault-tolerant`,
    ),
  );
};

function* whole<T>(chunks: Iterable<T>, { rdd, path }: CheckpointSplit): Generator<T, void> {
  try {
    yield* chunks;
  } catch (error) {
    if (awayOf(error) !== undefined) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new OutsideError(
      new StreamError(
        "RT_CHECKPOINT",
        `the checkpoint of ${rdd} in ${path} cannot be read, and its lineage is cut: ${why}; make the RDD anew from its source`,
        { cause: error },
      ),
    );
  }
}
