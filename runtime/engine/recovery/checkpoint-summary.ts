import { basename } from "node:path";
import { type FileStatus, locate } from "../../connect/files/file-system.js";
import { inFolder } from "../../connect/files/path.js";
import { StreamError } from "../../stream-error.js";
import { type CommitHead, LOG_FOLDER, type PlannedBatch, type StateInfo, timesOf } from "./batch-log.js";
import { readRecord } from "./record-file.js";

/** A state in a checkpoint. */
export interface CheckpointedState extends StateInfo {
  /** The batch after which it is as it is there, ms. */
  versionMs: number | undefined;
  /** Of its last whole, and the changes since: what is read to have it again. */
  bytes: number;
}

/** An input in a checkpoint. */
export interface CheckpointedInput {
  name: string;
  /** Whether what it gave can be read again. */
  replayable: boolean;
}

/** What a checkpoint folder has. */
export interface CheckpointSummary {
  folder: string;
  batchMs: number;
  /** The first batch of all ended one interval after this. */
  zeroMs: number;
  /** The last batch whose outputs were done; the start when there is none. */
  committedMs: number;
  /** Batches that were begun and are not done, with the records they had. */
  unfinished: { timeMs: number; records: number }[];
  states: CheckpointedState[];
  inputs: CheckpointedInput[];
  /** Of all its files. */
  bytes: number;
  /** Files that are not as they were written. */
  damaged: string[];
}

/**
 * What there is in a checkpoint folder. Nothing is changed, and a running context may go on writing it.
 * @returns undefined when there is no checkpoint in it
 * @throws StreamError RT_CHECKPOINT_READ when the folder cannot be listed
 */
export async function readCheckpoint(folder: string): Promise<CheckpointSummary | undefined> {
  const { path } = locate(folder);
  const files = await filesIn(inFolder(path, LOG_FOLDER));
  const names = files.map((file) => basename(file.path));
  const damaged: string[] = [];
  /** @param untilDamaged what is after one that is damaged does not count: a run begins again before it */
  const read = async <H>(kind: string, untilDamaged: boolean): Promise<H[]> => {
    const heads: H[] = [];
    let ended = false;
    for (const timeMs of timesOf(names, kind)) {
      const name = `${timeMs}${kind}`;
      const record = await readRecord<H>(inFolder(inFolder(path, LOG_FOLDER), name)).catch(() => undefined);
      if (record === undefined) damaged.push(name);
      ended ||= untilDamaged && record === undefined;
      if (record !== undefined && !ended) heads.push(record.head);
    }
    return heads;
  };
  const commits = await read<CommitHead>(".commit", true);
  const planned = await read<PlannedBatch>(".batch", false);
  const last = planned.at(-1);
  if (last === undefined) return undefined;
  const committedMs = commits.at(-1)?.timeMs ?? last.zeroMs;
  const later = planned.filter(({ timeMs }) => timeMs > committedMs);
  return {
    folder: path,
    batchMs: last.batchMs,
    zeroMs: last.zeroMs,
    committedMs,
    // Those behind a gap are taken anew: see the log.
    unfinished: later
      .filter(({ timeMs }, i) => timeMs === committedMs + (i + 1) * last.batchMs)
      .map(({ timeMs, inputs }) => ({
        timeMs,
        records: inputs.reduce((sum, { records }) => sum + records, 0),
      })),
    states: (commits.at(-1)?.states ?? []).map((state) => checkpointedState(state, commits)),
    inputs: last.inputs.map(({ name, range }) => ({ name, replayable: range !== undefined })),
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    damaged,
  };
}

function checkpointedState(state: StateInfo, commits: readonly CommitHead[]): CheckpointedState {
  const moves = commits.flatMap((commit) => commit.moves.filter((move) => move.state === state.name));
  const wholeAt = moves.findLast(({ whole }) => whole)?.version ?? Number.NEGATIVE_INFINITY;
  const needed = moves.filter(({ version }) => version >= wholeAt);
  return {
    ...state,
    versionMs: moves.at(-1)?.version,
    bytes: needed.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** None where the folder is not there. */
async function filesIn(folder: string): Promise<FileStatus[]> {
  const { later, path } = locate(folder);
  try {
    return (await later.status(path)) === undefined ? [] : await later.list(path);
  } catch (error) {
    throw new StreamError(
      "RT_CHECKPOINT_READ",
      `cannot read the checkpoint folder ${folder}: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
