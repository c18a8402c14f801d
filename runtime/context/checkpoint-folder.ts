import { locate } from "../connect/files/file-system.js";
import { StreamError } from "../stream-error.js";

/**
 * The folder of a stream's checkpoint, as an absolute path. It is one of this machine: two files of it are written and forced to
 * the disk for each batch, which the batch waits for.
 * @throws StreamError RT_FILE_SYSTEM for a folder of another machine
 */
export function checkpointFolder(folder: string): string {
  const { isRemote, path } = locate(folder);
  if (!isRemote) return path;
  throw new StreamError(
    "RT_FILE_SYSTEM",
    `the checkpoint of streams is kept in a folder of this machine, not in ${folder}: each batch waits for two files of it; give it a local one (sc.setCheckpointDir, for RDDs, and saveAs… may be there)`,
  );
}
